// writeExport: the file, the report, and what is left when it is stopped or killed.
import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { Worker } from "node:worker_threads";
import {
  addon,
  failure,
  fixed,
  githubToken,
  largeSession,
  root,
  session,
  sessionOf,
  sessionText,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

const { exportSession, suggestFileName, writeExport } = addon;

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

test("the file holds what exportSession returns, whatever the input's type", async (t) => {
  const folder = temporaryFolder(t);
  const text = sessionText("sub-agents");
  const expected = exportSession(text, fixed);
  for (const [name, input] of Object.entries({
    text,
    object: JSON.parse(text),
    buffer: Buffer.from(text),
  })) {
    const path = join(folder, `${name}.md`);
    await writeExport(path, input, fixed);
    assert.equal(readFileSync(path, "utf8"), expected);
  }
  assert.equal(readdirSync(folder).length, 3);
});

test("the report tells the truth", async (t) => {
  const path = join(temporaryFolder(t), "a.md");
  const report = await writeExport(path, session("sub-agents"), fixed);
  const bytes = readFileSync(path);
  assert.deepEqual(report, {
    path,
    bytes: bytes.length,
    sha256: sha256(bytes),
    format: "markdown",
    sessions: { stored: 2, rendered: 2 },
    messages: { stored: 17, rendered: 17 },
    parts: { stored: 54, rendered: 24 },
    omitted: [
      { reason: "step-marker", count: 28 },
      { reason: "reasoning", count: 2 },
      { reason: "tool-details", count: 14 },
    ],
    truncated: 0,
    redactions: [],
    kept: 0,
    attachments: 0,
    warnings: [],
  });
  const stored = report.parts.stored - report.parts.rendered;
  assert.equal(stored, 28 + 2);
});

test("the report says where something was redacted, never what", async (t) => {
  const token = githubToken(3);
  const tool = {
    id: "prt_tool",
    type: "tool",
    tool: "bash",
    state: {
      status: "completed",
      input: { command: `echo ${token}` },
      output: `${token} ${token}`,
    },
  };
  const input = sessionOf([userMessage(textPart(`use ${token}`), tool)], {
    title: token,
  });
  const report = await writeExport(
    join(temporaryFolder(t), "a.md"),
    input,
    fixed,
  );
  const place = (field, partID, context) => ({
    rule: "github-token",
    count: 1,
    field,
    ...(partID && { messageID: "msg_user", partID }),
    context,
  });
  const shown = "[redacted:github-token#1]";
  const places = [
    place("title", undefined, shown),
    place("text", "prt_text", `use ${shown}`),
    place("state.input", "prt_tool", `echo ${shown}`),
    place("state.output", "prt_tool", `${shown} ${shown}`),
    place("state.output", "prt_tool", `${shown} ${shown}`),
  ];
  assert.deepEqual(report.redactions, places);
  assert.ok(!JSON.stringify(report).includes(token));
});

test("the report counts what was cut", async (t) => {
  const path = join(temporaryFolder(t), "a.md");
  const part = { type: "hologram", data: "x".repeat(10000) };
  const report = await writeExport(path, sessionOf([userMessage(part)]));
  const shown = 4096;
  assert.equal(report.truncated, JSON.stringify(part, null, 2).length - shown);
  assert.match(
    readFileSync(path, "utf8"),
    /\*5\.9 kB of 10\.0 kB were cut here to fit the size limit\.\*/,
  );
});

test("the report lists what was odd", async (t) => {
  const report = await writeExport(
    join(temporaryFolder(t), "a.md"),
    sessionOf([{ parts: [] }]),
  );
  assert.deepEqual(report.warnings[0], {
    path: "$.messages[0].info",
    message: "a message without `info`",
  });
});

test("without a session it writes what was reviewed, to the byte", async (t) => {
  const folder = temporaryFolder(t);
  const reviewed = exportSession(session("typical"), { tools: "full" });
  const report = await writeExport(join(folder, "a.md"));
  assert.equal(readFileSync(join(folder, "a.md"), "utf8"), reviewed);
  assert.equal(report.sha256, sha256(reviewed));
  // null is how a caller skips an argument.
  await writeExport(join(folder, "a.md"), null, { overwrite: true });
  await writeExport(join(folder, "b.md"), session("aborted"));
  await writeExport(join(folder, "c.md"));
  assert.equal(readFileSync(join(folder, "c.md"), "utf8"), reviewed);
});

test("what was reviewed belongs to its thread", async (t) => {
  const path = join(temporaryFolder(t), "a.md");
  exportSession(session("typical"));
  const code = `
    const { parentPort, workerData } = require("node:worker_threads");
    require(workerData.root).writeExport(workerData.path).catch((error) => parentPort.postMessage(error.code));
  `;
  const worker = new Worker(code, { eval: true, workerData: { root, path } });
  const message = await new Promise((resolve) =>
    worker.once("message", resolve),
  );
  assert.equal(message, "ERR_NOTHING_TO_WRITE");
});

test("overwrite replaces a file, and a link, not what the link points to", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "a.md");
  writeFileSync(path, "old");
  await writeExport(path, session("typical"), { overwrite: true });
  assert.match(readFileSync(path, "utf8"), /^# Fix/);
  if (process.platform === "win32") return;
  assert.equal(statSync(path).mode & 0o777, 0o600);
  writeFileSync(join(folder, "other"), "other");
  symlinkSync(join(folder, "other"), join(folder, "link.md"));
  assert.equal(
    (
      await failure(() =>
        writeExport(join(folder, "link.md"), session("typical")),
      )
    ).code,
    "ERR_EXISTS",
  );
  await writeExport(join(folder, "link.md"), session("typical"), {
    overwrite: true,
  });
  assert.equal(readFileSync(join(folder, "other"), "utf8"), "other");
});

