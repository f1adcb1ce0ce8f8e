// Stores whose schema or rows are not as a runtime writes them, and stores that others use meanwhile.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { addon, failure, fixed, temporaryFolder } from "./support.mjs";
import {
  database,
  folder,
  message,
  messageRows,
  openDatabase,
  sessionRow,
  tables,
  writeDatabase,
} from "./stores.mjs";

const { exportSession, listPublishedSessions, listSessions, writeExport } =
  addon;
const sessionID = "ses_x";

// Minutes of work for each row that is read.
const endless =
  "length(replace(hex(zeroblob(400000000)), '0', hex(zeroblob(2)))) || ''";
const generated = {
  "the data of a message": [
    "message",
    "ALTER TABLE message DROP COLUMN data",
    `ALTER TABLE message ADD COLUMN data text AS (${endless})`,
  ],
  "a new column of a session": [
    "session",
    `ALTER TABLE session ADD COLUMN extra text AS (${endless}) VIRTUAL`,
  ],
  "the title": [
    "session",
    "ALTER TABLE session DROP COLUMN title",
    `ALTER TABLE session ADD COLUMN title text AS (${endless})`,
  ],
};

for (const [what, [table, ...changes]] of Object.entries(generated)) {
  test(`a generated column is refused and does not run: ${what}`, async (t) => {
    const store = database(t, [
      ...tables,
      ...changes.map((change) => [change]),
      ["INSERT INTO session_share VALUES ('ses_x', '', '', 'x', 1, 1)"],
    ]);
    for (const call of [
      () => exportSession({ sessionID, store }, fixed),
      () => listSessions(store),
      () => listPublishedSessions(store),
      () => writeExport(join(temporaryFolder(t), "a.md"), { sessionID, store }),
    ]) {
      const start = performance.now();
      const error = await failure(call);
      assert.equal(error.code, "ERR_STORE_UNREADABLE");
      assert.match(
        error.message,
        new RegExp(`a column of its table ${table} is computed`),
      );
      assert.ok(performance.now() - start < 1000);
    }
  });
}

test("expressions of indexes, checks and triggers do not run while a store is read", async (t) => {
  const store = database(t, [
    ...tables,
    sessionRow({ id: sessionID }),
    ...messageRows(sessionID, message(1, "shown")),
    [
      `CREATE INDEX partial ON message (session_id) WHERE time_created < 0 AND ${endless} > 5`,
    ],
    [`CREATE TRIGGER a AFTER INSERT ON message BEGIN SELECT ${endless}; END`],
  ]);
  const start = performance.now();
  assert.match(exportSession({ sessionID, store }, fixed), /^shown$/m);
  assert.equal((await listSessions(store))[0].messageCount, 1);
  assert.ok(performance.now() - start < 1000);
});

