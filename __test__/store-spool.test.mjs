// Messages of a store are rendered while they are read, and kept until the document gets to them: in memory, and
// beyond 256 KB in a file. The document is that of the same session as an object, of which every message is rendered in
// its turn, as the object is short but for its long texts. With blanks that make it long it is read as a store is.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  addon,
  fixed,
  githubToken,
  temporaryFolder,
  userMessage,
} from "./support.mjs";
import { database, sessionRows, tables } from "./stores.mjs";

const { exportSession, writeExport } = addon;

const password = "Zebra-Crossing-7";
const home = "/home/jordan/project";
const lines = (count, line) =>
  Array.from({ length: count }, (_, i) => `${i}: ${line}\n`).join("");

/** Everything that makes a message depend on the rest of a session, in `count` turns. */
const conversation = (id, count) =>
  Array.from({ length: count }, (_, turn) => {
    const created = 1795333600000 + turn * 10;
    const question = userMessage(
      { type: "text", text: `Question ${turn}: I typed ${password} there.` },
      ...(turn % 5 === 0
        ? [{ type: "file", filename: "a.png", mime: "image/png", url: "a" }]
        : []),
    );
    if (turn % 7 === 0)
      question.info.summary = {
        diffs: [{ file: `${home}/a${turn}.ts`, additions: 1, deletions: 2 }],
      };
    const step = (number, ...parts) => ({
      info: {
        id: `msg_${id}_${turn}_${number}`,
        role: "assistant",
        parentID: `msg_${id}_${turn}`,
        agent: turn % 4 === 0 ? "plan" : "build",
        providerID: "example",
        modelID: `model-${turn % 3}`,
        time: { created: created + number, completed: created + number },
        tokens: { input: 1, output: 2, reasoning: 0, cache: {} },
      },
      parts,
    });
    const tool = (output, input = { filePath: `${home}/src/a.ts` }) => ({
      type: "tool",
      tool: "read",
      callID: "call",
      state: {
        status: "completed",
        input,
        output,
        title: "a.ts",
        metadata: {},
        time: { start: created, end: created + 1 },
      },
    });
    return [
      { ...question, info: { ...question.info, time: { created } } },
      // Lists that go on from one message to the next, and end before a text.
      step(1, tool(lines(1000, "a line of the file")), { type: "step-start" }),
      step(2, tool(lines(3, `in ${home}`)), {
        type: "agent",
        name: "explore",
      }),
      step(3),
      step(4, { type: "text", text: lines(80, `an answer of ${turn}`) }),
      step(5, {
        type: "reasoning",
        text: turn === 11 ? `The token is ${githubToken(turn)}.` : "Well.",
      }),
      step(
        6,
        tool(`key ${turn === count - 1 ? `password: "${password}"` : ""}`),
      ),
    ].map((message, number) => ({
      info: {
        ...message.info,
        id: `msg_${id}_${turn}${number ? `_${number}` : ""}`,
        sessionID: id,
      },
      parts: message.parts.map((part, place) => ({
        ...part,
        id: `prt_${id}_${turn}_${number}_${place}`,
      })),
    }));
  }).flat();

const session = {
  info: {
    id: "ses_main",
    title: "Long",
    directory: home,
    version: "1.18.33",
    time: { created: 1795333600000, updated: 1795333600000 },
  },
  messages: conversation("ses_main", 28),
  children: [
    {
      info: {
        id: "ses_child",
        parentID: "ses_main",
        title: "Child",
        // Where the folder itself holds a secret, nothing is known of it before its turn.
        directory: `/srv/${githubToken(3)}`,
        version: "1.18.33",
        time: { created: 1795333600001, updated: 1795333600001 },
      },
      messages: conversation("ses_child", 10),
    },
  ],
};
const task = session.messages[1].parts[0];
task.tool = "task";
task.state.metadata.sessionId = "ses_child";

/** From here on JSON is long, and rendered texts are in a file, in bytes. Texts from 1 KB on do not count. */
const LONG = 256 * 1024;
const withBlanks = JSON.stringify(session).replace(
  ":[",
  `:${" ".repeat(LONG * 2)}[`,
);

for (const options of [
  {},
  { tools: "full", reasoning: true, diffs: "full" },
  { tools: "none", usage: false, children: false, locale: "zh" },
  { tools: "full", redact: "strict" },
  { tools: "full", redact: "off" },
  { tools: "full", maxPartBytes: 300 },
])
  test(`a long stored session gives the document of the same object: ${JSON.stringify(options)}`, async (t) => {
    const store = database(t, [...tables, ...sessionRows(session)]);
    const stored = { sessionID: "ses_main", store };
    const all = { ...fixed, ...options };
    const expected = exportSession(session, all);
    assert.equal(exportSession(stored, all), expected);
    assert.equal(exportSession(withBlanks, all), expected);
    const folder = temporaryFolder(t);
    const path = join(folder, "a.md");
    const report = await writeExport(path, stored, all);
    assert.equal(readFileSync(path, "utf8"), expected);
    assert.deepEqual(readdirSync(folder), ["a.md"]);
    assert.ok(report.bytes > 30_000);
    if (options.redact === "off") return;
    assert.ok(!expected.includes(password));
    assert.ok(!expected.includes(githubToken(3)));
    assert.ok(!expected.includes(githubToken(11)));
  });

test("the object is short, and what is rendered of it is not kept in memory", () => {
  const outline = JSON.stringify(session, (_, value) =>
    typeof value === "string" && value.length >= 1024 ? "" : value,
  );
  assert.ok(outline.length < LONG / 2, `${outline.length}`);
  assert.ok(exportSession(session, { tools: "full" }).length > LONG * 2);
});
