// Logs of Claude Code that are damaged, hostile or of types that nobody knows.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { changedLog, numbers } from "./changed-records.mjs";
import {
  answer,
  call,
  claudeHome,
  homeOf,
  lines,
  project,
  prompt,
  result,
  sessionID,
  shown,
  text,
  times,
  underUser,
  user,
  write,
} from "./claude-code-store.mjs";
import { addon, failure, githubToken, root } from "./support.mjs";

const { exportSession, listSessions } = addon;
const formats = ["markdown", "html", "json"];

test("types that are not known are counted by name, and their content is not shown", () => {
  const store = homeOf([
    prompt("Go."),
    { type: "brand-new", text: "HIDDEN a" },
    {
      type: "attachment",
      attachment: { type: "odd_one", content: "HIDDEN b" },
    },
    { type: "system", subtype: "strange", content: "HIDDEN c" },
    { type: "api-request-blob", message: { content: [text("HIDDEN d")] } },
    answer("m1", { type: "hologram", text: "HIDDEN e" }),
  ]);
  for (const format of formats) {
    const document = shown(store, { format, tools: "full" });
    assert.doesNotMatch(document, /HIDDEN/, format);
    for (const name of [
      "brand-new 1",
      "attachment/odd_one 1",
      "system/strange 1",
      "hologram",
    ])
      assert.ok(document.includes(name), `${format} ${name}`);
  }
});

test("copies of a secret are gone wherever the log repeats it", () => {
  const secret = githubToken(3);
  const said = `my key is ${secret}`;
  const store = homeOf([
    { type: "queue-operation", operation: "enqueue", content: said },
    { type: "queue-operation", operation: "dequeue" },
    prompt(said),
    {
      type: "attachment",
      attachment: {
        type: "hook_success",
        hookName: "Stop",
        stdout: said,
        content: said,
      },
    },
    { type: "api-request-blob", message: { content: [text(said)] } },
    answer("m1", call("c1", "Bash", { command: `echo ${secret}` })),
    result("c1", said, { toolUseResult: { stdout: said, originalFile: said } }),
    { type: "last-prompt", lastPrompt: said },
    { type: "ai-title", aiTitle: `About ${secret}` },
  ]);
  for (const format of formats)
    for (const tools of ["full", "summary"]) {
      const document = shown(store, { format, tools });
      assert.ok(!document.includes(secret), `${format} ${tools}`);
      assert.ok(document.includes("redacted:github-token#1"), format);
    }
});

test("records that changed in any way give a document or a coded error", async () => {
  const folder = join(root, "__test__/fixtures/claude-code");
  const home = claudeHome();
  const next = numbers();
  for (const name of readdirSync(folder)) {
    const whole = readFileSync(join(folder, name), "utf8");
    for (let round = 0; round < 60; round += 1) {
      const log = changedLog(whole, round, next);
      const path = write(home, `${sessionID}.jsonl`, log);
      for (const format of formats) {
        try {
          assert.ok(shown(home, { format }).length > 0);
        } catch (error) {
          assert.match(
            error.code ?? error.message,
            /^ERR_(STORE|SESSION)_/,
            path,
          );
        }
      }
      await listSessions(home).catch(({ code }) => assert.match(code, /^ERR_/));
    }
  }
});

test("a damaged, a torn and a huge log are read as far as they go", async () => {
  const all = lines([
    prompt("One?"),
    answer("m1", text("First.")),
    prompt("Two?"),
    answer("m2", text("Second.")),
  ]);
  const home = claudeHome();
  const [one, two, three, four] = all;
  write(
    home,
    `${sessionID}.jsonl`,
    `${one}${two}\0\0\0\nnot json\n${three}${four.slice(0, 60)}`,
  );
  const document = shown(home);
  assert.match(document, /First\.[^]*missing here[^]*Two\?/);
  const error = await failure(() =>
    exportSession({ sessionID: "nobody", store: home }),
  );
  assert.equal(error.code, "ERR_SESSION_NOT_FOUND");
  writeFileSync(join(project(home), `${sessionID}.jsonl`), "");
  assert.ok(shown(home).length > 0);
});

test("a hostile text stays what it is in every format", () => {
  const hostile =
    "</script><script>alert(1)</script>\n# Heading\n```\n<img src=x onerror=alert(1)>";
  const store = homeOf([
    prompt(hostile),
    answer("m1", text(hostile)),
    answer("m2", call("c1", hostile, { command: hostile })),
    result("c1", hostile),
    { type: "custom-title", customTitle: hostile },
    { type: hostile },
    {
      type: "attachment",
      attachment: { type: "file", displayPath: hostile, content: hostile },
    },
  ]);
  const page = shown(store, { format: "html", tools: "full" });
  assert.doesNotMatch(page, /<script>alert|<img src=x/);
  assert.doesNotMatch(shown(store, { tools: "full" }), /^<script>|^<img/m);
});

test("a log that was made to cost much costs no more than its size", () => {
  const many = (count, record) =>
    Array.from({ length: count }, (_, at) => record(at));
  const queue = (at) => ({
    type: "queue-operation",
    operation: "enqueue",
    content: `${at}`,
  });
  const calls = many(300, (at) => answer(`m${at}`, call(`c${at}`, "Bash", {})));
  const all = many(300, (at) => ({
    type: "tool_result",
    tool_use_id: `c${at}`,
    content: "x",
  }));
  for (const records of [
    [...many(20_000, queue), ...many(5000, (at) => prompt(`other ${at}`))],
    many(3000, (at) => prompt(`${at}`, { parentUuid: at ? "u-0" : null })),
    many(5000, (at) => ({
      ...user(`${at}`),
      isSidechain: true,
      parentUuid: null,
    })),
    [...calls, ...many(300, () => user(all))],
    [
      answer("m1", call("c1", "Agent", {})),
      ...many(5000, () =>
        user(
          "<task-notification><tool-use-id>c1</tool-use-id><result>x</result></task-notification>",
        ),
      ),
    ],
  ]) {
    const store = homeOf(records);
    const start = performance.now();
    assert.ok(shown(store).length > 0);
    const took = performance.now() - start;
    assert.ok(took < 20_000, `${Math.round(took)} ms`);
  }
});

test("a line that was written behind one that was cut is read", () => {
  const home = claudeHome();
  const [first, cut, ...rest] = lines([
    prompt("Which tea?"),
    answer("m1", text("CUT")),
    prompt("And milk?", { parentUuid: "u-0" }),
    answer("m2", text("None.")),
    prompt("Sugar?"),
  ]);
  const [second, third, last] = rest;
  const zeros = "\0".repeat(4096);
  const log = [first, cut.slice(0, -40), second, third, zeros, last];
  write(home, `${sessionID}.jsonl`, log.join(""));
  const document = shown(home);
  assert.match(underUser(document), /Which tea\?[^]*And milk\?[^]*Sugar\?/);
  assert.equal(times(document, "Lines of the log are missing here"), 2);
  assert.doesNotMatch(document, /CUT/);
});