test("overwrite never replaces a device, a pipe, a socket or a folder", async (t) => {
  if (process.platform === "win32") return t.skip("there are none in files");
  const folder = temporaryFolder(t);
  const at = (name) => join(folder, name);
  execFileSync("mkfifo", [at("pipe")]);
  mkdirSync(at("folder"));
  const server = createServer().listen(at("socket"));
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  for (const path of [at("pipe"), at("folder"), at("socket"), "/dev/null"]) {
    const before = lstatSync(path);
    const error = await failure(() =>
      writeExport(path, session("typical"), { overwrite: true }),
    );
    assert.equal(error.code, "ERR_WRITE_FAILED", path);
    assert.match(error.message, /never replaced/);
    const { ino, mode } = lstatSync(path);
    assert.deepEqual([ino, mode], [before.ino, before.mode]);
  }
  assert.deepEqual(readdirSync(folder).sort(), ["folder", "pipe", "socket"]);
});

/** Ends a process while it exports with attachments, and gives what is in its folder then. */
async function endedWhileWriting(folder, { end, delay, signal }) {
  const code = `
    const { writeExport } = require(${JSON.stringify(root)});
    const { writeFileSync } = require("node:fs");
    const text = "The quick brown fox jumps over the lazy dog.\\n".repeat(100000);
    const file = { type: "file", mime: "image/png", url: "data:image/png;base64," + Buffer.alloc(2e6, 255).toString("base64") };
    const session = Buffer.from(JSON.stringify({ info: {}, messages: [{ info: {}, parts: [file, ...Array(8).fill({ type: "text", text })] }] }));
    writeExport(process.env.TARGET, session, { attachments: "extract" }).catch(() => {});
    setTimeout(() => { ${end} }, ${delay});
  `;
  const child = spawn(process.execPath, ["--eval", code], {
    env: { ...process.env, TARGET: join(folder, "a.md") },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  child.on("message", () => child.kill(signal));
  await new Promise((resolve) => child.on("exit", resolve));
  return readdirSync(folder).sort();
}

test("process.exit and an ended worker leave no private file", async (t) => {
  for (const delay of [5, 20, 60, 120]) {
    const folder = temporaryFolder(t);
    const left = await endedWhileWriting(folder, {
      end: "process.exit()",
      delay,
    });
    const complete = ["a.md", "a_files"];
    assert.ok(left.length === 0 || left.join() === complete.join(), `${left}`);
  }
  const folder = temporaryFolder(t);
  const code = `
    const { workerData } = require("node:worker_threads");
    const { writeExport } = require(workerData.root);
    writeExport(workerData.path, Buffer.from(workerData.session));
  `;
  const worker = new Worker(code, {
    eval: true,
    workerData: {
      root,
      path: join(folder, "a.md"),
      session: JSON.stringify(largeSession(20)),
    },
  });
  await new Promise((resolve) => setTimeout(resolve, 150));
  await worker.terminate();
  assert.deepEqual(
    readdirSync(folder).filter((name) => name !== "a.md"),
    [],
  );
});

test("what a killed process left is removed by a later export, and never a living one's", async (t) => {
  if (process.platform === "win32") return t.skip("there are no signals");
  const folder = temporaryFolder(t);
  const { pid } = spawnSync("true");
  const hours = (number) => new Date(Date.now() - number * 3600000);
  const place = (name, age) => {
    writeFileSync(join(folder, name), "private");
    utimesSync(join(folder, name), hours(age), hours(age));
  };
  place(`.session-export-${pid}-Old123.tmp`, 2);
  place(`.session-export-${pid}-New123.tmp`, 0.5);
  place(`.session-export-${process.pid}-Own123.tmp`, 2);
  place("victim.tmp", 2);
  symlinkSync("victim.tmp", join(folder, `.session-export-${pid}-Link12.tmp`));
  await writeExport(join(folder, "b.md"), session("typical"));
  assert.deepEqual(
    readdirSync(folder).sort(),
    [
      `.session-export-${pid}-Link12.tmp`,
      `.session-export-${pid}-New123.tmp`,
      `.session-export-${process.pid}-Own123.tmp`,
      "b.md",
      "victim.tmp",
    ].sort(),
  );
});

/**
 * Kills around the moment at which the file is there. `kill` kills after so many milliseconds, and tells whether the
 * file was there. Later and later, until it was; then ever closer to that moment, from both sides.
 */
async function killAround(kill) {
  let before;
  let after;
  for (let delay = 5; after === undefined; delay *= 1.5) {
    assert.ok(delay < 120_000, "no kill fell after the file was there");
    if (await kill(delay)) after = delay;
    else before = delay;
  }
  assert.ok(before !== undefined, "no kill fell before the file was there");
  for (let round = 0; round < 6; round += 1) {
    const middle = (before + after) / 2;
    if (await kill(middle)) after = middle;
    else before = middle;
  }
}

test("killed at any moment, no attachments stay without their document", async (t) => {
  if (process.platform === "win32") return t.skip("there are no signals");
  for (const signal of ["SIGKILL", "SIGHUP"])
    await killAround(async (delay) => {
      const folder = temporaryFolder(t);
      await endedWhileWriting(folder, {
        end: "process.send(1)",
        delay,
        signal,
      });
      const isWritten = existsSync(join(folder, "a.md"));
      await writeExport(join(folder, "b.md"), session("typical"));
      const names = readdirSync(folder);
      assert.equal(names.includes("a_files"), isWritten, `${names}`);
      return isWritten;
    });
});

test("two exports to one name: one wins, the other is ERR_EXISTS", async (t) => {
  const folder = temporaryFolder(t);
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, () =>
      writeExport(join(folder, "a.md"), session("typical")),
    ),
  );
  assert.equal(
    results.filter(({ status }) => status === "fulfilled").length,
    1,
  );
  for (const { reason } of results)
    if (reason) assert.equal(reason.code, "ERR_EXISTS");
  assert.deepEqual(readdirSync(folder), ["a.md"]);
});

