// The string that `exportSession` returns refers to memory of the addon's: it stays whole while somebody has
// it, and goes when nobody has it any more. Of an object nothing is kept.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import {
  addon,
  root,
  sessionOf,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

const { exportSession } = addon;

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");
const turn = () => new Promise((resolve) => setImmediate(resolve));

const MEGABYTE = 1024 * 1024;
const COUNT = 200_000;
const words = "word ".repeat(COUNT);
const documentOf = (number) =>
  exportSession(
    sessionOf([userMessage(textPart(`Number ${number}, 报告: ${words}`))]),
  );
const external = () => process.memoryUsage().external;

test("a document is whole after memory was collected", async () => {
  const kept = [];
  for (let number = 0; number < 12; number += 1) {
    const text = documentOf(number);
    if (number % 4 === 0) kept.push([number, text]);
    collect();
    await turn();
  }
  for (const [number, text] of kept) {
    const start = text.indexOf(`Number ${number}, 报告: word word`);
    assert.ok(start > 0 && text.length > start + words.length);
    assert.equal(text.slice(start).split("word").length, COUNT + 1);
  }
});

test("a document that nobody has any more is given back", async () => {
  documentOf(0);
  collect();
  await turn();
  const before = external();
  let text = documentOf(1);
  assert.ok(external() - before >= 2 * text.length, "V8 knows of it");
  text = undefined;
  collect();
  await turn();
  assert.ok(external() - before < MEGABYTE, `${external() - before} bytes`);
});

test("memory is collected without being asked for", async () => {
  const before = process.memoryUsage().rss;
  for (let number = 0; number < 200; number += 1) {
    documentOf(number);
    await turn();
  }
  const more = process.memoryUsage().rss - before;
  assert.ok(more < 250 * MEGABYTE, `${more / MEGABYTE} MB of 400`);
});

test("an object that was written is not kept", async (t) => {
  const path = join(temporaryFolder(t), "a.md");
  const session = sessionOf([userMessage(textPart("word ".repeat(MEGABYTE)))]);
  // JavaScript has nothing new to keep, so that it does not collect.
  const write = () => addon.writeExport(path, session, { overwrite: true });
  await write();
  const before = process.memoryUsage().rss;
  for (let round = 0; round < 40; round += 1) await write();
  const more = process.memoryUsage().rss - before;
  assert.ok(more < 100 * MEGABYTE, `${more / MEGABYTE} MB of 200`);
});

test("a thread may end while it has documents", async () => {
  const code = `
    const { exportSession } = require(${JSON.stringify(root)});
    const text = "word ".repeat(100_000);
    const part = { type: "text", text };
    const session = { info: {}, messages: [{ info: { role: "user" }, parts: [part] }] };
    globalThis.documents = [1, 2, 3].map(() => exportSession(session));
  `;
  for (let round = 0; round < 5; round += 1)
    await new Promise((resolve, reject) => {
      const worker = new Worker(code, { eval: true });
      worker.on("error", reject);
      worker.on("exit", (status) => {
        assert.equal(status, 0);
        resolve();
      });
    });
});
