// Sessions read straight from a database: the same document as from JSON, whatever state it is in.
import assert from "node:assert/strict";
import { copyFileSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import {
  addon,
  fixed,
  githubToken,
  session,
  temporaryFolder,
} from "./support.mjs";
import {
  database,
  fingerprint,
  insert,
  message,
  messageRows,
  openDatabase,
  sessionRow,
  sessionRows,
  tables,
} from "./stores.mjs";

const { exportSession, suggestFileName, writeExport } = addon;

const full = { ...fixed, tools: "full", diffs: "full", reasoning: true };

const cases = [
  "aborted",
  "attachments",
  "compaction",
  "hostile-characters",
  "hostile-markdown",
  "provider-errors",
  "reverted",
  "sub-agents",
  "tool-errors",
  "typical",
];

for (const name of cases) {
  test(`a stored session gives the document that its JSON gives: ${name}`, async (t) => {
    const json = session(name);
    const store = database(t, [...tables, ...sessionRows(json)]);
    const stored = { sessionID: json.info.id, store };
    const before = fingerprint(dirname(store));
    assert.equal(exportSession(stored, full), exportSession(json, full));
    assert.equal(suggestFileName(stored, fixed), suggestFileName(json, fixed));
    const path = join(temporaryFolder(t), "a.md");
    const report = await writeExport(path, stored, full);
    assert.equal(readFileSync(path, "utf8"), exportSession(json, full));
    assert.equal(report.origin.path, store);
    assert.equal(report.origin.generation, 1);
    assert.ok(report.origin.tables.includes("part"));
    assert.deepEqual(fingerprint(dirname(store)), before);
  });
}

// The states in which a runtime leaves a database, or has it.
const states = {
  closed: (t, statements) => database(t, statements),
  killed: (t, statements) => database(t, statements, "kill"),
  "killed, and copied without its index": (t, statements) => {
    const store = database(t, statements, "kill");
    // Windows takes no question mark in a name.
    const mark = process.platform === "win32" ? "" : "?";
    const copy = join(temporaryFolder(t), `copy of 100% #1${mark}.db`);
    copyFileSync(store, copy);
    copyFileSync(`${store}-wal`, `${copy}-wal`);
    return copy;
  },
  open: async (t, statements) => {
    const path = join(temporaryFolder(t), "opencode.db");
    await openDatabase(t, path, statements, "hold");
    return path;
  },
  "open, its log emptied": async (t, statements) => {
    const path = join(temporaryFolder(t), "opencode.db");
    const emptied = [...statements, ["PRAGMA wal_checkpoint(TRUNCATE)"]];
    await openDatabase(t, path, emptied, "hold");
    return path;
  },
  "killed, its log emptied": (t, statements) =>
    database(t, [...statements, ["PRAGMA wal_checkpoint(TRUNCATE)"]], "kill"),
  "without a write-ahead log": (t, statements) =>
    database(t, [...statements, ["PRAGMA journal_mode = DELETE"]]),
};

for (const [state, make] of Object.entries(states)) {
  test(`a database is read and left as it is: ${state}`, async (t) => {
    const json = session("sub-agents");
    const store = await make(t, [...tables, ...sessionRows(json)]);
    const before = fingerprint(dirname(store));
    const text = exportSession({ sessionID: json.info.id, store }, full);
    assert.equal(text, exportSession(json, full));
    assert.deepEqual(fingerprint(dirname(store)), before);
  });
}

test("while another process inserts, each document is of one moment, and nobody waits", async (t) => {
  const store = join(temporaryFolder(t), "opencode.db");
  const start = [...tables, sessionRow({ id: "ses_loop" })];
  const writer = await openDatabase(t, store, start, "insert");
  const path = join(temporaryFolder(t), "a.md");
  const stored = { sessionID: "ses_loop", store };
  const seen = [];
  for (let round = 0; round < 40; round += 1) {
    const report = await writeExport(path, stored, {
      ...fixed,
      overwrite: true,
    });
    const text = readFileSync(path, "utf8");
    const count = report.messages.stored;
    assert.equal(report.parts.stored, 2 * count);
    assert.equal(text.match(/The first half of/g)?.length ?? 0, count);
    assert.equal(text.match(/The second half of/g)?.length ?? 0, count);
    assert.match(text, new RegExp(`\\| Messages \\| ${count} \\|`));
    seen.push(count);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const { inserted, failed } = await writer.end();
  assert.equal(failed, 0);
  assert.ok(seen.at(-1) > seen[0], "nothing was inserted meanwhile");
  assert.ok(inserted >= seen.at(-1));
  assert.deepEqual(readdirSync(dirname(store)), ["opencode.db"]);
});

test("messages and parts are in the order of their creation, whatever their ids say", (t) => {
  // The clock in the ids wrapped in August 2026: later ids sort first.
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_wrap" }),
    ...messageRows("ses_wrap", {
      ...message("ffffffff", "before the wrap", 1000),
      parts: [],
    }),
    ...["prt_ffff", "prt_0000"].map((id, index) =>
      insert("part", {
        id,
        message_id: "msg_ffffffff",
        session_id: "ses_wrap",
        time_created: 1000 + index,
        time_updated: 1,
        data: JSON.stringify({ type: "text", text: `part ${index + 1}` }),
      }),
    ),
    ...messageRows("ses_wrap", message("00000001", "at the same time", 2000)),
    ...messageRows("ses_wrap", message("00000002", "and this one too", 2000)),
    ...messageRows("ses_wrap", message("00000000", "after the wrap", 2000)),
    ...messageRows("ses_wrap", message("00000003", "later again", 3000)),
  ]);
  const text = exportSession({ sessionID: "ses_wrap", store }, fixed);
  const order = [
    "part 1",
    "part 2",
    "after the wrap",
    "at the same time",
    "and this one too",
    "later again",
  ];
  const places = order.map((words) => text.indexOf(words));
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
    text,
  );
  assert.ok(!places.includes(-1), text);
});

