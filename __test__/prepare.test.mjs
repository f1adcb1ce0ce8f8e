// prepareExport: what was reviewed is what is saved, and nothing of it is left.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import {
  addon,
  fixed,
  githubToken,
  largeSession,
  root,
  session,
  sessionOf,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

const {
  exportSession,
  prepareExport,
  suggestFileName,
  verifyExport,
  writeExport,
} = addon;

/** The code that a promise is rejected with. */
const codeOf = (promise) =>
  promise.then(
    () => "no error",
    (error) => error.code,
  );

const prepare = async (t, input, options) => {
  const prepared = await prepareExport(input, { ...fixed, ...options });
  t.after(() => prepared.dispose());
  return prepared;
};

/** The private folders of prepared exports of this computer. */
const privateFolders = () =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(".session-export-"));

test("what was reviewed is what is saved, in every format", async (t) => {
  const folder = temporaryFolder(t);
  const input = session("sub-agents");
  for (const [format, extension] of [
    ["markdown", "md"],
    ["json", "json"],
    ["html", "html"],
  ]) {
    const prepared = await prepare(t, input, { format });
    const expected = exportSession(input, { ...fixed, format });
    assert.equal(prepared.text, expected);
    assert.equal(readFileSync(prepared.path, "utf8"), expected);
    assert.ok(prepared.path.endsWith(`session.${extension}`));
    for (const name of ["a", "b"]) {
      const path = join(folder, `${name}.${extension}`);
      const report = await prepared.save(path);
      assert.equal(readFileSync(path, "utf8"), expected);
      assert.deepEqual(report, { ...prepared.report, path });
      assert.equal((await verifyExport(path)).intact, true);
    }
    const taken = join(folder, `a.${extension}`);
    assert.equal(await codeOf(prepared.save(taken)), "ERR_EXISTS");
    await prepared.save(taken, { overwrite: true });
  }
  const { path, ...report } = (await prepare(t, input)).report;
  const written = join(folder, "written.md");
  const { path: _, ...ofWrite } = await writeExport(written, input, fixed);
  assert.deepEqual(report, ofWrite);
});

test("two prepared exports do not mix", async (t) => {
  const folder = temporaryFolder(t);
  const of = (text) => sessionOf([userMessage(textPart(text))]);
  const [a, b] = await Promise.all([
    prepare(t, of("about apples")),
    prepare(t, of("about boats")),
  ]);
  assert.notEqual(dirname(a.path), dirname(b.path));
  exportSession(of("about something else"));
  await Promise.all([
    b.save(join(folder, "b.md")),
    a.save(join(folder, "a.md")),
  ]);
  assert.match(readFileSync(join(folder, "a.md"), "utf8"), /about apples/);
  assert.match(readFileSync(join(folder, "b.md"), "utf8"), /about boats/);
  b.dispose();
  assert.match(a.text, /about apples/);
});

test("the session may change once the promise is there", async (t) => {
  const input = sessionOf([userMessage(textPart("as it was"))]);
  const prepared = await prepare(t, input);
  input.messages[0].parts[0].text = "as it is";
  const path = join(temporaryFolder(t), "a.md");
  await prepared.save(path);
  assert.match(readFileSync(path, "utf8"), /as it was/);
});

test("each redaction is told in its context, also one that was recognised elsewhere", async (t) => {
  const token = githubToken(11);
  const password = "Walnut" + "47!";
  const answer = (id, text) => ({
    info: { id, role: "assistant", time: { created: 1795333601000 } },
    parts: [{ id: `prt_${id}`, type: "text", text }],
  });
  const input = sessionOf(
    [
      userMessage(textPart(`First ${password} is typed.`)),
      answer("msg_a", `Then I use ${token} and ${"x ".repeat(60)}${token}.`),
      answer("msg_b", `the password: ${password}\nfor the shop`),
    ],
    { title: `With ${token}` },
  );
  const prepared = await prepare(t, input);
  const shown = prepared.report.redactions.map(
    ({ count, messageID, context }) => [count, messageID, context],
  );
  assert.deepEqual(shown, [
    [1, undefined, "With [redacted:github-token#1]"],
    [1, "msg_user", "First [redacted:named-secret#1] is typed."],
    [
      1,
      "msg_a",
      `Then I use [redacted:github-token#1] and ${"x ".repeat(27)}x`,
    ],
    [1, "msg_a", `${"x ".repeat(30)}[redacted:github-token#1].`],
    [1, "msg_b", "the password: [redacted:named-secret#1]\nfor the shop"],
  ]);
  for (const secret of [token, password])
    assert.ok(!JSON.stringify(prepared.report).includes(secret));
});

