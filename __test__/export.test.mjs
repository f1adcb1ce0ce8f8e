// exportSession: every shape and type of input, every option, and odd data.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import {
  addon,
  fixed,
  root,
  session,
  sessionOf,
  sessionText,
  textPart,
  userMessage,
} from "./support.mjs";

const { exportSession } = addon;

const cases = readdirSync(join(root, "tests/golden"));

for (const name of cases) {
  test(`${name}: object, string, Uint8Array and Buffer give the reviewed document`, () => {
    const read = (file) =>
      readFileSync(join(root, "tests/golden", name, file), "utf8");
    let options = fixed;
    try {
      options = { ...fixed, ...JSON.parse(read("options.json")) };
    } catch {
      // This case has no options of its own.
    }
    const text = sessionText(name);
    const expected = read(`expected.${options.format ?? "md"}`);
    for (const input of [
      text,
      JSON.parse(text),
      Buffer.from(text),
      new Uint8Array(Buffer.from(text)),
      Buffer.from(text, "utf16le").length > 0 &&
        Buffer.from(`\ufeff${text}`, "utf16le"),
    ]) {
      assert.equal(exportSession(input, options), expected);
    }
  });
}

test("all that a reader needs is in the document", () => {
  const document = exportSession(session("typical"), {
    ...fixed,
    tools: "full",
  });
  for (const expected of [
    "# Fix negative totals in report", // title
    "| Created | 2026-11-22 07:46:12 +00:00 |", // timestamps
    "| Exported | 2026-11-23 02:13:20 +00:00 |",
    "| Application | OpenCode 1.18.33 |", // app version
    "| Models | `fake/fake-1` |", // model metadata
    "The totals in the report are negative. Please fix it.", // user message
    "> Fixed. `total` now **adds** the amounts", // assistant response
    "- **Run command** `npm test 2>&1 | tail -12` — completed, 1.2 s", // tool-call summary
    "# pass 1", // tool output
    "| src/report.js | modified | 1 | 1 |", // diff summary
  ]) {
    assert.ok(document.includes(expected), expected);
  }
});

