// The events that `opencode run --format json` prints. The fixtures are those of OpenCode 1.18.33: a run with tools, one
// that an error ended, and one that was killed.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { changedLog, numbers } from "./changed-records.mjs";
import { run } from "./command.mjs";
import {
  addon,
  fixed,
  githubToken,
  root,
  temporaryFolder,
} from "./support.mjs";

const { exportSession, suggestFileName, writeExport } = addon;
const formats = ["markdown", "html", "json"];
const token = githubToken(11);
const key = `sk-${"live1234567890abcdefghij"}`;

/** A stream, with secrets in the places of their names. */
const stream = (name) =>
  readFileSync(
    join(root, `__test__/fixtures/event-stream/${name}.jsonl`),
    "utf8",
  )
    .replaceAll("{{TOKEN}}", token)
    .replaceAll("{{KEY}}", key);
const shown = (events, options = {}) =>
  exportSession(events, { ...fixed, ...options });
const bare = (document) => document.replace(/ SHA-256 of everything.*/, "");
const event = (sessionID, part, type = "text") =>
  `${JSON.stringify({ type, timestamp: 1795861864000, sessionID, part })}\n`;
const said = (sessionID, messageID, text, more = {}) =>
  event(sessionID, {
    id: `prt_${text}`,
    messageID,
    type: "text",
    text,
    ...more,
  });