test("of more redactions than are kept, the rest are counted", async (t) => {
  const lines = Array.from(
    { length: 12_000 },
    (_, n) => `use ${githubToken(n + 1)} now`,
  );
  const input = sessionOf([userMessage(textPart(lines.join("\n")))]);
  const { redactions } = (await prepare(t, input)).report;
  assert.equal(redactions.filter(({ context }) => context).length, 10_000);
  const counted = redactions.reduce((sum, { count }) => sum + count, 0);
  assert.equal(counted, 12_000);
});

test("a placeholder that stood in the session is no redaction", async (t) => {
  const text = "They sent [redacted:github-token#1] to me.";
  const input = sessionOf([userMessage(textPart(text))]);
  assert.deepEqual((await prepare(t, input)).report.redactions, []);
});

test("a private file that somebody changed is not saved", async (t) => {
  const folder = temporaryFolder(t);
  for (const change of [
    (path) => appendFileSync(path, "more"),
    (path) =>
      writeFileSync(
        path,
        readFileSync(path).map((byte) => byte ^ 1),
      ),
    (path) => writeFileSync(path, ""),
    (path) => rmSync(path),
  ]) {
    const prepared = await prepare(t, session("sub-agents"));
    change(prepared.path);
    const path = join(folder, "a.md");
    assert.equal(await codeOf(prepared.save(path)), "ERR_EXPORT_CHANGED");
    assert.throws(() => prepared.text, { code: "ERR_EXPORT_CHANGED" });
    assert.deepEqual(readdirSync(folder), []);
  }
});

test("the private file is its owner's, and gone once it is disposed of", async (t) => {
  const prepared = await prepare(t, session("sub-agents"));
  const folder = dirname(prepared.path);
  if (process.platform !== "win32") {
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    assert.equal(statSync(prepared.path).mode & 0o777, 0o600);
  }
  assert.deepEqual(readdirSync(folder), ["session.md"]);
  prepared.dispose();
  prepared.dispose();
  assert.ok(!existsSync(folder));
  const path = join(temporaryFolder(t), "a.md");
  assert.equal(await codeOf(prepared.save(path)), "ERR_EXPORT_DISPOSED");
  assert.throws(() => prepared.text, { code: "ERR_EXPORT_DISPOSED" });
  assert.equal(prepared.report.format, "markdown");
});

test("process.exit, an ended worker and collection remove the private file", async () => {
  const code = `
    const { prepareExport } = require(${JSON.stringify(root)});
    prepareExport([{ info: { role: "user" }, parts: [] }]).then((prepared) => END);`;
  const run = (end, ...flags) => {
    const { stdout, stderr } = spawnSync(
      process.execPath,
      [...flags, "-e", code.replace("END", end)],
      { encoding: "utf8" },
    );
    assert.match(stdout, /session\.md/, stderr);
    return dirname(stdout.trim());
  };
  const print = "console.log(prepared.path)";
  assert.ok(!existsSync(run(`{ ${print}; process.exit() }`)));
  assert.ok(!existsSync(run(`{ ${print}; globalThis.kept = prepared }`)));
  const collected = `{ ${print}; prepared = undefined; setTimeout(async () => {
    for (let round = 0; round < 20; round += 1) { gc(); await new Promise(setImmediate); }
    process.kill(process.pid, "SIGKILL");
  }) }`;
  assert.ok(!existsSync(run(collected, "--expose-gc")));

  const worker = new Worker(
    `const { parentPort } = require("node:worker_threads");
    ${code.replace("END", "{ globalThis.kept = prepared; parentPort.postMessage(prepared.path); setInterval(() => {}, 1000) }")}`,
    { eval: true },
  );
  const path = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  assert.ok(existsSync(path));
  await worker.terminate();
  assert.ok(!existsSync(path));
});

test("it can be stopped at every moment, and leaves nothing behind", async (t) => {
  const input = JSON.stringify(largeSession(4));
  const before = privateFolders();
  const code = (promise) =>
    promise.then(
      (prepared) => prepared.dispose(),
      (error) => error.code,
    );
  assert.equal(
    await code(prepareExport(input, { signal: AbortSignal.abort() })),
    "ERR_ABORTED",
  );
  let stopped = 0;
  for (let delay = 0; delay < 60; delay += 3) {
    const controller = new AbortController();
    const running = code(prepareExport(input, { signal: controller.signal }));
    await sleep(delay);
    controller.abort();
    stopped += (await running) === "ERR_ABORTED" ? 1 : 0;
  }
  assert.ok(stopped > 0);
  assert.deepEqual(privateFolders(), before);
  const prepared = await prepare(t, input);
  const folder = temporaryFolder(t);
  for (let delay = 0; delay < 12; delay += 2) {
    const controller = new AbortController();
    const path = join(folder, `${delay}.md`);
    const running = prepared.save(path, { signal: controller.signal });
    await sleep(delay);
    controller.abort();
    const outcome = await running.catch((error) => error.code);
    assert.equal(existsSync(path), outcome !== "ERR_ABORTED");
  }
  assert.ok(readdirSync(folder).every((name) => name.endsWith(".md")));
});

