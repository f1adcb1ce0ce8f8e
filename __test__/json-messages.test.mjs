// The messages of a long session in JSON are read one at a time, by the threads that search and render them. A
// message of a form that no version stores has all of them read at once: both are the same session.
import assert from "node:assert/strict";
import { test } from "node:test";
import { addon, fixed, random } from "./support.mjs";

const { exportSession } = addon;

const password = `Walnut-${random(12)}`;

/** Short messages, a secret in some of them that only the last one tells. */
const messages = Array.from({ length: 600 }, (_, number) => {
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
      { type: "text", text: number % 50 === 0 ? `${text} ${password}` : text },
      {
        type: "tool",
        tool: "bash",
        state: {
          status: "completed",
          input: { command: `npm test -- ${number}` },
          output: number === 599 ? `password: "${password}"` : text,
          metadata: { exit: 0 },
        },
      },
      { type: "whatever", [`field ${number}`]: number % 90 ? 1 : password },
    ],
  };
});

const json = (messages, more) =>
  Buffer.from(JSON.stringify({ info: { id: "ses_long" }, messages, more }));

test("messages that are read one at a time are those that are read at once", () => {
  const oneByOne = json(messages);
  assert.ok(oneByOne.length > 512 * 1024);
  const atOnce = json([{ ...messages[0], type: 1 }, ...messages.slice(1)]);
  for (const options of [
    { tools: "full" },
    { tools: "full", redact: "strict" },
    { format: "json", tools: "full" },
    { format: "html" },
    { tools: "full", maxBytes: 100_000 },
    { redactTerms: ["code"] },
  ]) {
    const shown = exportSession(oneByOne, { ...fixed, ...options });
    assert.equal(shown, exportSession(atOnce, { ...fixed, ...options }));
    assert.ok(!shown.includes(password));
    assert.ok(!shown.includes("\u001b"));
  }
});

test("an object is read as its JSON is", () => {
  const object = JSON.parse(json(messages).toString());
  const options = { ...fixed, tools: "full" };
  const shown = exportSession(object, options);
  assert.equal(shown, exportSession(json(messages), options));
});

test("a long session that is no JSON in one of its messages is an error that tells where", () => {
  const valid = json(messages).toString();
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
