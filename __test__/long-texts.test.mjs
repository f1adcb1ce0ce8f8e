// Long texts of JSON are read apart from it, by the threads that look at them. UTF-16 is read as a whole:
// both are the same session.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import {
  addon,
  fixed,
  githubToken,
  root,
  sessionOf,
  userMessage,
} from "./support.mjs";

const { exportSession } = addon;

const long = (text) =>
  `${text} é😀 "quoted" \\ back\n`.repeat(Math.ceil(1500 / text.length));
const token = githubToken(1);
const folder = `/home/jordan/${"deep/".repeat(300)}`;

/** Long texts wherever a text may stand. */
const everywhere = {
  ...sessionOf(
    [
      userMessage(
        { type: "text", text: long("a question") },
        { type: "text", text: `${long("before")}${token}${long("behind")}` },
        { type: "whatever", [long("name")]: [long("unknown"), { a: token }] },
        {
          type: "file",
          filename: long("name"),
          mime: "text/plain",
          url: `data:text/plain;base64,${"QUJD".repeat(1000)}`,
        },
      ),
      {
        info: {
          id: `msg_${"9".repeat(2000)}`,
          role: "assistant",
          time: { created: 1795333600001 },
          path: { cwd: folder, root: "/" },
          system: [long("one prompt"), "short", long("another")],
          error: { name: "Oops", data: { message: long("failed") } },
          [long("field")]: long("unknown"),
        },
        parts: [
          {
            type: "tool",
            tool: "bash",
            state: {
              status: "completed",
              input: { command: long("echo"), deep: [[long("deep")]] },
              output: `${long("out")}${folder}`,
              metadata: { output: long("out") },
            },
          },
          { type: "patch", files: [long("a/file")], hash: long("hash") },
        ],
      },
      {
        type: "shell",
        id: "msg_typed",
        time: { created: 1795333600002 },
        command: long("ls"),
        output: long("listed"),
      },
    ],
    { directory: folder, whatever: long("unknown") },
  ),
  todos: [{ content: long("to do"), status: "pending" }],
  diffs: [{ file: "a", patch: `@@ -1 +1 @@\n+${long("added")}` }],
  unknown: { of: [long("the session")] },
};

const sessions = Object.fromEntries(
  readdirSync(`${root}__test__/sessions`).map((name) => [
    name,
    readFileSync(`${root}__test__/sessions/${name}`, "utf8"),
  ]),
);
sessions["long texts everywhere"] = JSON.stringify(everywhere);
sessions["lone surrogates"] = JSON.stringify(
  sessionOf([userMessage({ type: "text", text: `${long("x")}\ud83d` })]),
);

for (const [name, json] of Object.entries(sessions)) {
  test(`long texts are the same apart and in their places: ${name}`, () => {
    for (const format of ["markdown", "json", "html"]) {
      const options = { ...fixed, format, tools: "full", reasoning: true };
      const whole = Buffer.from(`\ufeff${json}`, "utf16le");
      const expected = exportSession(whole, options);
      assert.equal(exportSession(Buffer.from(json), options), expected);
      assert.equal(exportSession(json, options), expected);
      assert.equal(exportSession(JSON.parse(json), options), expected);
    }
  });
}

test("no long text is lost, and none is shown that is redacted", () => {
  const json = exportSession(everywhere, { ...fixed, format: "json" });
  for (const text of ["a question", "unknown", "another", "deep", "listed"])
    assert.ok(json.split(text).length > 30, text);
  assert.ok(!json.includes(token));
  assert.ok(!json.includes("/home/jordan"));
  assert.ok(!/text:[0-9a-f]{32}/.test(json));
});

test("an error in JSON is told of at its place, long texts before it or not", () => {
  const broken = `{"info":{},"messages":[{"info":{"system":"${"x".repeat(5000)}"},\n"parts":[nope]}]}`;
  assert.throws(
    () => exportSession(Buffer.from(broken)),
    /line 2 column 11 \(at \$\.messages\[0\]\.parts/,
  );
  const unended = `{"messages":[{"parts":[{"text":"${"x".repeat(5000)}`;
  assert.throws(
    () => exportSession(Buffer.from(unended)),
    /ends in the middle/,
  );
});