test("the work is not done on the main thread", async (t) => {
  const path = join(temporaryFolder(t), "a.md");
  const bytes = Buffer.from(JSON.stringify(largeSession(20)));
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  await writeExport(path, bytes);
  clearInterval(timer);
  assert.ok(turns >= 5, `the event loop turned ${turns} times`);
});

test("a buffer that is changed after the call changes nothing", async (t) => {
  const folder = temporaryFolder(t);
  const bytes = Buffer.from(sessionText("typical"));
  const written = writeExport(join(folder, "a.md"), bytes, fixed);
  bytes.fill(0);
  await written;
  assert.equal(
    readFileSync(join(folder, "a.md"), "utf8"),
    exportSession(session("typical"), fixed),
  );
});

test("a signal stops the export and nothing is left", async (t) => {
  const folder = temporaryFolder(t);
  const object = largeSession(40);
  const bytes = Buffer.from(JSON.stringify(object));
  // An object is still being handed over then, or its export has just begun.
  for (const [session, delay] of [
    [bytes, 20],
    [object, 0],
    [object, 10],
    [object, 20],
  ]) {
    const controller = new AbortController();
    const written = writeExport(join(folder, "a.md"), session, {
      signal: controller.signal,
    });
    setTimeout(() => controller.abort(), delay);
    const error = await failure(() => written);
    assert.equal(error.code, "ERR_ABORTED");
    assert.deepEqual(readdirSync(folder), []);
  }
});

test("what only looks like a signal does no harm", async (t) => {
  const path = join(temporaryFolder(t), "a.md");
  const signal = { aborted: false, addEventListener() {} };
  await writeExport(path, session("typical"), { signal });
  assert.ok(existsSync(path));
});

