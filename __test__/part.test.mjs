// A part of a session: what is asked for is shown, nothing else, and the document says that it is a part.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import {
  addon,
  fixed,
  root,
  session,
  sessionOf,
  temporaryFolder,
} from "./support.mjs";

const { exportSession, verifyExport, writeExport } = addon;

const START = 1795333600000;
const said = (index, role, text, more = []) => ({
  info: {
    id: `msg_${index}`,
    role,
    time: { created: START + index * 60_000 },
    ...(role === "assistant" && { finish: "stop" }),
  },
  parts: [{ id: `prt_${index}`, type: "text", text }, ...more],
});
const call = {
  id: "prt_call",
  type: "tool",
  tool: "bash",
  callID: "c",
  state: {
    status: "completed",
    input: { command: "make walnut" },
    output: "made",
    title: "",
    metadata: { exit: 0 },
    time: { start: 1, end: 2 },
  },
};
const password = "Zebra-Crossing-7";
const talk = sessionOf([
  said(1, "user", "first question"),
  said(2, "assistant", "first answer", [call]),
  said(3, "user", "second question"),
  said(4, "assistant", `second answer with ${password}`),
  said(5, "user", `the password: "${password}"`),
  said(6, "assistant", "third answer"),
]);
const words = [
  ...["first question", "first answer", "make walnut", "second question"],
  ...["second answer", "the password", "third answer"],
];

const cases = [
  [{ turns: { from: 3, to: 4 } }, "turns 3 to 4 of 6", [3, 4]],
  [{ turns: { from: 2, to: 2 } }, "turn 2 of 6", [1, 2]],
  [{ turns: { from: 5, to: 99 } }, "turns 5 to 6 of 6", [5, 6]],
  [{ since: START + 5 * 60_000 }, "what was written since", [5, 6]],
  [{ only: "prompts" }, "only what the user wrote", [0, 3, 5]],
  [
    { only: "messages" },
    "only what the user and the assistant wrote",
    [0, 1, 3, 4, 5, 6],
  ],
  [
    { turns: { from: 1, to: 3 }, only: "messages" },
    "turns 1 to 3 of 6, only what",
    [0, 1, 3],
  ],
];
for (const [part, sentence, expected] of cases)
  test(`a part holds what was asked for: ${JSON.stringify(part)}`, async (t) => {
    const folder = temporaryFolder(t);
    for (const extension of ["md", "html", "json"]) {
      const path = join(folder, `a.${extension}`);
      const report = await writeExport(path, talk, { ...fixed, part });
      const text = readFileSync(path, "utf8");
      const shown = words.filter((word) => text.includes(word));
      assert.deepEqual(
        shown,
        expected.map((index) => words[index]),
        extension,
      );
      if (extension === "json")
        assert.deepEqual(JSON.parse(text).exported.part, part);
      else assert.ok(text.includes(sentence), extension);
      // What tells that it is a secret may be outside of the part.
      assert.ok(!text.includes(password));
      assert.deepEqual((await verifyExport(path)).problems, []);
      assert.equal(report.messages.stored, 6);
      const outside = report.omitted.find(({ reason }) => reason === "part");
      assert.equal(outside === undefined, report.messages.rendered === 6);
    }
  });

test("a sub-agent is in a part where the turn is that started it", async (t) => {
  const folder = temporaryFolder(t);
  const input = session("sub-agents");
  for (const [from, to, sessions] of [
    [1, 2, 1],
    [3, 4, 2],
  ])
    for (const extension of ["md", "html", "json"]) {
      const path = join(folder, `${from}.${extension}`);
      const part = { turns: { from, to } };
      const report = await writeExport(path, input, { ...fixed, part });
      assert.deepEqual(
        report.sessions,
        { stored: 2, rendered: sessions },
        extension,
      );
      assert.deepEqual((await verifyExport(path)).problems, []);
    }
});

