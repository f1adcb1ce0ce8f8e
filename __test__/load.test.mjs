// The addon loads in every way that its users load it.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import test from "node:test";
import { Worker } from "node:worker_threads";
import {
  exportSession,
  isWebPublishingEnabled,
  verifyExport,
} from "../index.js";
import { bun } from "./stores.mjs";
import { root, session, temporaryFolder } from "./support.mjs";

const names = [
  "assertWebPublishing",
  "disableWebPublishing",
  "enableWebPublishing",
  "exportSession",
  "guardShareNext",
  "isWebPublishingEnabled",
  "suggestFileName",
  "webPublishingWarning",
  "writeExport",
];

test("require and import give the same functions", () => {
  const required = createRequire(import.meta.url)("..");
  for (const name of names)
    assert.equal(typeof required[name], "function", name);
  assert.equal(exportSession, required.exportSession);
  assert.equal(isWebPublishingEnabled(), false);
});

test("the package's own name resolves to it", () => {
  const code = `
    import { exportSession } from "@pawwork/session-export";
    console.log(typeof exportSession, typeof require("@pawwork/session-export").writeExport);
  `.replace(
    "console",
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url); console",
  );
  const { stdout } = spawnSync(
    process.execPath,
    ["--input-type=module", "--eval", code],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  assert.equal(stdout.trim(), "function function");
});

test("it works in a worker thread, also after the worker ended", async () => {
  const code = `
    const { parentPort, workerData } = require("node:worker_threads");
    const { exportSession } = require(workerData.root);
    parentPort.postMessage(exportSession(workerData.session).length);
  `;
  const run = () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(code, {
        eval: true,
        workerData: { root, session: session("typical") },
      });
      let length;
      worker.on("message", (value) => (length = value));
      worker.on("error", reject);
      worker.on("exit", () => resolve(length));
    });
  const [first, second] = [await run(), await run()];
  assert.ok(first > 1000);
  assert.equal(first, second);
  assert.ok(exportSession(session("typical")).length > 1000);
});

test("a worker that is ended while exports run ends well", async (t) => {
  const code = `
    const { Worker } = require("node:worker_threads");
    const work = \`
      const { parentPort, workerData } = require("node:worker_threads");
      const { writeExport } = require(workerData.root);
      const { signal } = new AbortController();
      const text = "hello world\\\\n".repeat(5000);
      const texts = Array.from({ length: 100 }, (_, i) => i + text).concat(text.repeat(100));
      const parts = texts.map((text) => ({ type: "text", text }));
      const session = { info: {}, messages: [{ info: {}, parts }] };
      for (const name of "abcd") writeExport(workerData.folder + name + ".md", session, { overwrite: true, signal });
      parentPort.postMessage("started");
    \`;
    (async () => {
      for (let delay = 0; delay < 60; delay += 10) {
        const worker = new Worker(work, { eval: true, workerData: { root: process.cwd(), folder: process.env.FOLDER } });
        await new Promise((resolve) => worker.once("message", resolve));
        await new Promise((resolve) => setTimeout(resolve, delay));
        await worker.terminate();
      }
    })();
  `;
  const folder = temporaryFolder(t);
  const end = async (name) => {
    const own = join(folder, name);
    mkdirSync(own);
    const child = spawn(process.execPath, ["--eval", code], {
      cwd: root,
      env: { ...process.env, FOLDER: `${own}/` },
      // The export of a session that is taken over no further must not wait for the rest.
      timeout: 60_000,
    });
    let written = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (written += text));
    const [status, signal] = await once(child, "close");
    assert.deepEqual([status, signal, written], [0, null, ""]);
    for (const name of readdirSync(own)) assert.match(name, /^[a-d]\.md$/);
  };
  // Some at once: on Windows, where no other thread has loaded the addon, it was gone before its threads were, which
  // a busy computer shows.
  await Promise.all(["1", "2", "3", "4", "5", "6"].map(end));
});

test("a worker that is ended waits neither for its progress to be told nor for the whole export", async (t) => {
  const code = `
    const { parentPort, workerData } = require("node:worker_threads");
    const { writeExport } = require(workerData.root);
    const text = "hello world\\n".repeat(100000);
    const parts = Array.from({ length: 40 }, (_, i) => ({ type: "text", text: i + text }));
    const session = JSON.stringify({ info: {}, messages: [{ info: {}, parts }] });
    let begun = false;
    const onProgress = () => {
      if (!begun) parentPort.postMessage("begun");
      begun = true;
    };
    const path = workerData.path;
    for (let i = 0; i < 4; i += 1)
      writeExport(path + i + ".md", session, { onProgress: i % 2 ? undefined : onProgress });
  `;
  const folder = temporaryFolder(t);
  for (const delay of [0, 20, 60, 150]) {
    const path = join(folder, `${delay}-`);
    const worker = new Worker(code, { eval: true, workerData: { root, path } });
    await once(worker, "message");
    await new Promise((resolve) => setTimeout(resolve, delay));
    const start = Date.now();
    await worker.terminate();
    const time = Date.now() - start;
    assert.ok(time < 2500, `after ${delay} ms it took ${time} ms`);
  }
  // Each export is there whole, or not at all.
  for (const name of readdirSync(folder))
    assert.ok((await verifyExport(join(folder, name))).intact, name);
});

test("it works under Bun, by require and by import", (t) => {
  const code = `
    import { exportSession } from "./index.js";
    import { readFileSync } from "node:fs";
    const { writeExport } = require("./index.js");
    const session = readFileSync("tests/golden/typical/session.json");
    const path = process.env.TARGET;
    const report = await writeExport(path, session, { overwrite: true });
    console.log(exportSession(session).startsWith("# Fix negative totals"), report.messages.stored);
  `;
  const { stdout, stderr } = spawnSync(bun, ["--eval", code], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, TARGET: join(temporaryFolder(t), "a.md") },
  });
  assert.equal(stdout.trim(), "true 13", stderr);
});

test("a process that ends while an export runs ends well", (t) => {
  const code = `
    const { writeExport } = require(".");
    const text = "x".repeat(1000) + "\\n";
    const part = { type: "text", text: text.repeat(20000) };
    writeExport(process.env.TARGET, { info: {}, messages: [{ info: {}, parts: [part] }] }, { overwrite: true });
    setTimeout(() => process.exit(7), 5);
  `;
  const { status, signal } = spawnSync(process.execPath, ["--eval", code], {
    cwd: root,
    env: { ...process.env, TARGET: join(temporaryFolder(t), "a.md") },
  });
  assert.deepEqual([status, signal], [7, null]);
});
