// Containment as other parsers see it: commonmark.js, the reference in JavaScript, and
// markdown-it, which VS Code's preview uses. The Rust tests do the same with two more. Then those that follow
// other rules than CommonMark's: Showdown and Python-Markdown.
import assert from "node:assert/strict";
import { Parser } from "commonmark";
import MarkdownIt from "markdown-it";
import test from "node:test";
import {
  byPythonLikeRules,
  byPythonMarkdown,
  hasPythonMarkdown,
  isAllowed,
  showdowns,
} from "./renderers.mjs";
import { addon, fixed, sessionOf, textPart, userMessage } from "./support.mjs";

const fragments =
  "\n|\n\n|\t|    |\\|`|``|```|```js\n|~~~|~~~~\n|# |## Heading\n|===|\n---\n|\n-\n|***|* * *|- |1. |> |" +
  "<|<b>|</details>|<details>|<!--|-->|<?php|<script>\n|<div>\n\n|https://example.com/|www.example.com|&#35;|&lt;|" +
  "![a](https://example.com/a.png)|[a](javascript:x)|[a](https://example.com)|[a]: /x\n|[a]|[[a]]|![[a]]|]: |[|](|word|$|漢字";

const pieces = [...fragments.split("|"), "|", "| a | b |\n|---|---|\n"];

// What is syntax to other renderers.
const others = [
  "<img src=x onerror=alert(1)>",
  "<code onclick=alert(1)>",
  "</code>",
  "<pre onclick=alert(1)><code>",
  "\n    <script>alert(1)</script>\n",
  "```html\n\n<img src=x onerror=alert(1)>\n\n```\n",
  "```\n# Heading\n```",
  "~~~\n<pre><code>\n~~~\n",
  "```diff\n@@ -1 +1 @@\n-# Heading\n+# Heading\n```",
  "```diff\n+ # Heading\n```",
  "<javascript:alert(1)>",
  '[a](https://example.com"onmouseover="alert(1))',
  '[a](https://example.com/(b)"onmouseover="alert(1))',
  '[a](https://example.com "title")',
  "{onclick=alert(1)}",
  "{: onclick=alert(1)}",
  "{ #conversation }",
  "`a`",
  "**a**",
  "#Heading\n",
  "\n=-=\n",
  "^[note]",
  "\n*[User]: x\n",
  "\n[^1]: note\n",
  "[^1]",
  "\n!!! note\n    <b>x</b>\n",
  "\n/// html | img[onerror=x]\n",
  "\n::: x\n",
  "{{ x }}",
  "{% x %}",
  "[TOC]",
  "&#106;avascript:",
  "\\\\`",
  "- a\n\n",
  "    ",
  "¨K0K",
  "¨G0G",
];

/** The same numbers each time, so that a failure can be repeated. */
function* numbers(state) {
  for (;;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state / 2 ** 32;
  }
}

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

/** Documents of texts made of everything that is syntax somewhere. */
function* hostile(count, seed) {
  const random = numbers(seed);
  const pick = (length) => Math.floor(random.next().value * length);
  for (let round = 0; round < count; round += 1) {
    const text = Array.from({ length: 1 + pick(8) }, () => {
      const list = pick(3) > 0 ? others : pieces;
      return list[pick(list.length)];
    }).join(["", " ", "\n"][pick(3)]);
    yield [text, documentOf(text)];
  }
}

for (const { name, find } of showdowns) {
  test(`no text breaks the document in ${name}`, () => {
    const expected = find(documentOf("x"));
    assert.deepEqual(expected.forbidden, []);
    for (const text of others)
      assert.deepEqual(find(documentOf(text)), expected, JSON.stringify(text));
    for (const [text, document] of hostile(150, 26))
      assert.deepEqual(find(document), expected, JSON.stringify(text));
  });
}

test("no text breaks the document by rules like Python-Markdown's", () => {
  const expected = byPythonLikeRules(documentOf("x"));
  assert.deepEqual(expected.forbidden, []);
  for (const text of others)
    assert.deepEqual(
      byPythonLikeRules(documentOf(text)),
      expected,
      JSON.stringify(text),
    );
  for (const [text, document] of hostile(600, 2611))
    assert.deepEqual(
      byPythonLikeRules(document),
      expected,
      JSON.stringify(text),
    );
});

test(
  "no text breaks the document in Python-Markdown",
  { skip: !hasPythonMarkdown && "Python-Markdown is not installed here" },
  () => {
    const cases = [
      ...others.map((text) => [text, documentOf(text)]),
      ...hostile(300, 261),
    ];
    const [expected, ...found] = byPythonMarkdown([
      documentOf("x"),
      ...cases.map(([, document]) => document),
    ]);
    for (const { forbidden } of expected) assert.deepEqual(forbidden, []);
    found.forEach((structure, index) =>
      assert.deepEqual(structure, expected, JSON.stringify(cases[index][0])),
    );
  },
);

test("code blocks hold the text letter by letter", () => {
  const code = "```\n~~~~\nnot a heading\n\n    b\n\ttab\n````\n&lt; \\ `x`";
  // Where fences are unknown this would be a tag and a heading, so it is indented.
  const markup = `# not a heading\n<b>\n${code}`;
  const document = documentOf(
    `Look:\n\n~~~~~py\n${code}\n~~~~~\n- x\n~~~~~py\n${markup}\n~~~~~\n\nDone.`,
  );
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
  assert.ok(blocks.some(({ literal }) => literal === `${markup}\n`));
});