const blob = (text) => ({ blob: text });
/** A statement whose values may be BLOBs. */
const insertBlobs = (table, row) => {
  const names = Object.keys(row);
  const places = names.map((name) =>
    row[name]?.blob === undefined ? "?" : "CAST(? AS BLOB)",
  );
  return [
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${places.join(", ")})`,
    ...names.map((name) => row[name]?.blob ?? row[name]),
  ];
};

test("rows whose id is a BLOB are shown, and so are those that name it", async (t) => {
  const times = { time_created: 1795333600000, time_updated: 1795333600000 };
  const text = (text) => JSON.stringify({ type: "text", text });
  const data = JSON.stringify({ role: "user" });
  const id = blob(sessionID);
  const store = database(t, [
    ...tables,
    sessionRow({ id: "ses_start", title: "Start" }),
    ["UPDATE session SET id = CAST('ses_x' AS BLOB)"],
    insertBlobs("message", {
      id: blob("msg_1"),
      session_id: id,
      data,
      ...times,
    }),
    insertBlobs("part", {
      id: blob("prt_1"),
      message_id: blob("msg_1"),
      session_id: id,
      data: text("of a blob"),
      ...times,
    }),
    insertBlobs("part", {
      id: "prt_2",
      message_id: "msg_1",
      session_id: sessionID,
      data: text("of a text"),
      ...times,
    }),
    insertBlobs("message", {
      id: "msg_2",
      session_id: sessionID,
      data,
      ...times,
    }),
    insertBlobs("part", {
      id: "prt_3",
      message_id: blob("msg_2"),
      session_id: sessionID,
      data: text("the other way round"),
      ...times,
    }),
    insertBlobs("message", { id: null, session_id: sessionID, data, ...times }),
    insertBlobs("part", {
      id: null,
      message_id: blob("msg_gone"),
      session_id: id,
      data: text("orphan"),
      ...times,
    }),
  ]);
  const [listed] = await listSessions(store);
  assert.equal(listed.sessionID, sessionID);
  assert.equal(listed.messageCount, 3);
  for (const wanted of [sessionID, "ses_"]) {
    const text = exportSession({ sessionID: wanted, store }, fixed);
    for (const shown of ["of a blob", "of a text", "the other way round"]) {
      assert.match(text, new RegExp(`^${shown}$`, "m"));
    }
    assert.match(text, /Stored: 1 session, 3 messages, 4 parts/);
  }
});

test(
  "what cannot be looked at is an error, and not a session without messages",
  {
    skip: process.platform === "win32" && "links need a privilege on Windows",
  },
  async (t) => {
    // A link in a circle fails for the superuser too.
    const files = folder(t, {
      "storage/session/p/ses_x.json": { id: sessionID, title: "Closed" },
      "storage/message/other.txt": "",
    });
    symlinkSync("ses_x", join(files, "storage/message/ses_x"));
    const log = database(t, [...tables, sessionRow({ id: sessionID })]);
    symlinkSync("opencode.db-wal", `${log}-wal`);
    for (const store of [files, log]) {
      for (const call of [
        () => exportSession({ sessionID, store }, fixed),
        () => listSessions(store),
      ]) {
        const error = await failure(call);
        assert.equal(error.code, "ERR_STORE_UNREADABLE");
        assert.match(error.message, /ELOOP|system error/);
      }
    }
  },
);

test("a store that is opened and closed all the time is read each time", async (t) => {
  const start = [...tables, sessionRow({ id: sessionID })];
  const store = database(t, start);
  let isOver = false;
  const path = join(temporaryFolder(t), "a.md");
  const reading = (async () => {
    let read = 0;
    while (!isOver) {
      const [listed] = await listSessions(store);
      const stored = { sessionID, store };
      const options = { ...fixed, overwrite: true };
      const { messages } = await writeExport(path, stored, options);
      assert.ok(messages.rendered >= listed.messageCount);
      read += 1;
    }
    return read;
  })();
  for (let round = 0; round < 15; round += 1) {
    const rows = messageRows(sessionID, message(round, `text ${round}`));
    // In another process; the reader goes on between the steps of this one.
    await new Promise((resolve) => setTimeout(resolve, 5));
    const writer = await openDatabase(t, store, rows, "hold");
    await writer.end();
  }
  isOver = true;
  assert.ok((await reading) > 0);
  assert.match(exportSession({ sessionID, store }, fixed), /Messages \| 15 /);
});

test("with a rollback journal a writer waits for one statement, not for the export", async (t) => {
  const store = join(temporaryFolder(t), "opencode.db");
  const words = "The quick brown fox. ".repeat(2000);
  writeDatabase(store, [
    ...tables,
    ["PRAGMA journal_mode = DELETE"],
    sessionRow({ id: "ses_loop" }),
    sessionRow({ id: sessionID }),
    ...Array.from({ length: 400 }, (_, index) =>
      messageRows(sessionID, message(index, `${index} ${words}`)),
    ).flat(),
    ["PRAGMA journal_mode = DELETE"],
  ]);
  const alone = performance.now();
  const path = join(temporaryFolder(t), "a.md");
  const stored = { sessionID, store };
  await writeExport(path, stored, { ...fixed, overwrite: true });
  const whole = performance.now() - alone;
  const writer = await openDatabase(
    t,
    store,
    [["PRAGMA journal_mode = DELETE"], ["PRAGMA busy_timeout = 2000"]],
    "insert",
  );
  const outcomes = [];
  for (let round = 0; round < 3; round += 1) {
    // Whole, or an error that says what happened; never of two states.
    const outcome = await writeExport(path, stored, {
      ...fixed,
      overwrite: true,
    }).then(
      ({ messages }) => messages.rendered,
      (error) => error.message,
    );
    outcomes.push(outcome);
    if (outcome !== 400) assert.match(outcome, /changed while it was read/);
  }
  const { inserted, failed, longest } = await writer.end();
  assert.equal(failed, 0);
  assert.ok(inserted > 0);
  t.diagnostic(
    `an export takes ${whole} ms, the writer waited ${longest} ms; ${outcomes}`,
  );
  // When nobody writes, it is there.
  const { messages } = await writeExport(path, stored, {
    ...fixed,
    overwrite: true,
  });
  assert.equal(messages.rendered, 400);
});