test("a budget holds within a part", async (t) => {
  const long = "A long line of an answer.\n".repeat(2000);
  const messages = Array.from({ length: 12 }, (_, index) =>
    said(index, index % 2 ? "assistant" : "user", `${index}: ${long}`),
  );
  const path = join(temporaryFolder(t), "a.md");
  const part = { turns: { from: 3, to: 8 } };
  const report = await writeExport(path, sessionOf(messages), {
    ...{ ...fixed, part, maxBytes: 30_000 },
  });
  assert.ok(report.bytes <= 30_000);
  const text = readFileSync(path, "utf8");
  assert.match(text, /turns 3 to 8 of 12/);
  assert.deepEqual(
    text.match(/^### \d+/gm),
    [3, 4, 5, 6, 7, 8].map((number) => `### ${number}`),
  );
  assert.deepEqual((await verifyExport(path)).problems, []);
});

test("a part that holds nothing, and what is no part, are errors", () => {
  const code = "ERR_INVALID_OPTION";
  for (const part of [
    ...[{}, [], null, 1, "3-9", { turn: 1 }, { only: "tools" }],
    ...[{ turns: {} }, { turns: { from: 0, to: 1 } }, { since: "now" }],
    { turns: { from: 3, to: 2 } },
  ])
    assert.throws(() => exportSession(talk, { part }), { code });
  for (const part of [
    { turns: { from: 7, to: 9 } },
    { since: START + 60 * 60_000 },
    { turns: { from: 2, to: 2 }, only: "prompts" },
  ])
    assert.throws(() => exportSession(talk, { part }), {
      code,
      message: /holds nothing of this session, whose turns are 1 to 6/,
    });
});

test("the command takes --turns, --last and --only", (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, "session.json");
  const now = Date.now();
  const recent = structuredClone(talk);
  recent.messages.forEach(({ info }, index) => {
    info.time.created = now - (5 - index) * 20 * 60_000;
  });
  writeFileSync(file, JSON.stringify(recent));
  const run = (...args) =>
    spawnSync(
      process.execPath,
      [join(root, "cli/main.mjs"), "session.json", ...args],
      { cwd: folder, encoding: "utf8" },
    );
  for (const [args, expected] of [
    [
      ["--turns", "3-4"],
      [3, 4],
    ],
    [["--turns", "3"], [3]],
    [
      ["--last", "30m"],
      [5, 6],
    ],
    [
      ["--last", "2h", "--only", "prompts"],
      [0, 3, 5],
    ],
  ]) {
    const { status, stdout, stderr } = run(...args, "-o", "-");
    assert.equal(status, 0, stderr);
    assert.deepEqual(
      words.filter((word) => stdout.includes(word)),
      expected.map((index) => words[index]),
      args.join(" "),
    );
    assert.match(stdout, /This is a part of the session: /);
  }
  for (const [args, status, message] of [
    [["--turns", "9-3"], 2, /"9-3" is no range of turns: write 3-9, or 3\./],
    [["--last", "soon"], 2, /"soon" is no span of time: write 30m, 2h or 7d/],
    [
      ["--turns", "8-9"],
      2,
      /--turns, --last and --only ask for: the session's turns are 1 to 6/,
    ],
  ]) {
    const ended = run(...args, "-o", "none.md");
    assert.equal(ended.status, status, ended.stderr);
    assert.match(ended.stderr, message);
    assert.ok(!existsSync(join(folder, "none.md")));
  }
});

test("the changes of the whole session stay out of a part, and out of JSON without changes", () => {
  const info = {
    ...talk.info,
    summary: {
      additions: 1,
      deletions: 1,
      files: 1,
      diffs: [{ file: "walnut.rs", patch: "@@ -1 +1 @@\n-old walnut\n+new" }],
    },
  };
  const input = { ...talk, info };
  const json = (options) =>
    exportSession(input, { ...fixed, format: "json", ...options });
  assert.match(json({}), /old walnut/);
  for (const options of [
    { part: { turns: { from: 1, to: 1 } } },
    { part: { turns: { from: 1, to: 1 } }, diffs: "full" },
    { diffs: "none" },
    { diffs: "summary" },
    { part: { only: "prompts" }, jsonShape: "pawwork" },
  ])
    assert.ok(!/old walnut/.test(json(options)), JSON.stringify(options));
});