test("a stream of events is read as a session, and says what it lacks", () => {
  const document = shown(stream("tools"));
  assert.match(
    document,
    /\*\*Answered\*\* · 2 of 6 tool calls failed, 1 of them a command/,
  );
  assert.match(
    document,
    /stream of events, which holds neither the prompts of the user/,
  );
  assert.match(document, /\| Session \| ses_dde4ab60bffeYrNI7a5nwfKm2K \|/);
  assert.match(document, /\| Tokens \| 4,526 in, 228 out, 12 reasoning/);
  assert.match(document, /`cat \.env; exit 3` — failed \(exit code 3\)/);
  assert.match(document, /Find callers — completed.*not in this file/);
  assert.match(document, /total was subtracted/);
  assert.doesNotMatch(document, /^### \d+\. User/m);
  assert.match(shown(stream("tools"), { locale: "zh" }), /不包含用户的提问/);
  assert.match(
    shown(stream("tools"), { reasoning: true }),
    /Read the file first/,
  );
});

test("a run that failed and one that was killed are told so", () => {
  const failed = shown(stream("error"));
  assert.match(failed, /\*\*Ended with an error\*\* · 1 error/);
  assert.match(failed, /The model provider refused the request \(HTTP 401/);
  const killed = shown(stream("killed"));
  assert.match(killed, /^\*\*Unfinished\*\*/m);
  const cut = shown(stream("killed").slice(0, -200));
  assert.match(cut, /was not written to its end/);
  // The error comes before anything else where a model is not known.
  const [first] = stream("error").trim().split("\n").reverse();
  assert.match(shown(first), /\*\*Ended with an error\*\*/);
});

test("the content decides: a string, bytes, UTF-16, a list, spread lines and a file of any name", async (t) => {
  const events = stream("tools");
  const expected = bare(shown(events));
  const lines = events
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const utf16 = Buffer.from(`\ufeff${events}`, "utf16le");
  for (const given of [
    Buffer.from(events),
    utf16,
    events.replaceAll("\n", "\r\n"),
    JSON.stringify(lines),
    JSON.stringify(lines, null, 2),
    lines.map((line) => JSON.stringify(line, null, 2)).join("\n"),
  ])
    assert.equal(bare(shown(given)), expected);
  const folder = temporaryFolder(t);
  for (const name of ["run.jsonl", "run.json", "run.txt", "run.log"]) {
    writeFileSync(join(folder, name), events);
    const { stdout, stderr } = run([`./${name}`, "--output", "-"], {
      cwd: folder,
    });
    assert.match(stdout, /total was subtracted/, stderr);
  }
  const { stdout } = run(["-", "--output", "-"], { input: events });
  assert.match(stdout, /total was subtracted/);
  const report = await writeExport(join(folder, "run.md"), events, fixed);
  assert.equal(report.messages.rendered, 5);
  assert.match(suggestFileName(events, fixed), /^2026-11-28/);
});

test("lines of other programs between the events are counted, and shown nowhere", () => {
  const [first, ...rest] = stream("tools").trim().split("\n");
  const noisy = [
    "[plugin] never shown",
    '{"level":"warn","text":"never shown"}',
    first,
    "never shown: a warning",
    '{"type":"later","timestamp":1,"sessionID":"ses_a","text":"never shown"}',
    '{"type":"text","timestamp":1,"sess',
    ...rest,
  ].join("\n");
  const document = shown(noisy);
  assert.match(document, /by their types: \*\*later 1, other-output 4\*\*/);
  assert.match(document, /is damaged or was not written to its end/);
  assert.doesNotMatch(document, /never shown/);
  const whole = (text) => text.match(/> .*/g);
  assert.deepEqual(whole(document), whole(shown(stream("tools"))));
});

test("sessions that a call names stand below it, and others are an error that tells what to do", () => {
  const task = {
    id: "prt_task",
    messageID: "msg_1",
    type: "tool",
    tool: "task",
    callID: "c1",
    state: {
      status: "completed",
      input: { description: "Look" },
      output: "Found.",
      metadata: { sessionId: "ses_child" },
      time: { start: 1795861864000, end: 1795861865000 },
    },
  };
  const both =
    event("ses_parent", task, "tool_use") + said("ses_child", "msg_9", "Found");
  const document = shown(both);
  assert.match(document, /Start sub-agent\*\* Look.*\[Sub-agent 1\]/);
  assert.match(document, /## Sub-agent 1[^]*> Found/);
  assert.throws(() => shown(both + said("ses_other", "msg_8", "Other")), {
    code: "ERR_INVALID_SESSION",
    message: /events of 2 runs.*grep/,
  });
  // Each names the other as its sub-agent.
  const circle = (from, to) =>
    event(
      from,
      { ...task, state: { ...task.state, metadata: { sessionId: to } } },
      "tool_use",
    );
  assert.match(
    shown(circle("ses_a", "ses_b") + circle("ses_b", "ses_a")),
    /Sub-agent 1/,
  );
  const deep = Array.from({ length: 300 }, (_, at) =>
    circle(`ses_${at}`, `ses_${at + 1}`),
  );
  assert.match(shown(deep.join("")), /Sub-agent 299/);
});

test("a part that is told again takes the place of the first", () => {
  const events =
    said("ses_a", "msg_1", "x", { id: "prt_1", text: "first" }) +
    said("ses_a", "msg_1", "x", { id: "prt_1", text: "second" });
  assert.match(shown(events), /> second/);
  assert.doesNotMatch(shown(events), /> first/);
});

test("no secret of a stream is left", () => {
  const secret = { text: token, token, metadata: { token } };
  const events =
    stream("tools") +
    stream("error").replaceAll(
      "ses_dde4a7352ffeCSduVswyKnUALi",
      "ses_dde4ab60bffeYrNI7a5nwfKm2K",
    ) +
    said("ses_dde4ab60bffeYrNI7a5nwfKm2K", "msg_z", "z", secret) +
    `${token}\n`;
  assert.ok(events.includes(key));
  for (const format of formats) {
    const document = shown(events, { format, tools: "full", reasoning: true });
    assert.ok(!document.includes(token) && !document.includes(key), format);
  }
});

test("the JSON of a stream reads back, with what it lacks", () => {
  const json = shown(stream("tools"), { format: "json", tools: "full" });
  assert.equal(JSON.parse(json).events[0].what, "prompts-missing");
  const told = (document) =>
    document.split("\n").filter((line) => /^(> |- )/.test(line));
  const rest = (lines) =>
    lines.filter((line) => !/^- (Redacted|Not redacted|Left out)/.test(line));
  assert.deepEqual(rest(told(shown(json))), rest(told(shown(stream("tools")))));
});

test("events that were changed give a document or an error with a code", () => {
  const next = numbers();
  for (const name of ["tools", "error", "killed"]) {
    for (let round = 0; round < 60; round += 1) {
      const events = changedLog(stream(name), round, next);
      for (const format of formats) {
        try {
          assert.ok(shown(events, { format }).length > 0);
        } catch (error) {
          assert.match(error.code ?? error.message, /^ERR_INVALID_SESSION/);
        }
      }
    }
  }
});
