// The messages of a session in long JSON are read one at a time, by the threads that search and render them; those of
// short JSON are read at once, and so is a list of messages. JSON is long from 256 KB, of which long texts do not count:
// the same session is given in half of that, and with blanks in twice as much.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addon, fixed, random } from "./support.mjs";

const { exportSession } = addon;

const password = `Walnut-${random(12)}`;

/** Short messages, a secret in some of them that only the last one tells. */
const conversation = (length) =>
  Array.from({ length }, (_, number) => {
    const text = `Line ${number} of "code" \\ 世界，\u001b[31mred\n`.repeat(
      number % 40,
    );
    const isUser = number % 2 === 0;
    return {
      // Neither form knows it there.
      type: "kept",
      info: {
        id: `msg_${number}`,
        sessionID: "ses_long",
        role: isUser ? "user" : "assistant",
        time: { created: 1795333600000 + ((number * 7) % 600) },
        path: { cwd: `/home/jordan/work/${number % 3}` },
      },
      parts: [
        {
          type: "text",
          text: number % 50 === 0 ? `${text} ${password}` : text,
        },
        {
          type: "tool",
          tool: "bash",
          state: {
            status: "completed",
            input: { command: `npm test -- ${number}` },
            output: number === length - 1 ? `password: "${password}"` : text,
            metadata: { exit: 0 },
          },
        },
        { type: "whatever", [`field ${number}`]: number % 30 ? 1 : password },
      ],
    };
  });

/** From here on JSON is long, in bytes. */
const LONG = 256 * 1024;

const json = (messages) => JSON.stringify({ messages });
const withBlanks = (text) => text.replace(":[", `:${" ".repeat(LONG * 2)}[`);

const manyOptions = [
  { tools: "full" },
  { tools: "full", redact: "strict" },
  { format: "json", tools: "full" },
  { format: "html" },
  { tools: "full", maxBytes: 100_000 },
  { redactTerms: ["code"] },
];

test("messages that are read one at a time are those that are read at once", () => {
  const messages = conversation(55);
  const atOnce = json(messages);
  assert.ok(Buffer.byteLength(atOnce) < LONG / 2, `${atOnce.length}`);
  for (const options of manyOptions) {
    const shown = exportSession(atOnce, { ...fixed, ...options });
    assert.equal(
      exportSession(withBlanks(atOnce), { ...fixed, ...options }),
      shown,
    );
    assert.ok(!shown.includes(password));
    assert.ok(!shown.includes("\u001b"));
  }
});

test("a long session and the list of its messages are the same", () => {
  const messages = conversation(600);
  const withoutLong = (_, value) =>
    value?.length >= 1000 && typeof value === "string" ? "" : value;
  const outline = JSON.stringify(messages, withoutLong);
  assert.ok(outline.length > LONG * 2, `${outline.length}`);
  for (const options of manyOptions) {
    const shown = exportSession(json(messages), { ...fixed, ...options });
    const list = JSON.stringify(messages);
    assert.equal(exportSession(list, { ...fixed, ...options }), shown);
    assert.ok(!shown.includes(password));
    assert.ok(!shown.includes("\u001b"));
  }
});

test("an object is read as its JSON is", () => {
  const text = json(conversation(600));
  const options = { ...fixed, tools: "full" };
  const shown = exportSession(JSON.parse(text), options);
  assert.equal(shown, exportSession(Buffer.from(text), options));
});

test("a long session that is no JSON in one of its messages is an error that tells where", () => {
  const valid = json(conversation(600));
  for (const [odd, problem] of [
    ["1e999", /not valid JSON/],
    [`${"[".repeat(200)}${"]".repeat(200)}`, /127 levels/],
  ]) {
    const broken = valid.replace('"exit":0', `"exit":${odd}`);
    const call = () => exportSession(Buffer.from(broken), fixed);
    assert.throws(call, (error) => {
      assert.equal(error.code, "ERR_INVALID_SESSION");
      assert.match(error.message, problem);
      const field = "$.messages[0].parts[1].state.metadata.*";
      assert.ok(error.path.startsWith(field), error.path);
      return true;
    });
  }
});
