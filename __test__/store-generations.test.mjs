// Stores of other generations and products: OpenCode 2, old folders of JSON files, PawWork.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { addon, fixed, session, temporaryFolder } from "./support.mjs";
import {
  database,
  folder,
  insert,
  message,
  messageRows,
  sessionFiles,
  sessionRow,
  sessionRows,
  tables,
} from "./stores.mjs";

const { exportSession, writeExport } = addon;

const full = { ...fixed, tools: "full", diffs: "full", reasoning: true };

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
  const places = ["the question", "the answer", "p/m2`", "kept"].map((words) =>
    text.indexOf(words),
  );
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.ok(!places.includes(-1), text);
  assert.equal(report.origin.generation, 2);
  assert.deepEqual(report.origin.tables, ["session", "session_message"]);

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

const typedUser = (id, text, time, seq = time) =>
  insert("session_message", {
    id,
    session_id: "ses_x",
    type: "user",
    seq,
    time_created: time,
    time_updated: time,
    data: JSON.stringify({ time: { created: time }, text }),
  });

/** The places of some words in a text, each of which has to be there once. */
const inOrder = (text, words) => {
  const places = words.map((word) => text.indexOf(word));
  assert.ok(!places.includes(-1), `${places}: ${text}`);
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  for (const word of words) assert.equal(text.split(word).length, 2, word);
};

test("of two generations half of the conversation was missing: both are shown in the order of time", async (t) => {
  const session_v2 = [
    tables[0][0].replace("TABLE session", "TABLE session_v2"),
  ];
  const row = ([sql, ...values]) => [
    sql.replace("INTO session", "INTO session_v2"),
    ...values,
  ];
  const old = { id: "ses_x", title: "Old title", time: { updated: 50 } };
  const store = database(t, [
    ...tables,
    session_v2,
    sessionRow(old),
    row(sessionRow({ ...old, title: "New title", time: { updated: 90 } })),
    ...messageRows("ses_x", message(1, "first words", 10)),
    typedUser("msg_new1", "second words", 20),
    ...messageRows("ses_x", message(2, "third words", 30)),
    typedUser("msg_new2", "fourth words", 40),
  ]);
  const path = join(temporaryFolder(t), "a.md");
  const stored = { sessionID: "ses_x", store };
  const report = await writeExport(path, stored, fixed);
  const text = readFileSync(path, "utf8");
  assert.match(text, /# New title/);
  inOrder(text, ["first words", "second words", "third words", "fourth words"]);
  assert.match(text, /in the tables of two generations; all are shown/);
  assert.deepEqual(report.messages, { stored: 4, rendered: 4 });
  assert.deepEqual(report.origin.tables, [
    "message",
    "part",
    "session_message",
    "session_v2",
  ]);
  const [listed] = await addon.listSessions(store);
  assert.deepEqual([listed.title, listed.messageCount], ["New title", 4]);
  // JSON and a page go other ways through the pipeline.
  const json = JSON.parse(exportSession(stored, { ...fixed, format: "json" }));
  assert.deepEqual(
    json.messages.map(({ info }) => info.id),
    ["msg_1", "msg_new1", "msg_2", "msg_new2"],
  );
  inOrder(exportSession(stored, { ...fixed, maxPartBytes: 1000 }), [
    "first words",
    "second words",
    "third words",
    "fourth words",
  ]);
});

test("a message in both generations is shown once, the fuller copy, whichever it is", async (t) => {
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_x" }),
    ...messageRows("ses_x", message(1, "short", 10)),
    ...messageRows("ses_x", message(2, "the whole answer, kept here", 20)),
    typedUser("msg_1", "short that was longer in the end", 10),
    typedUser("msg_2", "the whole", 20),
    typedUser("msg_3", "only here", 30),
  ]);
  const stored = { sessionID: "ses_x", store };
  const json = JSON.parse(exportSession(stored, { ...fixed, format: "json" }));
  assert.deepEqual(
    json.messages.map(({ parts }) => parts[0].text),
    [
      "short that was longer in the end",
      "the whole answer, kept here",
      "only here",
    ],
  );
  const [listed] = await addon.listSessions(store);
  assert.equal(listed.messageCount, 3);
});

