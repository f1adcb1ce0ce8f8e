// A list of a store can take long. Its signal ends it, and the work in other threads.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { addon, failure, temporaryFolder } from "./support.mjs";
import { database, tables } from "./stores.mjs";

const { listPublishedSessions, listSessions } = addon;

const aborted = { name: "AbortError", code: "ERR_ABORTED" };

/** A statement that inserts `count` rows, of `columns` in which `i` is their number. */
const many = (table, columns, count) => [
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT ${count})
   INSERT INTO ${table} SELECT ${columns} FROM n`,
];

/** Tables without an index, as in a store that somebody made to keep a list busy. */
const withoutIndex = [
  ["CREATE TABLE session (id, time_created, time_updated, title, share_url)"],
  ["CREATE TABLE message (id, session_id, time_created, data)"],
  ["CREATE TABLE part (id, message_id, session_id, time_created, data)"],
  ["CREATE TABLE session_share (session_id, url, time_created)"],
];

const busy = {
  "counts its messages": [
    ["INSERT INTO session VALUES ('ses_1', 1, 1, 'One', NULL)"],
    many("message", "i, 'ses_' || (i * 7919 % 1000003), i, '{}'", 1500000),
  ],
  "has very many sessions": [
    many("session", "'ses_' || (i * 7919 % 1000003), i, i, 'T', NULL", 300000),
  ],
};

/** How long a call takes that fails as it should, in milliseconds. */
async function timeUntilAborted(list, store, delay) {
  const controller = new AbortController();
  const pending = list(store, { signal: controller.signal });
  let start;
  setTimeout(() => {
    start = performance.now();
    controller.abort();
  }, delay);
  await assert.rejects(pending, aborted);
  return performance.now() - start;
}

for (const [name, statements] of Object.entries(busy)) {
  test(`a list of a store that ${name} ends when its signal is aborted`, async (t) => {
    const store = database(t, [...withoutIndex, ...statements]);
    const start = performance.now();
    await listSessions(store);
    const whole = performance.now() - start;
    // Else an abort after 50 ms would prove nothing.
    assert.ok(whole > 300, `${whole} ms`);
    const cpu = process.cpuUsage();
    const time = await timeUntilAborted(listSessions, store, 50);
    assert.ok(time < 200, `${time} ms`);
    // No thread goes on with it.
    const used = process.cpuUsage(cpu);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const after = process.cpuUsage(cpu);
    const more = after.user + after.system - used.user - used.system;
    assert.ok(more < 150000, `${more} µs`);
  });
}

test("a list of what was published ends when its signal is aborted", async (t) => {
  const store = database(t, [
    ...withoutIndex,
    many("session", "'ses_' || i, i, i, 'T', 'https://a.example'", 20000),
  ]);
  // Each title is looked for in a table without an index: minutes.
  const time = await timeUntilAborted(listPublishedSessions, store, 50);
  assert.ok(time < 200, `${time} ms`);
});

test("a list of a folder of JSON files ends when its signal is aborted", async (t) => {
  const storage = join(temporaryFolder(t), "storage");
  const sessions = join(storage, "session", "project");
  mkdirSync(sessions, { recursive: true });
  for (let i = 0; i < 20000; i += 1) {
    const id = `ses_${i}`;
    writeFileSync(join(sessions, `${id}.json`), JSON.stringify({ id }));
  }
  for (const list of [listSessions, listPublishedSessions]) {
    const time = await timeUntilAborted(list, storage, 20);
    assert.ok(time < 200, `${time} ms`);
  }
});

test("a signal that is aborted already ends a list before a store is looked for", async () => {
  for (const list of [listSessions, listPublishedSessions])
    for (const store of [undefined, "/there/is/none"])
      await assert.rejects(
        list(store, { signal: AbortSignal.abort() }),
        aborted,
      );
});

test("a signal that lives long collects no listeners of lists", async (t) => {
  const store = database(t, tables);
  const { signal } = new AbortController();
  let listeners = 0;
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = function (...args) {
    listeners += 1;
    return addEventListener.apply(this, args);
  };
  signal.removeEventListener = function (...args) {
    listeners -= 1;
    return removeEventListener.apply(this, args);
  };
  for (const list of [listSessions, listPublishedSessions]) {
    await list(store, { signal });
    await failure(() => list("/there/is/none", { signal }));
  }
  await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(listeners, 0);
});

test("lists take no option but a signal that is one", async () => {
  for (const options of [
    { signal: 5 },
    { signal: {} },
    { signal: null },
    { limit: 3 },
    [],
    new Map(),
    "x",
  ])
    for (const list of [listSessions, listPublishedSessions])
      await assert.rejects(list(undefined, options), {
        code: "ERR_INVALID_OPTION",
      });
});
