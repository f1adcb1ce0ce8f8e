// writeExport from a store: progress, stopping, and what a killed reader leaves.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import {
  addon,
  failure,
  fixed,
  root,
  sessionOf,
  temporaryFolder,
} from "./support.mjs";
import {
  database,
  fingerprint,
  message,
  messageRows,
  openDatabase,
  sessionRow,
  sessionRows,
  tables,
} from "./stores.mjs";

const { exportSession, writeExport } = addon;

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

test("an onProgress that throws or rejects stops the export, which rejects with that error", async (t) => {
  const store = largeStore(t);
  const folder = temporaryFolder(t);
  const path = join(folder, "a.md");
  const mine = new Error("mine");
  const stored = { sessionID: "ses_large", store };
  const small = { info: { id: "ses_x" }, messages: [] };
  const throws = () => {
    throw mine;
  };
  const rejects = async () => {
    throw mine;
  };
  for (const input of [stored, small]) {
    for (const onProgress of [throws, rejects]) {
      const error = await failure(() =>
        writeExport(path, input, { onProgress }),
      );
      assert.equal(error, mine);
      assert.deepEqual(readdirSync(folder), []);
    }
  }
  // What is thrown need not be an Error.
  const wrapped = await writeExport(path, small, {
    onProgress: () => {
      throw "a text";
    },
  }).catch((error) => error);
  assert.equal(wrapped.cause, "a text");
  assert.deepEqual(readdirSync(folder), []);
});

test("a signal stops the export of a stored session, and nothing is left", async (t) => {
  const store = largeStore(t);
  const before = fingerprint(dirname(store));
  const target = temporaryFolder(t);
  const path = join(target, "a.md");
  const stored = { sessionID: "ses_large", store };
  // In each of its phases. When the last ones come, a fast computer may be done; never when the first do.
  let aborted = 0;
  for (const delay of [0, 5, 20, 40, 80, "when told how far it is"]) {
    const controller = new AbortController();
    const { signal } = controller;
    const abort = () => controller.abort();
    const isTold = typeof delay === "string";
    if (!isTold) setTimeout(abort, delay);
    const error = await writeExport(path, stored, {
      signal,
      onProgress: isTold ? abort : undefined,
    }).then(
      () => undefined,
      (error) => error,
    );
    if (error === undefined) {
      assert.ok(aborted >= 2, `not aborted after ${delay} ms`);
      assert.deepEqual(readdirSync(target), ["a.md"]);
      rmSync(path);
      continue;
    }
    aborted += 1;
    assert.equal(error.code, "ERR_ABORTED");
    assert.equal(error.name, "AbortError");
    assert.deepEqual(readdirSync(target), []);
  }
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
