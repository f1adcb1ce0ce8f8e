// Containment as other parsers see it: commonmark.js, the reference in JavaScript, and
// markdown-it, which VS Code's preview uses. The Rust tests do the same with two more.
import assert from "node:assert/strict";
import { Parser } from "commonmark";
import MarkdownIt from "markdown-it";
import test from "node:test";
import { addon, fixed, sessionOf, textPart, userMessage } from "./support.mjs";

const fragments =
  "\n|\n\n|\t|    |\\|`|``|```|```js\n|~~~|~~~~\n|# |## Heading\n|===|\n---\n|\n-\n|***|* * *|- |1. |> |" +
  "<|<b>|</details>|<details>|<!--|-->|<?php|<script>\n|<div>\n\n|https://example.com/|www.example.com|&#35;|&lt;|" +
  "![a](https://example.com/a.png)|[a](javascript:x)|[a](https://example.com)|[a]: /x\n|[a]|[[a]]|![[a]]|]: |[|](|word|$|漢字";

const pieces = [...fragments.split("|"), "|", "| a | b |\n|---|---|\n"];

/** The same numbers each time, so that a failure can be repeated. */
function* numbers(state) {
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

const isAllowed = (target) =>
  /^(https?:\/\/|mailto:|#conversation$|#sub-agent-)/i.test(target);

function byCommonmark(document) {
  const found = { headings: [], forbidden: [] };
  const walker = new Parser().parse(document).walker();
  for (let event = walker.next(); event; event = walker.next()) {
    const { type, level, literal, destination } = event.node;
    if (!event.entering) continue;
    if (type === "heading") found.headings.push(level);
    if (type.startsWith("html")) found.forbidden.push(literal);
    if (type === "image" || (type === "link" && !isAllowed(destination)))
      found.forbidden.push(destination);
  }
  return found;
}

function byMarkdownIt(document) {
  const found = { headings: [], forbidden: [] };
  const visit = (token) => {
    if (token.type === "heading_open")
      found.headings.push(Number(token.tag.slice(1)));
    if (token.type.startsWith("html") || token.type === "image")
      found.forbidden.push(token.content);
    if (token.type === "link_open" && !isAllowed(token.attrGet("href")))
      found.forbidden.push(token.attrGet("href"));
    token.children?.forEach(visit);
  };
  // `html` and `linkify` on, as in VS Code.
  new MarkdownIt({ html: true, linkify: true })
    .parse(document, {})
    .forEach(visit);
  return found;
}

function documentOf(text) {
  const parts = [
    textPart(text),
    { type: "file", filename: text, mime: text, url: "data:,x" },
    {
      type: "tool",
      tool: text,
      state: { status: "completed", input: { command: text }, output: text },
    },
    {
      type: "tool",
      tool: "bash",
      state: { status: "error", input: { command: text }, error: text },
    },
    { type: "patch", files: [text] },
    { type: text, text },
  ];
  const answer = {
    info: {
      role: "assistant",
      agent: text,
      modelID: text,
      error: { name: text, data: { message: text } },
      time: {},
    },
    parts,
  };
  const session = sessionOf(
    [userMessage(...parts), answer, userMessage(textPart("end"))],
    {
      title: text,
      directory: text,
      share: { url: text },
    },
  );
  session.todos = [{ content: text, status: text }];
  session.diffs = [{ file: text, status: text, patch: text }];
  session.children = [
    sessionOf([userMessage(textPart(text))], { title: text }),
  ];
  return addon.exportSession(session, {
    ...fixed,
    tools: "full",
    diffs: "full",
    redact: "off",
  });
}

test("no text breaks the document", () => {
  const random = numbers(20261122);
  const pick = (count) => Math.floor(random.next().value * count);
  const expected = { headings: [1, 2, 2, 3, 3, 3, 2, 2, 2, 3], forbidden: [] };
  assert.deepEqual(byCommonmark(documentOf("x")), expected);
  for (let round = 0; round < 1500; round += 1) {
    const text = Array.from(
      { length: pick(12) },
      () => pieces[pick(pieces.length)],
    ).join("");
    const document = documentOf(text);
    assert.deepEqual(byCommonmark(document), expected, JSON.stringify(text));
    assert.deepEqual(byMarkdownIt(document), expected, JSON.stringify(text));
  }
});

test("code blocks hold the text letter by letter", () => {
  const code =
    "```\n~~~~\n# not a heading\n\n    <b>\n\ttab\n````\n&lt; \\ `x`";
  const document = documentOf(`Look:\n\n~~~~~py\n${code}\n~~~~~\n\nDone.`);
  const walker = new Parser().parse(document).walker();
  const blocks = [];
  for (let event = walker.next(); event; event = walker.next()) {
    if (event.entering && event.node.type === "code_block")
      blocks.push(event.node);
  }
  assert.ok(
    blocks.some(
      ({ literal, info }) => literal === `${code}\n` && info === "py",
    ),
  );
});