test("an id that another session has too lowered the count in the list", async (t) => {
  const elsewhere = ([sql, ...values]) => [
    sql,
    ...values.map((value) => (value === "ses_x" ? "ses_y" : value)),
  ];
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_x" }),
    sessionRow({ id: "ses_y" }),
    ...messageRows("ses_x", message(1, "one", 10)),
    ...messageRows("ses_x", message(2, "two", 20)),
    typedUser("msg_3", "three", 30),
    // The messages of the other session have the ids of the first.
    elsewhere(typedUser("msg_1", "of another", 10)),
    elsewhere(typedUser("msg_2", "of another", 20)),
    ...messageRows("ses_y", message(4, "four", 40)),
  ]);
  const listed = await addon.listSessions(store);
  const counts = listed.map(({ sessionID, messageCount }) => [
    sessionID,
    messageCount,
  ]);
  assert.deepEqual(counts.sort(), [
    ["ses_x", 3],
    ["ses_y", 3],
  ]);
  for (const [sessionID, messages] of counts) {
    const json = exportSession(
      { sessionID, store },
      { ...fixed, format: "json" },
    );
    assert.equal(JSON.parse(json).messages.length, messages, sessionID);
  }
});

test("an id that a table without keys holds several times lowered the count in the list", async (t) => {
  const withoutKeys = tables.map(([sql]) => [
    sql.replaceAll("id text PRIMARY KEY", "id text"),
  ]);
  const store = database(t, [
    ...withoutKeys,
    sessionRow({ id: "ses_x" }),
    ...messageRows("ses_x", message(1, "one", 10)),
    ...messageRows("ses_x", message(1, "one", 10)),
    ...messageRows("ses_x", message(1, "one", 10)),
    typedUser("msg_1", "one", 10),
  ]);
  const [{ messageCount: messages }] = await addon.listSessions(store);
  const stored = { sessionID: "ses_x", store };
  const json = JSON.parse(exportSession(stored, { ...fixed, format: "json" }));
  assert.deepEqual([messages, json.messages.length], [3, 3]);
});

test("a complete copy of all messages in the other generation adds nothing", (t) => {
  const rows = [
    ...tables,
    sessionRow({ id: "ses_x" }),
    ...messageRows("ses_x", message(1, "one", 10)),
    ...messageRows("ses_x", message(2, "two", 20)),
  ];
  const copies = [typedUser("msg_1", "one", 10), typedUser("msg_2", "two", 20)];
  const [plain, copied] = [rows, [...rows, ...copies]].map((statements) =>
    exportSession(
      { sessionID: "ses_x", store: database(t, statements) },
      fixed,
    ),
  );
  assert.equal(copied, plain);
});

test("a secret that only the other generation holds is redacted in both", (t) => {
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_x" }),
    ...messageRows("ses_x", message(1, "look for Xq7vT2mK9pLw4z", 10)),
    typedUser("msg_2", "password: Xq7vT2mK9pLw4z", 20),
  ]);
  const text = exportSession({ sessionID: "ses_x", store }, fixed);
  assert.ok(!text.includes("Xq7vT2mK9pLw4z"), text);
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
  assert.match(text, /^(> )?hello/m);
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
  const data = folder(t, sessionFiles(json));
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
    /^(> )?inside/m,
    /\*\*Run command\*\* `ls` — ended, no exit code is stored/,
    /\*\*Child\*\*/,
    /^(> )?beside/m,
    /~\/work/,
    /share\.example\.com/,
    /1 damaged row/,
  ]) {
    assert.match(text, expected);
  }
  assert.equal(report.origin.generation, 0);
});
