// maxPartBytes and maxBytes: they hold exactly, the document says what was cut, and nothing that matters
// most is.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import {
  addon,
  failure,
  fixed,
  githubToken,
  root,
  sessionOf,
  sessionText,
  textPart,
  userMessage,
} from "./support.mjs";

const { exportSession } = addon;

const bytes = (text) => Buffer.byteLength(text);
const everything = { tools: "full", diffs: "full", reasoning: true };

/** A conversation with `count` answers, each of `lines` lines; one of them failed. */
function conversation(count, lines, failed = undefined) {
  const text = "All work and no play makes a long log, 令牌 and all.\n";
  return sessionOf(
    Array.from({ length: count }, (_, index) => ({
      info: {
        id: `msg_${String(index).padStart(4, "0")}`,
        role: index % 2 === 0 ? "user" : "assistant",
        time: {
          created: 1795333600000 + index,
          completed: 1795333600001 + index,
        },
        ...(index === failed && {
          error: {
            name: "UnknownError",
            data: { message: "boom ".repeat(200) },
          },
        }),
      },
      parts: [textPart(`Message ${index}.\n${text.repeat(lines)}`)],
    })),
  );
}

for (const format of ["markdown", "json"]) {
  test(`no ${format} document is larger than maxBytes`, () => {
    for (const name of readdirSync(join(root, "tests/golden"))) {
      const options = { ...fixed, ...everything, format };
      const whole = bytes(exportSession(sessionText(name), options));
      for (const share of [0.99, 0.8, 0.6, 0.4, 0.2]) {
        const maxBytes = Math.floor(whole * share);
        let document;
        try {
          document = exportSession(sessionText(name), { ...options, maxBytes });
        } catch (error) {
          assert.equal(error.code, "ERR_INVALID_OPTION", name);
          const [, least] = /takes (\d+) bytes/.exec(error.message);
          assert.ok(Number(least) > maxBytes, `${name}: ${error.message}`);
          continue;
        }
        assert.ok(bytes(document) <= maxBytes, `${name} ${maxBytes}`);
        if (format === "json") JSON.parse(document);
      }
    }
  });

  test(`a budget is used, in ${format}`, () => {
    for (const [count, lines] of [
      [6, 400],
      [400, 4],
    ]) {
      const maxBytes = 60_000;
      const session = conversation(count, lines);
      const size = bytes(
        exportSession(session, { ...fixed, format, maxBytes }),
      );
      assert.ok(size <= maxBytes && size > maxBytes * 0.8, `${size}`);
    }
  });
}

test("what is within the budget is not touched", () => {
  const session = sessionText("typical");
  const whole = exportSession(session, fixed);
  const options = { ...fixed, maxBytes: bytes(whole), maxPartBytes: 100_000 };
  assert.equal(exportSession(session, options), whole);
});

test("the longest texts pay first, and every message stays", () => {
  const session = conversation(6, 1);
  session.messages[2].parts = [textPart("A long line.\n".repeat(10_000))];
  const document = exportSession(session, { ...fixed, maxBytes: 20_000 });
  for (const index of [0, 1, 3, 4, 5]) {
    assert.ok(
      new RegExp(`^(> )?Message ${index}\\.( {2})?\n(> )?All work`, "m").test(
        document,
      ),
      `${index}`,
    );
  }
  assert.match(
    document,
    /\n\*1\d\d\.\d kB of 130\.0 kB were cut here to fit the size limit\.\*\n/,
  );
  assert.match(
    document,
    /- Shortened to fit the size limit: 1\d\d\.\d kB of text in 1 place\./,
  );
  assert.match(document, /Shown: 1 session, 6 messages in 6 turns/);
});