test("a signal's own handlers stay, and it collects no listeners", async (t) => {
  const folder = temporaryFolder(t);
  const controller = new AbortController();
  const { signal } = controller;
  let called = 0;
  signal.onabort = () => (called += 1);
  const warnings = [];
  const onWarning = (warning) => warnings.push(warning);
  process.on("warning", onWarning);
  for (let index = 0; index < 20; index += 1) {
    await writeExport(join(folder, `${index}.md`), session("typical"), {
      signal,
    });
  }
  await new Promise(setImmediate);
  process.off("warning", onWarning);
  controller.abort();
  assert.equal(called, 1);
  assert.deepEqual(warnings, []);
});

test("killed at any moment, the target is the old file or the new one, complete", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "a.md");
  const old = exportSession(session("typical"), fixed);
  writeFileSync(path, old);
  const code = `
    const { writeExport } = require(".");
    const text = "The quick brown fox jumps over the lazy dog.\\n".repeat(200000);
    const session = Buffer.from(JSON.stringify({ info: {}, messages: [{ info: {}, parts: [{ type: "text", text }] }] }));
    process.send("ready");
    writeExport(process.env.TARGET, session, { overwrite: true, timeZone: "utc", exportedAt: 0 })
      .then(({ sha256 }) => process.send(sha256));
  `;
  const run = (delay) =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, ["--eval", code], {
        cwd: root,
        env: { ...process.env, TARGET: path },
        stdio: ["ignore", "ignore", "ignore", "ipc"],
      });
      let hash;
      child.on("message", (message) => {
        if (message === "ready" && delay !== undefined)
          setTimeout(() => child.kill("SIGKILL"), delay);
        else if (message !== "ready") hash = message;
        if (hash) child.disconnect();
      });
      child.on("exit", () => resolve(hash));
    });
  const complete = await run();
  assert.notEqual(complete, sha256(old));
  await killAround(async (delay) => {
    writeFileSync(path, old);
    await run(delay);
    const found = sha256(readFileSync(path));
    assert.ok(
      [sha256(old), complete].includes(found),
      `killed after ${delay} ms`,
    );
    return found === complete;
  });
});

test("no room left: an error, the old file, and no stray file", (t) => {
  if (process.platform === "win32") return;
  const folder = temporaryFolder(t);
  const path = join(folder, "a.md");
  writeFileSync(path, "old");
  const code = `
    const { writeExport } = require(".");
    const parts = [{ type: "text", text: "x\\n".repeat(200000) }];
    writeExport(process.env.TARGET, { info: {}, messages: [{ info: {}, parts }] }, { overwrite: true })
      .catch((error) => process.stdout.write(error.code + " " + error.cause.code));
  `;
  // The shell's limit on the size of a file stands for a disk without room.
  const { stdout } = spawnSync(
    "sh",
    ["-c", 'ulimit -f 64; exec "$0" --eval "$1"', process.execPath, code],
    {
      cwd: root,
      env: { ...process.env, TARGET: path },
      encoding: "utf8",
    },
  );
  assert.equal(stdout, "ERR_WRITE_FAILED EFBIG");
  assert.equal(readFileSync(path, "utf8"), "old");
  assert.deepEqual(readdirSync(folder), ["a.md"]);
});

test("file names are readable, redacted, and can be written", async (t) => {
  const folder = temporaryFolder(t);
  for (const [title, expected] of [
    ["Fix negative totals", "2026-11-22 Fix negative totals.md"],
    ["../../etc/passwd", "2026-11-22 .. .. etc passwd.md"],
    ["修复负数合计", "2026-11-22 修复负数合计.md"],
    ["CON", "2026-11-22 CON.md"],
    [" . ", "2026-11-22.md"],
    ["line\nbreak", "2026-11-22 line break.md"],
    [
      `Rotate ${githubToken(5)}`,
      "2026-11-22 Rotate redacted github-token 1.md",
    ],
    ["x".repeat(500), `2026-11-22 ${"x".repeat(109)}.md`],
    ["evil\u202egnp.exe", "2026-11-22 evil U+202E gnp.exe.md"],
  ]) {
    const name = suggestFileName(sessionOf([], { title }), { timeZone: "utc" });
    assert.equal(name, expected);
    await writeExport(join(folder, name), session("typical"));
    assert.ok(existsSync(join(folder, name)));
  }
  assert.equal(
    suggestFileName({ info: { title: "nul" }, messages: [] }),
    "session nul.md",
  );
});

test("a folder in the path is not created by itself", async (t) => {
  const folder = temporaryFolder(t);
  await failure(() =>
    writeExport(join(folder, "new/a.md"), session("typical")),
  );
  assert.deepEqual(readdirSync(folder), []);
  mkdirSync(join(folder, "new"));
  await writeExport(join(folder, "new/a.md"), session("typical"));
});