test("sub-agent sessions are found at any depth, in the order of their creation", (t) => {
  const child = (id, parentID, created) =>
    sessionRow({ id, parentID, title: `Title of ${id}`, time: { created } });
  const task = {
    info: { id: "msg_t", role: "assistant", time: { created: 1 } },
    parts: [
      {
        id: "prt_t",
        type: "tool",
        tool: "task",
        state: {
          status: "completed",
          input: { description: "Look" },
          metadata: { sessionId: "ses_b" },
        },
      },
    ],
  };
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_root" }),
    ...messageRows("ses_root", task),
    child("ses_b", "ses_root", 2000),
    child("ses_a", "ses_root", 3000),
    child("ses_b_inner", "ses_b", 9000),
    child("ses_b_innermost", "ses_b_inner", 9500),
    child("ses_other", undefined, 1),
  ]);
  const text = exportSession({ sessionID: "ses_root", store }, fixed);
  const titles = [...text.matchAll(/\*\*Title of (\w+)\*\*/g)].map(
    ([, id]) => id,
  );
  assert.deepEqual(titles, [
    "ses_b",
    "ses_b_inner",
    "ses_b_innermost",
    "ses_a",
  ]);
  assert.match(
    text,
    /\*\*Start sub-agent\*\* Look — completed, see \[Sub-agent 1\]/,
  );
  // From any session of the tree.
  const inner = exportSession({ sessionID: "ses_b_inner", store }, fixed);
  assert.match(inner, /Title of ses\\?_b\\?_innermost/);
  assert.doesNotMatch(inner, /is not in the store/);
  const alone = exportSession(
    { sessionID: "ses_root", store },
    { ...fixed, children: false },
  );
  assert.match(alone, /Stored: 5 sessions/);
  assert.doesNotMatch(alone, /## Sub-agent/);
});

test("cycles and orphans are survived and said", (t) => {
  const orphan = messageRows("ses_x", message("gone", "orphan"));
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_a", parentID: "ses_b" }),
    sessionRow({ id: "ses_b", parentID: "ses_a" }),
    sessionRow({ id: "ses_self", parentID: "ses_self" }),
    sessionRow({ id: "ses_x", parentID: "ses_gone" }),
    ...messageRows("ses_x", message("kept", "kept")),
    orphan[1],
  ]);
  for (const sessionID of ["ses_a", "ses_b", "ses_self"]) {
    const text = exportSession({ sessionID, store }, fixed);
    assert.match(text, /started itself/);
  }
  const text = exportSession({ sessionID: "ses_x", store }, fixed);
  assert.match(text, /the session that started this one is not in the store/);
  assert.match(text, /1 part of a message that is not in the store/);
  assert.match(
    text,
    /Stored: 1 session, 1 message, 2 parts\. Shown: 1 session, 1 message in 1 turn, 1 part\./,
  );
});