test("the main thread is free while a large session is prepared, and progress is told", async (t) => {
  const input = Buffer.from(JSON.stringify(largeSession(20)));
  const phases = new Set();
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 1);
  t.after(() => clearInterval(timer));
  const prepared = await prepare(t, input, {
    onProgress: ({ phase }) => phases.add(phase),
  });
  assert.ok(turns >= 5, `${turns} turns of the event loop`);
  assert.ok(phases.has("write"));
  await assert.rejects(
    prepareExport(input, {
      onProgress: () => {
        throw new RangeError("mine");
      },
    }),
    { name: "RangeError", message: "mine" },
  );
  assert.ok(prepared.report.bytes > 1_000_000);
});

test("what is wrong is told before anything is made", async (t) => {
  const before = privateFolders();
  for (const [input, options, code] of [
    [1, {}, "ERR_INVALID_SESSION"],
    [[], { overwrite: true }, "ERR_INVALID_OPTION"],
    [[], { format: "pdf" }, "ERR_INVALID_OPTION"],
    [[], { report: true }, "ERR_INVALID_OPTION"],
    [[], { attachments: "extract" }, "ERR_INVALID_OPTION"],
    [[], { signal: 1 }, "ERR_INVALID_OPTION"],
    [
      { sessionID: "ses_x", store: join(root, "none") },
      {},
      "ERR_STORE_NOT_FOUND",
    ],
  ])
    assert.equal(await codeOf(prepareExport(input, options)), code);
  const prepared = await prepare(t, session("sub-agents"));
  for (const path of [undefined, 1, "", "a/", "con.md"])
    assert.equal(await codeOf(prepared.save(path)), "ERR_INVALID_OPTION");
  const path = join(temporaryFolder(t), "a.md");
  assert.equal(
    await codeOf(prepared.save(path, { tools: "full" })),
    "ERR_INVALID_OPTION",
  );
  prepared.dispose();
  assert.deepEqual(privateFolders(), before);
});

test("a file name needs no messages", (t) => {
  const info = {
    id: "ses_1",
    title: `Rotate ${githubToken(3)}`,
    time: { created: 1795333600000 },
  };
  const name = "2026-11-22 Rotate redacted github-token 1";
  const messages = {
    get length() {
      throw new Error("the messages were read");
    },
  };
  for (const input of [
    { info },
    { info, messages },
    {
      schema_version: 1,
      format: "pawwork-session-export",
      session: { info, messages },
    },
  ])
    assert.equal(suggestFileName(input, fixed), `${name}.md`);
  const format = "html";
  assert.equal(suggestFileName({ info }, { ...fixed, format }), `${name}.html`);
});

test("process.exit while a session is handed over waited 3 s and left a private folder", () => {
  const code = `
    const { prepareExport } = require(${JSON.stringify(root)});
    const text = "The quick brown fox\\n".repeat(2_000_000);
    prepareExport([{ info: { role: "user" }, parts: [{ type: "text", text }] }]);
    setTimeout(() => {
      const start = Date.now();
      process.on("exit", () => console.log(process.pid, Date.now() - start));
      process.exit();
    }, 40);`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", code], {
    encoding: "utf8",
  });
  const [pid, took] = stdout.split(" ").map(Number);
  assert.ok(took < 1500, `${took} ms ${stderr}`);
  const left = privateFolders().filter((name) => name.includes(`-${pid}-`));
  assert.deepEqual(left, []);
});

test("dispose right after save lets it write to the end", async (t) => {
  const prepared = await prepare(t, session("sub-agents"));
  const expected = prepared.text;
  const path = join(temporaryFolder(t), "a.md");
  const saving = prepared.save(path);
  prepared.dispose();
  await saving;
  assert.equal(readFileSync(path, "utf8"), expected);
});

test("a prepared page is not saved as Markdown", async (t) => {
  const folder = temporaryFolder(t);
  const input = session("sub-agents");
  const prepared = await prepare(t, input, { format: "html" });
  for (const name of ["a.md", "a.json", "a.MARKDOWN"]) {
    const saving = prepared.save(join(folder, name));
    assert.equal(await codeOf(saving), "ERR_INVALID_OPTION");
  }
  for (const name of ["a.html", "a.HTM", "a", "a.log"])
    await prepared.save(join(folder, name));
});
