// Every error, through the addon: its code, and that it tells no conversation text.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { freemem } from "node:os";
import { join } from "node:path";
import test from "node:test";
import {
  addon,
  failure,
  githubToken,
  root,
  session,
  sessionOf,
  sessionText,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

const { exportSession, suggestFileName, writeExport } = addon;
const secret = "hunter2-is-my-password";
const cycle = sessionOf([userMessage(textPart(secret))]);
cycle.messages[0].parts[0].self = cycle;

const invalidSessions = [
  ["nothing", undefined, "$"],
  ["null", null, "$"],
  ["a number", 42, "$"],
  ["a function", () => secret, "$"],
  ["an empty string", "", "$"],
  ["text that is no JSON", `hello ${secret}`, "$"],
  ["truncated JSON", sessionText("typical").slice(0, 3000), "$"],
  ["a JSON string", JSON.stringify(secret), "$"],
  ["an object that is no session", { [secret]: 1 }, "$"],
  ["a config file", { $schema: "x", model: "y" }, "$"],
  [
    "messages that are no array",
    { info: {}, messages: { [secret]: 1 } },
    "$.messages",
  ],
  ["info that is no object", { info: secret, messages: [] }, "$.info"],
  ["a cycle", cycle, "$.messages[0].parts[0].*"],
  [
    "a BigInt",
    sessionOf([userMessage({ type: "text", text: 10n })]),
    "$.messages[0].parts[0].text",
  ],
  ["a Float64Array", new Float64Array(4), "$"],
  ["a Map", new Map([["info", {}]]), "$"],
  [
    "a snapshot of another version",
    { format: "pawwork-session-export", schema_version: 2 },
    "$.schema_version",
  ],
  [
    "a snapshot without a session",
    { format: "pawwork-session-export", schema_version: 1 },
    "$.session",
  ],
  ["a stored session without a name", { sessionID: "" }, "$.sessionID"],
  ["a stored session with a number", { sessionID: 5 }, "$.sessionID"],
  ["a store that is no path", { sessionID: "ses_x", store: {} }, "$.store"],
  ["a stored session with more", { sessionID: "ses_x", stroe: secret }, "$"],
  [
    "200 levels of nesting",
    `{"messages":${"[".repeat(200)}${"]".repeat(200)}}`,
    "$.messages",
  ],
  ["a number out of range", '{"messages":[1e999]}', "$.messages[0]"],
  [
    "a property that throws",
    {
      get messages() {
        throw new Error(secret);
      },
    },
    "$.messages",
  ],
];

for (const [what, input, path] of invalidSessions) {
  test(`ERR_INVALID_SESSION: ${what}`, async () => {
    const calls = [
      () => exportSession(input),
      // It reads no messages where there is `info`.
      ...(input?.info && path !== "$.info"
        ? []
        : [() => suggestFileName(input)]),
      // Without a session writeExport writes what was exported before.
      ...(input == null ? [] : [() => writeExport("never.md", input)]),
    ];
    for (const call of calls) {
      const error = await failure(call);
      assert.equal(error.code, "ERR_INVALID_SESSION");
      assert.ok(error instanceof Error);
      assert.ok(error.path.startsWith(path), error.path);
      // The whole is named by no path.
      const named = error.path === "$" ? "" : error.path;
      assert.ok(error.message.includes(named));
      assert.ok(!error.message.includes("(at $)"));
      assert.ok(!`${error.stack}${error.path}`.includes(secret));
    }
  });
}

const invalidOptions = [
  [{ tool: "full" }, /no option "tool".*tools/],
  [{ format: "pdf" }, /"format" must be "markdown" or "json"/],
  [{ jsonShape: "flat" }, /"jsonShape" must be "opencode" or "pawwork"/],
  [{ maxBytes: 0 }, /"maxBytes" must be a whole number of bytes from 1/],
  [{ maxPartBytes: 1.5 }, /"maxPartBytes" must be a whole number of bytes/],
  [{ redact: "none" }, /"redact" must be "secrets" or "strict" or "off"/],
  [{ redactTerms: secret }, /"redactTerms" must be an array of strings/],
  [{ tools: true }, /"tools" must be/],
  [{ exportedAt: NaN }, /"exportedAt" must be milliseconds/],
  [{ exportedAt: -1 }, /"exportedAt" must be milliseconds/],
  [{ reasoning: "yes" }, /"reasoning" must be true or false/],
  [{ transform() {} }, /no option "transform"/],
  [{ usage: null }, /"usage" must be true or false/],
  ["full", /must be an object/],
  [5, /must be an object/],
];

for (const [options, message] of invalidOptions) {
  test(`ERR_INVALID_OPTION: ${JSON.stringify(options)}`, async () => {
    for (const call of [
      () => exportSession(session("typical"), options),
      () => writeExport("never.md", session("typical"), options),
    ]) {
      const error = await failure(call);
      assert.equal(error.code, "ERR_INVALID_OPTION");
      assert.match(error.message, message);
      assert.ok(!error.message.includes(secret));
    }
  });
}

test("ERR_INVALID_OPTION: what writeExport takes beside the session", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "a.md");
  for (const [call, message] of [
    [() => writeExport(), /path must be a string/],
    [() => writeExport(5, session("typical")), /path must be a string/],
    [() => writeExport("", session("typical")), /no file name/],
    [() => writeExport(`${folder}/`, session("typical")), /no file name/],
    [() => writeExport(`${path}\0`, session("typical")), /NUL/],
    [
      () => writeExport(join(folder, "CON.md"), session("typical")),
      /device on Windows/,
    ],
    [
      () => writeExport(join(folder, "a:b.md"), session("typical")),
      /Windows reserves/,
    ],
    [
      () => writeExport(path, session("typical"), { overwrite: "yes" }),
      /"overwrite" must be/,
    ],
    [
      () => writeExport(path, session("typical"), { signal: {} }),
      /"signal" must be an AbortSignal/,
    ],
    [
      () => writeExport(path, session("typical"), { signal: "stop" }),
      /"signal" must be an AbortSignal/,
    ],
    [
      () => writeExport(path, session("typical"), { onProgress: 100 }),
      /"onProgress" must be a function/,
    ],
    [
      () => writeExport(path, undefined, { tools: "full" }),
      /options are onProgress, overwrite, signal/,
    ],
    [
      () => exportSession(session("typical"), { overwrite: true }),
      /no option "overwrite"/,
    ],
  ]) {
    const error = await failure(call);
    assert.equal(error.code, "ERR_INVALID_OPTION", error.message);
    assert.match(error.message, message);
  }
});

