// A message is rendered before its secrets are numbered: with holes, which are filled in the order of the session.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  addon,
  fixed,
  githubToken,
  sessionOf,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";
import { folder, sessionFiles } from "./stores.mjs";

const { exportSession, writeExport } = addon;
const command = (text) => ({
  id: "prt_tool",
  type: "tool",
  tool: "bash",
  callID: "call_1",
  state: {
    status: "completed",
    input: { command: text },
    output: "done",
    title: "",
    metadata: {},
    time: { start: 1, end: 2 },
  },
});

/** Whether a text holds something like a hole: a placeholder of many digits. */
const hole = /#\d{8}/;

const numberOf = ([, digits]) => Number(digits);

test("numbers follow the order of the session, whoever drafts a message first", () => {
  const messages = Array.from({ length: 200 }, (_, n) => ({
    ...userMessage(
      textPart(`${"word ".repeat((n * 37) % 5000)}${githubToken(n % 150)}`),
    ),
    info: { id: `msg_${n}`, role: "user", time: { created: 1000 + n } },
  }));
  for (const format of ["markdown", "html", "json"]) {
    const text = exportSession(sessionOf(messages), { ...fixed, format });
    const numbers = [...text.matchAll(/github-token#(\d+)/g)].map(numberOf);
    const expected = messages.map((_, n) => (n % 150) + 1);
    assert.deepEqual(
      numbers.filter((_, i) => i >= numbers.length - messages.length),
      expected,
      format,
    );
    assert.doesNotMatch(text, hole);
  }
});

test("a line that is cut behind a secret is as long as its number makes it", () => {
  for (let length = 140; length < 200; length += 1) {
    const text = `echo ${"x".repeat(length)} ${githubToken(1)} ${"y".repeat(99)}`;
    const document = exportSession(
      sessionOf([userMessage(command(text))]),
      fixed,
    );
    const shown = text.replace(githubToken(1), "[redacted:github-token#1]");
    assert.ok(document.includes(`\`${shown.slice(0, 200)}…\``), `${length}`);
    assert.doesNotMatch(document, hole);
  }
});

test("a path and its session's folder are the same secret in a strict document", () => {
  const directory = "/srv/customers/walnut ltd/billing";
  const messages = [
    userMessage(
      textPart(`in ${directory}`),
      command(`ls "${directory}"`),
      command(directory),
    ),
  ];
  const options = { ...fixed, redact: "strict", tools: "full" };
  const document = exportSession(sessionOf(messages, { directory }), options);
  assert.doesNotMatch(document, /walnut/);
  assert.doesNotMatch(document, hole);
});

test("an id that is a secret has its number in the report", async (t) => {
  const id = `msg_${githubToken(5)}`;
  const message = { ...userMessage(textPart(githubToken(6))) };
  message.info = { ...message.info, id };
  const path = join(temporaryFolder(t), "a.md");
  const report = await writeExport(path, sessionOf([message]), fixed);
  assert.doesNotMatch(JSON.stringify(report), hole);
  assert.doesNotMatch(readFileSync(path, "utf8"), hole);
});

test("the report of a store counts what was cut, as that of the same session does", async (t) => {
  const part = { type: "hologram", data: "x".repeat(10000) };
  const session = sessionOf([userMessage(part)]);
  const store = folder(t, sessionFiles(session));
  const path = (name) => join(temporaryFolder(t), name);
  const given = await writeExport(path("a.md"), session);
  const stored = { sessionID: session.info.id, store };
  const ofStore = await writeExport(path("b.md"), stored);
  assert.ok(given.truncated > 0);
  assert.ok(Math.abs(ofStore.truncated - given.truncated) < 200);
});