test("whole messages are left out only where cutting texts is not enough", () => {
  const session = conversation(400, 4, 201);
  const document = exportSession(session, { ...fixed, maxBytes: 20_000 });
  // What was asked first, the newest error, and the newest messages.
  for (const kept of [0, 201, 399, 398]) {
    assert.ok(
      new RegExp(`^(> )?Message ${kept}\\.`, "m").test(document),
      `${kept}`,
    );
  }
  assert.ok(!document.includes("\nMessage 3.\n"));
  assert.match(
    document,
    /\n\*200 messages were left out here to fit the size limit \(100 from the user, 100 from the assistant\)\.\*\n/,
  );
  assert.ok(document.includes("boom ".repeat(200).trim()));
  const shown = document.match(/^(> )?Message \d+\./gm).length;
  assert.match(
    document,
    new RegExp(
      `Stored: 1 session, 400 messages, 400 parts. Shown: 1 session, ${shown} messages in ${shown} turns, ${shown} parts. Left out: ${400 - shown} parts of messages that were left out to fit the size limit`,
    ),
  );
});

test("maxPartBytes cuts between lines or characters, and never the newest error", () => {
  const tool = (id, status, text) => ({
    id,
    type: "tool",
    tool: "bash",
    callID: id,
    state: {
      status,
      input: { command: "make" },
      [status === "error" ? "error" : "output"]: text,
      title: "make",
      metadata: {},
      time: { start: 1795333600000, end: 1795333600010 },
    },
  });
  const session = sessionOf([
    userMessage(
      textPart("令".repeat(100)),
      tool("prt_1", "completed", "line of output\n".repeat(100)),
      tool("prt_2", "error", "old error ".repeat(100)),
      tool("prt_3", "error", "newest error ".repeat(100)),
    ),
  ]);
  const document = exportSession(session, {
    ...fixed,
    tools: "full",
    maxPartBytes: 100,
  });
  assert.ok(document.includes(`\n${"令".repeat(33)}\n`));
  assert.match(
    document,
    /```text\n(line of output\n){6}```\n\n\*1\.4 kB of 1\.5 kB were cut here to fit the size limit\.\*/,
  );
  assert.ok(!document.includes("old error ".repeat(11).trim()));
  assert.ok(document.includes("newest error ".repeat(100).trim()));
  const json = JSON.parse(
    exportSession(session, { ...fixed, format: "json", maxPartBytes: 100 }),
  );
  const [text, first, , last] = json.messages[0].parts;
  assert.equal(text.text, "令".repeat(33));
  assert.equal(text.cutBytes, 201);
  assert.equal(first.state.cutBytes, 1500 - 90);
  assert.equal(last.state.error, "newest error ".repeat(100));
});

test("in JSON the budget covers fields that this version does not use", () => {
  const note = { provider: { content: "x".repeat(5000) } };
  const part = { ...textPart("y".repeat(60)), metadata: note };
  const json = exportSession(sessionOf([userMessage(part)]), {
    ...fixed,
    format: "json",
    maxPartBytes: 100,
  });
  const [kept] = JSON.parse(json).messages[0].parts;
  assert.equal(kept.text, "y".repeat(60));
  assert.equal(kept.metadata.provider.content, "x".repeat(40));
  assert.equal(kept.cutBytes, 4960);
});

test("a secret is redacted before it could be cut in two", () => {
  const token = githubToken(9);
  const text = `${"x".repeat(80)} ${token} and more`;
  for (const maxPartBytes of [85, 90, 100, 110, 120]) {
    const session = sessionOf([userMessage(textPart(text))]);
    const document = exportSession(session, { ...fixed, maxPartBytes });
    assert.ok(!document.includes(token.slice(0, 8)), `${maxPartBytes}`);
  }
});

test("a budget that holds no document tells what it takes", async () => {
  const error = await failure(() =>
    exportSession(sessionText("typical"), { ...fixed, maxBytes: 100 }),
  );
  assert.equal(error.code, "ERR_INVALID_OPTION");
  const [, least] = /its shortest document takes (\d+) bytes/.exec(
    error.message,
  );
  const document = exportSession(sessionText("typical"), {
    ...fixed,
    maxBytes: Number(least),
  });
  assert.equal(bytes(document), Number(least));
});