test("a promise is rejected, never thrown at the caller", async () => {
  const promise = writeExport(Symbol("x"), 5n, 5);
  assert.ok(promise instanceof Promise);
  assert.equal((await failure(() => promise)).code, "ERR_INVALID_OPTION");
});

test("ERR_NOTHING_TO_WRITE: before any export, and after a failed one", async (t) => {
  const path = join(temporaryFolder(t), "a.md");
  exportSession(session("typical"));
  await failure(() => exportSession("no session"));
  const error = await failure(() => writeExport(path));
  assert.equal(error.code, "ERR_NOTHING_TO_WRITE");
});

test("ERR_EXISTS: an existing file stays untouched", async (t) => {
  const path = join(temporaryFolder(t), "a.md");
  writeFileSync(path, "mine");
  const error = await failure(() => writeExport(path, session("typical")));
  assert.equal(error.code, "ERR_EXISTS");
  assert.ok(error.message.includes(path));
});

test("ERR_WRITE_FAILED: with the system's code as cause", async (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "folder.md"));
  writeFileSync(join(folder, "file"), "");
  for (const [path, code] of [
    ["missing/a.md", "ENOENT"],
    // Windows tells it apart from a folder that is missing no more than Node does.
    ["file/a.md", process.platform === "win32" ? "ENOENT" : "ENOTDIR"],
    ["folder.md", "EISDIR"],
  ]) {
    const error = await failure(() =>
      writeExport(join(folder, path), session("typical"), { overwrite: true }),
    );
    assert.equal(error.code, "ERR_WRITE_FAILED");
    assert.equal(error.cause.code, code);
    assert.ok(error.cause instanceof Error);
    assert.ok(error.message.includes(code));
  }
});

test("a system error has Node's name, not a number", async (t) => {
  if (process.platform === "win32") return t.skip("it has no such limits");
  const folder = temporaryFolder(t);
  symlinkSync("loop", join(folder, "loop"));
  const error = await failure(() =>
    writeExport(join(folder, "loop/a.md"), session("typical")),
  );
  assert.equal(error.cause.code, "ELOOP");
  const code = `
    const { writeExport } = require(${JSON.stringify(root)});
    const { openSync } = require("node:fs");
    try { for (;;) openSync("/dev/null"); } catch {}
    writeExport(process.argv.at(-1), { info: {}, messages: [] })
      .catch(({ cause }) => process.stdout.write(cause.code));
  `;
  const { stdout } = spawnSync(
    "sh",
    [
      "-c",
      'ulimit -n 64; exec "$0" --eval "$1" "$2"',
      process.execPath,
      code,
      join(folder, "a.md"),
    ],
    { encoding: "utf8" },
  );
  assert.equal(stdout, "EMFILE");
});

test("ERR_ABORTED is an AbortError", async (t) => {
  const path = join(temporaryFolder(t), "a.md");
  const error = await failure(() =>
    writeExport(path, session("typical"), { signal: AbortSignal.abort() }),
  );
  assert.equal(error.name, "AbortError");
  assert.equal(error.code, "ERR_ABORTED");
});

test("ERR_REDACTION_INCOMPLETE: names the rule, never the value", async () => {
  const token = githubToken(7);
  const options = { models: { "fake/fake-1": token } };
  const error = await failure(() => exportSession(session("typical"), options));
  assert.equal(error.code, "ERR_REDACTION_INCOMPLETE");
  assert.match(error.message, /rule github-token/);
  assert.ok(!error.message.includes(token));
});

const needed = 4 * 2 ** 30;
const isSmall = freemem() < needed && `it takes ${needed} bytes of memory`;

test(
  "ERR_TOO_LARGE: a document longer than a string can be",
  { skip: isSmall },
  async (t) => {
    // A small session with a long name in it many times.
    const models = { "a/b": "x".repeat(2 ** 20) };
    const info = { role: "assistant", providerID: "a", modelID: "b", time: {} };
    const messages = Array.from({ length: 520 }, (_, index) => ({
      info: { ...info, parentID: `msg_${index}` },
      parts: [],
    }));
    const error = await failure(() =>
      exportSession(sessionOf(messages), { models }),
    );
    assert.equal(error.code, "ERR_TOO_LARGE");
    assert.match(error.message, /use writeExport/);
    const path = join(temporaryFolder(t), "a.md");
    const report = await writeExport(path, sessionOf(messages), { models });
    assert.ok(report.bytes > 2 ** 29);
  },
);