test("a row that cannot be read is counted and named, and the rest is exported", async (t) => {
  const broken = "{ this is no JSON";
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_x" }),
    ...messageRows("ses_x", message(1, "first")),
    ...messageRows("ses_x", message(2, "second")),
    ...messageRows("ses_x", message(3, "third")),
    ["UPDATE part SET data = ? WHERE id = 'prt_1'", broken],
    ["UPDATE message SET data = ? WHERE id = 'msg_2'", broken],
    ["UPDATE part SET id = ?, data = 'null' WHERE id = 'prt_3'", `${broken} x`],
  ]);
  const path = join(temporaryFolder(t), "a.md");
  const report = await writeExport(path, { sessionID: "ses_x", store }, fixed);
  const text = readFileSync(path, "utf8");
  assert.doesNotMatch(text, /first|third|this is no/);
  assert.match(text, /^(> )?second/m);
  assert.match(text, /2 damaged rows of the store/);
  assert.match(text, /Problems in the stored data: the row is no JSON object/);
  const problems = report.warnings.filter(
    ({ message }) => message === "the row is no JSON object",
  );
  assert.deepEqual(
    problems.map(({ path }) => path),
    ["part prt_1", "message msg_2", "part row"],
  );
  assert.deepEqual(report.parts, { stored: 3, rendered: 1 });
  assert.deepEqual(report.omitted, [{ reason: "unreadable", count: 2 }]);
});

test("a lone surrogate in a row loses nothing, and is said once", (t) => {
  const half = '{"type":"text","text":"half \\ud83d of a character"}';
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_x" }),
    ...[1, 2].flatMap((number) => messageRows("ses_x", message(number, "x"))),
    ["UPDATE part SET data = ?", half],
  ]);
  const text = exportSession({ sessionID: "ses_x", store }, fixed);
  assert.equal(text.match(/half \ufffd of a character/g).length, 2);
  assert.equal(text.match(/a lone surrogate/g).length, 1);
});

test("secrets are redacted across messages, also those that only a later message tells", async (t) => {
  const token = githubToken();
  const password = "Zebra-Crossing-7";
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_x" }),
    ...messageRows("ses_x", message(1, `I typed ${password} there.`)),
    ...messageRows("ses_x", message(2, `The token is ${token}.`)),
    ...messageRows("ses_x", message(3, `password: "${password}"`)),
  ]);
  const stored = { sessionID: "ses_x", store };
  const path = join(temporaryFolder(t), "a.md");
  const report = await writeExport(path, stored, fixed);
  const text = readFileSync(path, "utf8");
  assert.equal(text, exportSession(stored, fixed));
  assert.ok(!text.includes(token) && !text.includes(password));
  assert.match(text, /I typed \\?\[redacted:named-secret#1\\?\] there/);
  assert.match(text, /named-secret \(named as a secret: 1 value in 2 places\)/);
  assert.deepEqual(
    report.redactions.map(({ messageID, count }) => [messageID, count]),
    [
      ["msg_1", 1],
      ["msg_2", 1],
      ["msg_3", 1],
    ],
  );
});

test("where a session was published is told, and its secret is not even read", (t) => {
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_x" }),
    insert("session_share", {
      session_id: "ses_x",
      id: "shr",
      secret: "the-share-secret",
      url: "https://share.example.com/s/1",
      time_created: 5,
      time_updated: 5,
    }),
    // Whoever selects the column fails.
    ["ALTER TABLE session_share DROP COLUMN secret"],
  ]);
  const text = exportSession({ sessionID: "ses_x", store }, fixed);
  assert.match(text, /was published at `https:\/\/share\.example\.com\/s\/1`/);
});