test("the array of messages alone is a session too", () => {
  const document = exportSession(session("typical").messages, fixed);
  assert.match(document, /^# The totals in the report are negative/);
  assert.match(document, /Stored: 1 session, 13 messages, 42 parts/);
});

test("a typed array that is a view of a larger buffer is read where it begins", () => {
  const bytes = Buffer.from(`xx${sessionText("typical")}yy`);
  const view = new Uint8Array(
    bytes.buffer,
    bytes.byteOffset + 2,
    bytes.length - 4,
  );
  assert.match(exportSession(view, fixed), /^# Fix negative/);
});

test("objects are taken as JSON.stringify writes them", () => {
  const date = new Date(1795333600000);
  const message = userMessage({
    ...textPart("x"),
    toJSON: () => textPart("from toJSON"),
  });
  const document = exportSession(
    { ...sessionOf([message]), undefined: undefined, date },
    fixed,
  );
  assert.match(document, /^(> )?from toJSON/m);
});

test("messages stand in the order of their creation, not of their ids", () => {
  const message = (id, created, text) => ({
    info: { id, role: "user", time: { created } },
    parts: [textPart(text)],
  });
  const document = exportSession(
    sessionOf([
      message("msg_0001", 1795333602000, "third"),
      message("msg_b", 1795333601000, "second"),
      message("msg_a", 1795333601000, "first"),
    ]),
    fixed,
  );
  const order = ["first", "second", "third"].map((text) =>
    document.indexOf(`\n${text}\n`),
  );
  assert.deepEqual(
    order,
    [...order].sort((a, b) => a - b),
  );
});

test("the same session, options and time give the same bytes", () => {
  assert.equal(
    exportSession(session("full"), fixed),
    exportSession(session("full"), fixed),
  );
});

const changes = [
  ["tools", "none", /Run command/, false],
  ["tools", "summary", /\*\*Run command\*\* `npm test/, true],
  ["tools", "full", /Output:\n\n {4}# suites 0\n {4}# pass 1/, true],
  ["diffs", "none", /## File changes/, false],
  ["diffs", "none", /Changed files/, false],
  ["diffs", "summary", /\| src\/report.js \| modified \| 1 \| 1 \|/, true],
  ["diffs", "full", /\n```diff\n--- src\/report.js/, true],
  ["reasoning", false, /I should read the file before/, false],
  [
    "reasoning",
    true,
    /> The total is wrong. I should read the file before/,
    true,
  ],
  ["usage", true, /\| Cost \| \$0.0345 \|/, true],
  ["usage", false, /\$0.0|Tokens|tokens/, false],
  ["children", true, /## Sub-agent 1\n\n\*\*Review the change/, true],
  ["children", true, /\[Sub-agent 1\]\(#sub-agent-1\)/, true],
  ["children", false, /## Sub-agent/, false],
  ["children", false, /Left out:.*12 parts of sub-agent sessions/, true],
  [
    "app",
    { name: "PawWork", version: "2.0" },
    /\| Application \| PawWork 2.0 \|/,
    true,
  ],
  ["models", { "fake/fake-1": "Blue Two" }, /\| Models \| Blue Two \|/, true],
  ["locale", "zh", /## 对话/, true],
  ["locale", "en", /## Conversation/, true],
  ["timeZone", "utc", /\| Created \| 2026-11-22 07:46:12 \+00:00 \|/, true],
  ["format", "markdown", /^# Fix/, true],
  ["redactTerms", ["NEGATIVE totals"], /negative totals/i, false],
  [
    "redactTerms",
    ["negative totals"],
    /# Fix \[redacted:redact-term#1\] in report/,
    true,
  ],
];

for (const [option, value, pattern, isThere] of changes) {
  test(`${option}: ${JSON.stringify(value)} ${isThere ? "shows" : "hides"} ${pattern}`, () => {
    const document = exportSession(session("sub-agents"), {
      ...fixed,
      [option]: value,
    });
    assert.equal(pattern.test(document), isThere);
  });
}

test("local times show the offset of the time zone", (t) => {
  if (process.platform === "win32")
    return t.skip("Windows takes the zone from its settings, and not from TZ");
  const zone = process.env.TZ;
  process.env.TZ = "Asia/Kolkata";
  try {
    const { exportedAt } = fixed;
    const document = exportSession(session("typical"), {
      exportedAt,
      timeZone: "local",
    });
    assert.match(document, /\| Created \| 2026-11-22 13:16:12 \+05:30 \|/);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

test("without exportedAt it is the present time", () => {
  const [, time] = /\| Exported \| (.*) \|/.exec(
    exportSession(session("typical")),
  );
  assert.ok(Math.abs(Date.parse(time) - Date.now()) < 60_000);
});

// Odd data gives a document that says what is odd.
const oddities = [
  ["a message without info", { parts: [] }, "$.messages[0].info"],
  ["a message that is no object", 5, "$.messages[0]"],
  [
    "parts that are no array",
    { info: { role: "user" }, parts: {} },
    "$.messages[0].parts",
  ],
  [
    "a part without a type",
    userMessage({ text: "x" }),
    "$.messages[0].parts[0]",
  ],
  ["a part that is no object", userMessage(null), "$.messages[0].parts[0]"],
  [
    "a text part without text",
    userMessage({ type: "text" }),
    "$.messages[0].parts[0].text",
  ],
  [
    "a tool call without a state",
    userMessage({ type: "tool" }),
    "$.messages[0].parts[0].state",
  ],
  ...[-1, 1e300, 253402300800000].map((created) => [
    `the time ${created}`,
    { info: { role: "user", time: { created } }, parts: [] },
    "$.messages[0].info.time.created",
  ]),
  [
    "a time with a fraction",
    { info: { role: "user", time: { created: 1795333600000.5 } }, parts: [] },
    "$.messages[0].info.time.created",
  ],
  [
    "a time that is a text",
    { info: { role: "user", time: { created: "now" } }, parts: [] },
    "$.messages[0].info.time.created",
  ],
];

for (const [what, message, path] of oddities) {
  test(`${what} is noted`, () => {
    const document = exportSession(sessionOf([message]), fixed);
    assert.match(document, /Problems in the stored data: [^$]*\./);
    // The place is for programs.
    const json = exportSession(sessionOf([message]), {
      ...fixed,
      format: "json",
    });
    const { notes } = JSON.parse(json).exported;
    assert.ok(
      notes.some((note) => note.path === path),
      path,
    );
  });
}

test("an empty session and a missing time are fine", () => {
  assert.match(
    exportSession({ info: {}, messages: [] }),
    /This session has no messages/,
  );
  assert.match(
    exportSession({ messages: [userMessage(textPart("x"))] }),
    /\| Created \| time unknown/,
  );
});

test("a part of an unknown kind is shown and counted", () => {
  const document = exportSession(
    sessionOf([userMessage({ type: "hologram", depth: 3 })]),
    fixed,
  );
  assert.match(
    document,
    /1 part is of a kind that this exporter does not know/,
  );
  assert.match(
    document,
    /`hologram`\n\n```json\n{\n {2}"type": "hologram",\n {2}"depth": 3\n}/,
  );
});

test("fields that the exporter does not know are counted, at any depth", () => {
  const future = 1;
  const state = {
    status: "completed",
    input: { future },
    metadata: { future },
    time: { future },
  };
  const message = {
    info: {
      role: "assistant",
      time: { future },
      tokens: { cache: { future } },
      future,
    },
    parts: [{ type: "tool", tool: "x", state, future }],
    future,
  };
  const session = {
    ...sessionOf([message], { time: { future }, future }),
    future,
  };
  // Not those of a tool's own input and metadata, which may hold anything.
  assert.match(
    exportSession(session, fixed),
    /- 9 stored fields are not known to this exporter/,
  );
});

test("64 levels of nesting are fine, anywhere", () => {
  let deep = "bottom";
  for (let level = 0; level < 64; level += 1)
    deep = level % 2 ? [deep] : { deep };
  const tool = {
    type: "tool",
    tool: "x",
    state: { status: "completed", input: deep },
  };
  const document = exportSession(
    sessionOf([userMessage(tool, { type: "new", deep })]),
    {
      ...fixed,
      tools: "full",
    },
  );
  assert.equal(document.split('"bottom"').length, 2);
  // A part of an unknown kind is shown up to 4 KiB.
  assert.match(
    document,
    /\*[\d.]+ kB of [\d.]+ kB were cut here to fit the size limit\.\*/,
  );
});

test("a session of 10,000 messages is exported whole", () => {
  const messages = Array.from({ length: 10_000 }, () =>
    userMessage(textPart("`` ` [x] <b>")),
  );
  assert.match(
    exportSession(sessionOf(messages), fixed),
    /Shown: 1 session, 10,000 messages/,
  );
});

// A guard against work that grows with the square of a text, which would take minutes here. An export is one call that
// no timeout ends, so the time of the processor is looked at.
const repeated =
  "a-|password|x|=|`|`` |[|](|]( |[[|<a|> |* |1. |://a:|www.|$|&a;|![|key|\u001b[|\n# |\n- |eyJ|a@|\u200b|-----BEGIN PRIVATE KEY-----|cookie: a=b;|authorization: |\\\\|< |<_|{|{ |{ =|}";
for (const text of [...repeated.split("|"), "|", "| `<` ", "| `{ ` "])
  test(`four megabytes of ${JSON.stringify(text)} end`, () => {
    const long = text.repeat(2 ** 22 / text.length);
    const session = sessionOf([userMessage(textPart(long))], { title: long });
    const begun = process.cpuUsage();
    assert.match(
      exportSession(session, fixed),
      /Stored: 1 session, 1 message, 1 part\./,
    );
    const seconds = process.cpuUsage(begun).user / 1e6;
    assert.ok(seconds < 60, `${seconds} s`);
  });
