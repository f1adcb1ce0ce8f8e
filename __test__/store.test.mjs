// Sessions read straight from a store: databases of several generations and folders of JSON files.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import {
  addon,
  failure,
  fixed,
  githubToken,
  root,
  session,
  sessionOf,
  temporaryFolder,
  userMessage,
} from "./support.mjs";
import {
  database,
  fingerprint,
  folder,
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
    assert.equal(report.store.path, store);
    assert.equal(report.store.generation, 1);
    assert.ok(report.store.tables.includes("part"));
    assert.deepEqual(fingerprint(dirname(store)), before);
  });
}

// The states in which a runtime leaves a database, or has it.
const states = {
  closed: (t, statements) => database(t, statements),
  killed: (t, statements) => database(t, statements, "kill"),
  "killed, and copied without its index": (t, statements) => {
    const store = database(t, statements, "kill");
    const copy = join(temporaryFolder(t), "copy of 100% #1?.db");
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
    ...messageRows("ses_wrap", message("00000000", "after the wrap", 2000)),
    ...messageRows("ses_wrap", message("00000001", "at the same time", 2000)),
  ]);
  const text = exportSession({ sessionID: "ses_wrap", store }, fixed);
  const order = ["part 1", "part 2", "after the wrap", "at the same time"];
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
  assert.match(text, /\*\*task\*\* Look — completed, see \[Sub-agent 1\]/);
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
    /Stored: 1 session, 1 message, 2 parts\. Shown: 1 session, 1 message, 1 part\./,
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
  assert.match(text, /> second/);
  assert.match(text, /2 damaged rows of the store/);
  assert.match(text, /`part prt_1` the row is no JSON object/);
  assert.match(text, /`message msg_2` the row is no JSON object/);
  assert.match(text, /`part row` the row is no JSON object/);
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
  assert.match(text, /named-secret \(1 value in 2 places\)/);
  assert.deepEqual(
    report.redactions.map(({ messageID, count }) => [messageID, count]),
    [
      ["msg_2", 1],
      ["msg_1", 1],
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

test("OpenCode 2: typed messages in the order of seq", async (t) => {
  const typed = (seq, type, data, time = 1795333600000 - seq) =>
    insert("session_message", {
      id: `msg_${seq}`,
      session_id: "ses_2",
      type,
      seq,
      time_created: time,
      time_updated: time,
      data: JSON.stringify({ time: { created: time }, ...data }),
    });
  const rows = [
    typed(4, "model-switched", { model: { id: "m2", providerID: "p" } }),
    typed(3, "assistant", {
      agent: "build",
      model: { id: "m1", providerID: "p" },
      content: [{ type: "text", text: "the answer" }],
      finish: "stop",
    }),
    typed(2, "user", { text: "the question" }),
    typed(5, "of-tomorrow", { words: "kept" }),
  ];
  const store = database(t, [...tables, sessionRow({ id: "ses_2" }), ...rows]);
  const path = join(temporaryFolder(t), "a.md");
  const report = await writeExport(path, { sessionID: "ses_2", store }, fixed);
  const text = readFileSync(path, "utf8");
  const places = ["the question", "the answer", "p/m2**", "kept"].map((words) =>
    text.indexOf(words),
  );
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(!places.includes(-1), text);
  assert.equal(report.store.generation, 2);
  assert.deepEqual(report.store.tables, ["session", "session_message"]);

  // Before `seq`, by time and id.
  const early = tables.map(([sql]) => [
    sql.replace("seq integer NOT NULL,", ""),
  ]);
  const withoutSeq = rows.map(([sql, ...values]) => [
    sql.replace("type, seq,", "type,").replace("?, ", ""),
    ...values.filter((_, index) => index !== 3),
  ]);
  const old = database(t, [
    ...early,
    sessionRow({ id: "ses_2" }),
    ...withoutSeq,
  ]);
  const inTime = exportSession({ sessionID: "ses_2", store: old }, fixed);
  assert.ok(inTime.indexOf("the answer") < inTime.indexOf("the question"));
});

test("of two generations the tables that hold more are shown, and it is said", async (t) => {
  const typed = (number) =>
    insert("session_message", {
      id: `msg_new${number}`,
      session_id: "ses_x",
      type: "user",
      seq: number,
      time_created: number,
      time_updated: number,
      data: JSON.stringify({
        time: { created: number },
        text: `migrated ${number}`,
      }),
    });
  const session_v2 = [
    tables[0][0].replace("TABLE session", "TABLE session_v2"),
  ];
  const row = ([sql, ...values]) => [
    sql.replace("INTO session", "INTO session_v2"),
    ...values,
  ];
  const before = [
    ...tables,
    session_v2,
    sessionRow({ id: "ses_x", title: "Old title" }),
    row(sessionRow({ id: "ses_x", title: "New title" })),
    ...messageRows("ses_x", message(1, "old 1")),
    ...messageRows("ses_x", message(2, "old 2")),
    typed(1),
  ];
  const path = join(temporaryFolder(t), "a.md");
  const half = database(t, before);
  const report = await writeExport(
    path,
    { sessionID: "ses_x", store: half },
    fixed,
  );
  const text = readFileSync(path, "utf8");
  assert.match(text, /# Old title/);
  assert.match(text, /old 2/);
  assert.doesNotMatch(text, /migrated/);
  assert.match(
    text,
    /in the tables of two generations; those that hold more are shown/,
  );
  assert.deepEqual(report.store.tables, ["message", "part", "session"]);

  const done = database(t, [...before, typed(2), typed(3)]);
  const after = exportSession({ sessionID: "ses_x", store: done }, fixed);
  assert.match(after, /# New title/);
  assert.match(after, /migrated 3/);
  assert.doesNotMatch(after, /old 2/);
});

test("the changes of agent and model that OpenCode 1.15 notes beside its messages add nothing", (t) => {
  const json = session("typical");
  const { id } = json.info;
  const event = (seq, type, data) =>
    insert("session_message", {
      id: `evt_${seq}`,
      session_id: id,
      type,
      seq,
      time_created: seq,
      time_updated: seq,
      data: JSON.stringify({ time: { created: seq }, ...data }),
    });
  const store = database(t, [
    ...tables,
    ...sessionRows(json),
    event(1, "agent-switched", { agent: "build" }),
    event(2, "model-switched", { model: { id: "m", providerID: "p" } }),
  ]);
  const stored = { sessionID: id, store };
  assert.equal(exportSession(stored, full), exportSession(json, full));
});

test("columns that a version does not have, and columns of a later one", (t) => {
  const store = database(t, [
    [
      "CREATE TABLE session (id text PRIMARY KEY, title text, directory text, parent_id text, time_created integer, skill text, had_cloud_share integer, mood text)",
    ],
    [
      "CREATE TABLE message (id text PRIMARY KEY, session_id text, time_created integer, data text)",
    ],
    [
      "CREATE TABLE part (id text PRIMARY KEY, message_id text, time_created integer, data text)",
    ],
    insert("session", {
      id: "ses_x",
      title: "Few columns",
      directory: "/work",
      time_created: 5,
      skill: "review",
      had_cloud_share: 1,
      mood: "fine",
    }),
    insert("message", {
      id: "msg_1",
      session_id: "ses_x",
      time_created: 5,
      data: '{"role":"user","time":{"created":5}}',
    }),
    insert("part", {
      id: "prt_1",
      message_id: "msg_1",
      time_created: 5,
      data: '{"type":"text","text":"hello"}',
    }),
  ]);
  const text = exportSession({ sessionID: "ses_x", store }, fixed);
  assert.match(text, /# Few columns/);
  assert.match(text, /> hello/);
  assert.match(text, /was published on the web/);
  assert.match(text, /1 stored field is not known to this exporter/);
});

test("PawWork's store is recognised by its name", (t) => {
  const rows = [...tables, sessionRow({ id: "ses_x", version: "2.3.4" })];
  for (const [name, application] of [
    ["pawwork.db", "PawWork 2.3.4"],
    ["pawwork-beta.db", "PawWork 2.3.4"],
    ["opencode.db", "OpenCode 2.3.4"],
  ]) {
    const store = database(t, rows, "close", name);
    const text = exportSession({ sessionID: "ses_x", store }, fixed);
    assert.ok(text.includes(`| Application | ${application} |`), text);
  }
});

test("a folder of JSON files gives the document that its JSON gives", (t) => {
  const json = session("sub-agents");
  const filesOf = ({ info, messages, children = [] }) =>
    Object.fromEntries([
      [`storage/session/project/${info.id}.json`, info],
      ...messages.flatMap(({ info: of, parts }) => [
        [`storage/message/${info.id}/${of.id}.json`, of],
        ...parts.map((part) => [`storage/part/${of.id}/${part.id}.json`, part]),
      ]),
      ...children.flatMap((child) => Object.entries(filesOf(child))),
    ]);
  const data = folder(t, filesOf(json));
  const { todos: _, ...withoutTodos } = json;
  const expected = exportSession(withoutTodos, full);
  for (const store of [data, join(data, "storage")]) {
    assert.equal(
      exportSession({ sessionID: json.info.id, store }, full),
      expected,
    );
  }
});

test("a folder of the first versions", async (t) => {
  const storage = "project/work/storage/session";
  const data = folder(t, {
    [`${storage}/info/ses_1.json`]: {
      id: "ses_1",
      title: "Early",
      version: "0.1.1",
      time: { created: 1 },
    },
    [`${storage}/info/ses_2.json`]: {
      id: "ses_2",
      parentID: "ses_1",
      title: "Child",
      time: { created: 2 },
    },
    [`${storage}/share/ses_1.json`]: {
      secret: "x",
      url: "https://share.example.com/1",
    },
    // Parts inside the message, and in files of their own.
    [`${storage}/message/ses_1/msg_1.json`]: {
      id: "msg_1",
      role: "assistant",
      parts: [
        { type: "text", text: "inside" },
        {
          type: "tool-invocation",
          toolInvocation: {
            state: "result",
            toolCallId: "c",
            toolName: "bash",
            args: { command: "ls" },
            result: "a.txt",
          },
        },
      ],
      metadata: {
        time: { created: 1, completed: 2 },
        assistant: {
          modelID: "m",
          providerID: "p",
          path: { cwd: "/home/jordan/work" },
        },
        tool: { c: { title: "List", time: { start: 1, end: 2 } } },
      },
    },
    [`${storage}/message/ses_2/msg_2.json`]: {
      id: "msg_2",
      role: "user",
      time: { created: 3 },
    },
    [`${storage}/part/ses_2/msg_2/prt_1.json`]: {
      type: "text",
      text: "beside",
    },
    [`${storage}/part/ses_2/msg_2/prt_2.json`]: "no JSON",
  });
  const store = join(data, "project/work/storage");
  const path = join(temporaryFolder(t), "a.md");
  const report = await writeExport(path, { sessionID: "ses_1", store }, fixed);
  const text = readFileSync(path, "utf8");
  for (const expected of [
    /# Early/,
    /> inside/,
    /\*\*bash\*\* `ls` — completed/,
    /\*\*Child\*\*/,
    /> beside/,
    /~\/work/,
    /share\.example\.com/,
    /1 damaged row/,
  ]) {
    assert.match(text, expected);
  }
  assert.equal(report.store.generation, 0);
});

test("a document that is handed on in pieces is the document of the whole", async (t) => {
  // Larger than the pieces in which the document is handed on.
  const messages = Array.from({ length: 60 }, (_, index) =>
    message(
      index,
      `Paragraph ${index}\n\n${"The quick brown fox. ".repeat(200)}`,
    ),
  );
  const long = sessionOf(messages, {
    directory: "/work",
    version: "1.18.33",
    time: { created: 1795333600000, updated: 1795333600000 },
  });
  const store = database(t, [...tables, ...sessionRows(long)]);
  const path = join(temporaryFolder(t), "a.md");
  await writeExport(path, { sessionID: "ses_test", store }, fixed);
  assert.equal(readFileSync(path, "utf8"), exportSession(long, fixed));
});

// Enough for several pieces of progress.
const largeStore = (t) => {
  const messages = Array.from({ length: 400 }, (_, index) =>
    message(index, `${index} ${"The quick brown fox. ".repeat(2000)}`),
  );
  return database(t, [
    ...tables,
    sessionRow({ id: "ses_large" }),
    ...messages.flatMap((one) => messageRows("ses_large", one)),
    ...messageRows("ses_large", message(999, "password: Zebra-Crossing-7")),
  ]);
};

test("onProgress tells the phases, now and then, and at the end", async (t) => {
  const store = largeStore(t);
  const path = join(temporaryFolder(t), "a.md");
  const told = [];
  const onProgress = (progress) => told.push(progress);
  await writeExport(path, { sessionID: "ses_large", store }, { onProgress });
  const phases = ["read", "redact", "write"];
  for (const { phase, done, total } of told) {
    assert.ok(phases.includes(phase));
    assert.equal(total, 401);
    assert.ok(done >= 0 && done <= total);
  }
  const order = told.map(
    ({ phase, done }) => phases.indexOf(phase) * 1000 + done,
  );
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
  assert.ok(told.length < 100, "more often than a person can follow");
  assert.deepEqual(told.at(-1), { phase: "write", done: 401, total: 401 });
  const count = told.length;
  await new Promise((resolve) => setTimeout(resolve, 250));
  assert.equal(told.length, count, "the timer went on");
});

test("an onProgress that throws is an uncaught error of its own, and the export goes on", (t) => {
  const store = largeStore(t);
  const path = join(temporaryFolder(t), "a.md");
  const code = `
    const { writeExport } = require(${JSON.stringify(root)});
    process.on("uncaughtException", ({ message }) => console.log("uncaught", message));
    const [path, store] = process.argv.slice(-2);
    const onProgress = () => { throw new Error("mine"); };
    writeExport(path, { sessionID: "ses_large", store }, { onProgress })
      .then(({ messages }) => console.log("written", messages.rendered));
  `;
  const output = execFileSync(process.execPath, ["--eval", code, path, store], {
    encoding: "utf8",
  });
  assert.match(output, /uncaught mine/);
  assert.match(output, /written 401/);
});

test("a signal stops the export of a stored session, and nothing is left", async (t) => {
  const store = largeStore(t);
  const before = fingerprint(dirname(store));
  const target = temporaryFolder(t);
  const path = join(target, "a.md");
  const stored = { sessionID: "ses_large", store };
  const controller = new AbortController();
  const error = await failure(() =>
    writeExport(path, stored, {
      signal: controller.signal,
      onProgress: () => controller.abort(),
    }),
  );
  assert.equal(error.code, "ERR_ABORTED");
  assert.equal(error.name, "AbortError");
  assert.deepEqual(readdirSync(target), []);
  assert.deepEqual(fingerprint(dirname(store)), before);
  // Aborted before, it does not even look for the store.
  const nowhere = { sessionID: "ses_large", store: join(target, "nothing.db") };
  const early = await failure(() =>
    writeExport(path, nowhere, { signal: AbortSignal.abort() }),
  );
  assert.equal(early.code, "ERR_ABORTED");
});

test("a reader that is killed leaves the database as it was, and the writer goes on", async (t) => {
  const store = join(temporaryFolder(t), "opencode.db");
  const start = [...tables, sessionRow({ id: "ses_loop" })];
  const writer = await openDatabase(t, store, start, "insert");
  const code = `
    const { exportSession } = require(${JSON.stringify(root)});
    console.log("reading");
    for (;;) exportSession({ sessionID: "ses_loop", store: process.argv.at(-1) });
  `;
  const reader = spawn(process.execPath, ["--eval", code, store]);
  await once(reader.stdout, "data");
  await new Promise((resolve) => setTimeout(resolve, 200));
  reader.kill("SIGKILL");
  await once(reader, "close");
  assert.deepEqual(readdirSync(dirname(store)).sort(), [
    "opencode.db",
    "opencode.db-shm",
    "opencode.db-wal",
  ]);
  const { inserted, failed } = await writer.end();
  assert.equal(failed, 0);
  assert.ok(inserted > 0);
  const text = exportSession({ sessionID: "ses_loop", store }, fixed);
  assert.match(text, new RegExp(`\\| Messages \\| ${inserted} \\|`));
  assert.deepEqual(readdirSync(dirname(store)), ["opencode.db"]);
});
