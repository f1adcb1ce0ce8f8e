// The page: what stands in it, what cannot, and that a browser loads and runs nothing of a session.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "parse5";
import { hostile, hostileSession } from "./hostile-session.mjs";
import {
  addon,
  fixed,
  root,
  sessionOf,
  sessionText,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

const { exportSession, verifyExport, writeExport } = addon;
const everything = {
  ...fixed,
  tools: "full",
  diffs: "full",
  reasoning: true,
};
const page = (session, options) =>
  exportSession(session, { ...everything, ...options, format: "html" });
const goldens = readdirSync(join(root, "tests/golden"));

const attribute = (node, name) =>
  node.attrs?.find((attr) => attr.name === name)?.value;
const textOf = (node) =>
  node.nodeName === "#text"
    ? node.value
    : (node.childNodes ?? []).map(textOf).join("");
function* walk(node, ancestors = []) {
  yield [node, ancestors];
  for (const child of node.childNodes ?? [])
    yield* walk(child, [...ancestors, node]);
}
/** What holds text of the session, and nothing of the exporter's. */
const isTheirs = (ancestors) =>
  ancestors.some(
    (node) =>
      node.nodeName === "pre" ||
      ["text", "prose"].includes(attribute(node, "class")),
  );

/** What a stretch of text may be marked as. */
const marks = [
  "added",
  "removed",
  "same",
  "file",
  "hunk",
  "comment",
  "string",
  "number",
  "keyword",
  "chip",
  "quiet",
  /^badge (ok|bad|warn|open)$/,
];

/** Every element and attribute that a page may hold. */
const allowed = {
  html: ["lang"],
  head: [],
  meta: ["charset", "http-equiv", "content", "name"],
  title: [],
  style: [],
  script: ["type"],
  body: ["id", "data-copy", "data-copied", "data-none", "data-hits"],
  div: ["class", "role", "dir", "id", "tabindex"],
  input: ["type", "placeholder", "aria-label", "name", "checked"],
  output: ["aria-live", "class"],
  label: ["hidden"],
  nav: ["id", "aria-label", "hidden"],
  main: [],
  header: [],
  details: ["class", "id", "open"],
  summary: [],
  section: ["class", "id"],
  footer: [],
  h1: ["dir"],
  h2: ["id"],
  h3: [],
  p: ["class", "dir"],
  blockquote: ["dir"],
  ul: ["class", "dir"],
  ol: ["start", "dir"],
  li: ["value"],
  table: ["class", "dir"],
  thead: [],
  tbody: [],
  tr: [],
  th: ["class", "dir", "scope"],
  td: ["class", "dir"],
  a: ["class", "href", "rel", "target"],
  button: ["type", "class", "name", "aria-label", "disabled", "hidden"],
  pre: ["dir", "tabindex"],
  code: ["class", "dir"],
  span: ["class", "title", "data-old", "data-new"],
  time: ["datetime"],
  bdi: [],
  b: [],
  strong: [],
  em: [],
  del: [],
  br: [],
  hr: [],
};

function check(html) {
  const outline = [];
  for (const [node, ancestors] of walk(parse(html))) {
    if (!node.tagName) {
      assert.notEqual(node.nodeName, "#comment");
      continue;
    }
    assert.ok(node.tagName in allowed, `<${node.tagName}>`);
    for (const { name, value } of node.attrs) {
      assert.ok(
        allowed[node.tagName].includes(name),
        `<${node.tagName} ${name}>`,
      );
      if (node.tagName === "span" && name === "class")
        assert.ok(
          marks.some(
            (mark) => mark === value || (mark.test && mark.test(value)),
          ),
          value,
        );
      if (name === "id")
        assert.match(
          value,
          /^(top|contents|changes|conversation|todos|files|s\d+|(s\d+-)?t\d+(-c\d+)?)$/,
        );
      if (name === "href")
        assert.match(value, /^(#|https?:\/\/|mailto:)/i, value);
    }
    if (/^h[1-6]$/.test(node.tagName)) {
      assert.ok(!isTheirs(ancestors), "a heading of the session's");
      outline.push(`${"#".repeat(node.tagName[1])} ${textOf(node)}`);
    }
    if (["section", "footer", "main", "header", "nav"].includes(node.tagName))
      assert.ok(!isTheirs(ancestors), `<${node.tagName}> in a message`);
    if (node.tagName === "details" && isTheirs(ancestors))
      assert.equal(attribute(node, "class"), "more");
  }
  return outline;
}

for (const name of goldens)
  test(`the page of "${name}" is made of known elements, and has the outline of the Markdown`, () => {
    const session = sessionText(name);
    const outline = check(page(session));
    const headings = exportSession(session, everything)
      .replace(/^(`{3,}).*\n[^]*?^\1`*$/gm, "")
      .split("\n")
      .filter((line) => /^#{1,6} /.test(line));
    assert.equal(outline.length, headings.length);
    // A sub-agent stands below the call that started it.
    const sections = (lines) =>
      lines.filter((line) => /^## /.test(line)).sort();
    assert.deepEqual(sections(outline), sections(headings));
  });

const text = (html) => {
  const [main] = [...walk(parse(html))]
    .map(([node]) => node)
    .filter(({ tagName }) => tagName === "main");
  return textOf(main);
};

test("the page holds what the session holds", () => {
  const html = text(page(sessionText("typical")));
  for (const words of [
    "The totals in the report are negative. Please fix it.",
    "return rows.reduce((a, r) => a - r.amount, 0)",
    "Fixed. total now adds the amounts, and the test passes.",
  ])
    assert.ok(html.includes(words), words);
});

test("hostile text is shown, and nothing of it is an element of the page", () => {
  const html = page(hostileSession());
  check(html);
  assert.ok(text(html).includes("document.body.id"));
  for (const options of [{ locale: "zh" }, { tools: "summary" }])
    check(page(hostileSession(), options));
});

test("whatever a message is made of, nothing of it is an element of the page", () => {
  let state = 7;
  const next = (below) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % below;
  };
  const bits = [
    ...hostile,
    ..."<>&\"'`*_[]()!#|\\~-+=\n \t".split(""),
    ..."<a <!-- --> ]]> </ \n\n > ``` ~~~ <b> [x]: /url\n \n    ".split(" "),
  ];
  for (let round = 0; round < 60; round += 1) {
    const messages = Array.from({ length: 10 }, (_, i) => {
      const text = Array.from(
        { length: 1 + next(30) },
        () => bits[next(bits.length)],
      );
      return {
        info: { id: `msg_${i}`, role: "user", time: { created: 1 + i } },
        parts: [textPart(text.join(""))],
      };
    });
    const outline = check(page(sessionOf(messages)));
    assert.equal(outline.length, 3 + messages.length);
  }
});

test("source code has colours, and its text is what was written", () => {
  const code = `// é <b>\nconst a = "x </code>" + 1;\n`;
  const session = (language) =>
    sessionOf([
      {
        info: { role: "assistant", time: {} },
        parts: [textPart(`Look:\n\n\`\`\`${language}\n${code}\`\`\`\n`)],
      },
    ]);
  const blocks = (language) =>
    [...walk(parse(page(session(language))))]
      .map(([node]) => node)
      .filter(({ tagName }) => tagName === "pre");
  const [coloured] = blocks("ts");
  assert.equal(textOf(coloured), code);
  const classes = [...walk(coloured)]
    .filter(([{ tagName }]) => tagName === "span")
    .map(([node]) => attribute(node, "class"));
  assert.deepEqual(classes, ["comment", "keyword", "string", "number"]);
  const [plain] = blocks("text");
  assert.equal(textOf(plain), code);
  assert.equal(
    [...walk(plain)].filter(([n]) => n.tagName === "span").length,
    0,
  );
});

test("the policy lets only this page's own style and script through", () => {
  const html = page(sessionText("hostile-markdown"));
  const nodes = [...walk(parse(html))].map(([node]) => node);
  const meta = nodes.find((node) => attribute(node, "http-equiv"));
  assert.equal(attribute(meta, "http-equiv"), "Content-Security-Policy");
  const policy = attribute(meta, "content");
  assert.match(policy, /^default-src 'none'; /);
  assert.doesNotMatch(policy, /unsafe|\*|http/);
  for (const name of ["style", "script"]) {
    const found = nodes.filter(({ tagName }) => tagName === name);
    assert.equal(found.length, 1);
    const hash = createHash("sha256").update(textOf(found[0])).digest("base64");
    assert.ok(policy.includes(`${name}-src 'sha256-${hash}'`), name);
  }
});

test("a page is as complete as its closing line says, and every change shows", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "a.html");
  for (const name of goldens) {
    const report = await writeExport(path, sessionText(name), {
      ...everything,
      overwrite: true,
    });
    assert.equal(report.format, "html");
    const checked = await verifyExport(path);
    assert.deepEqual(checked.problems, [], name);
    assert.equal(checked.format, "html");
    assert.equal(checked.sha256, report.sha256);
  }
  await writeExport(path, sessionText("sub-agents"), { overwrite: true });
  const html = readFileSync(path, "utf8");
  const cut = html.indexOf('<section class="turn');
  const end = html.indexOf("</section>", cut) + "</section>\n".length;
  for (const [changed, problem] of [
    [html.replace("Conversation", "Conversatiom"), "hash"],
    [html.slice(0, cut) + html.slice(end), "turns"],
    [`${html}<p>More</p>\n`, "no-closing-line"],
    [html.slice(0, -20), "after-closing-line"],
    [html.slice(0, html.length / 2), "no-closing-line"],
  ]) {
    writeFileSync(path, changed);
    const { problems } = await verifyExport(path);
    const found = problems.map(({ code }) => code);
    assert.ok(found.includes(problem), `${found} instead of ${problem}`);
  }
});

/** The texts of a page that stand in blocks of such a class. */
const blocksOf = (html, name) =>
  [...walk(parse(html))]
    .map(([node]) => node)
    .filter((node) => attribute(node, "class") === name)
    .map(textOf);

const answer = (text) => ({
  info: {
    id: "msg_answer",
    role: "assistant",
    finish: "stop",
    time: { created: 1795333601000, completed: 1795333602000 },
  },
  parts: [textPart(text)],
});

for (const typed of [
  "fix __init__.py and __main__.py\n\nexclude src/*.js and test/*.js\n\n100*2*3=600\n\npath C:\\_work\\*.log and \\\\srv\\share\n\nmatch ^\\s*\\[(.*?)\\]\\s*$\n\n>>> print(1)",
  "[INFO]: started\n[WARN]: slow",
  "def total(rows):\n    if rows:\n        return sum(rows)\n\n\tat main (b.js:3:4)  \n- [x]: done",
  "# not a heading\n* no list\n  1. no list\n<b>no tag</b> &amp; _a_ `b`",
])
  test(`a user's text lost characters in the page: ${JSON.stringify(typed.slice(0, 24))}`, () => {
    const html = page(sessionOf([userMessage(textPart(typed))]));
    assert.deepEqual(blocksOf(html, "text"), [typed]);
  });

test("definitions that stand for nothing vanished from an answer", () => {
  const text =
    "Both say the same.\n\n[1]: https://example.com/one\n[todo]: <fix the login>\n\nMore on Monday.";
  const [prose] = blocksOf(page(sessionOf([answer(text)])), "prose");
  for (const line of text.split("\n").filter(Boolean))
    assert.ok(prose.includes(line), `${line} in ${prose}`);
});

test("an answer can be read as it was written, where that is another text", () => {
  const text = "**bold** and\n\n3. three\n5. five";
  const html = page(sessionOf([answer(text)]));
  const [source] = blocksOf(html, "source");
  assert.ok(source.trim().endsWith(text), source);
  assert.match(
    html,
    /<ol start="3" dir="auto">\n<li>three<\/li>\n<li value="5">five/,
  );
  const plain = page(sessionOf([answer("nothing but words")]));
  assert.deepEqual(blocksOf(plain, "source"), []);
});

test("a long text is folded, and none of it is missing", () => {
  const text = Array.from({ length: 300 }, (_, i) => `line ${i}`).join("\n");
  const html = page(sessionOf([userMessage(textPart(text))]));
  assert.equal(blocksOf(html, "text").join(""), text);
  assert.match(html, /Show the rest \(260 more lines\)/);
});

test("many calls fold into one line, and open where one of them failed", () => {
  const call = (i, state) => ({
    id: `prt_${i}`,
    type: "tool",
    tool: "read",
    callID: `c${i}`,
    state: {
      status: "completed",
      input: { filePath: `/tmp/${i}.txt` },
      output: "x",
      title: "",
      metadata: {},
      time: { start: 1, end: 2 },
      ...state,
    },
  });
  const turn = (parts) => ({ ...answer(""), parts });
  const calls = Array.from({ length: 4 }, (_, i) => call(i));
  const folds = (parts) =>
    [
      ...page(sessionOf([turn(parts)])).matchAll(
        /<details class="calls"[^>]*>/g,
      ),
    ].map(([tag]) => tag);
  assert.deepEqual(folds(calls), ['<details class="calls">']);
  assert.deepEqual(folds(calls.slice(1)), []);
  const failed = call(9, { status: "error", error: "no such file" });
  assert.deepEqual(folds([...calls, failed]), ['<details class="calls" open>']);
  assert.deepEqual(folds([...calls, textPart("then"), failed]), [
    '<details class="calls">',
  ]);
});

/** A red point, and texts that are no images. */
const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const fileOf = (filename, mime, url) => ({ type: "file", filename, mime, url });
const attached = () =>
  sessionOf([
    userMessage(
      textPart("Look"),
      fileOf("a.png", "image/png", `data:image/png;base64,${png}`),
      fileOf("b.png", "image/png", `data:image/png;base64,${png}`),
      fileOf(
        "c.svg",
        "image/svg+xml",
        "data:image/svg+xml,%3Csvg%20onload=%22a()%22/%3E",
      ),
      fileOf(
        "d.pdf",
        "application/pdf",
        `data:application/pdf;base64,${btoa("%PDF-1.4\n")}`,
      ),
      fileOf(
        "e.txt",
        "text/plain",
        `data:text/plain,password%3A%20${"Xk7-pq".repeat(3)}`,
      ),
    ),
  ]);

test("attached images and texts are shown in the page", async (t) => {
  const path = join(temporaryFolder(t), "a.html");
  const report = await writeExport(path, attached(), {
    ...fixed,
    attachments: "embed",
  });
  const html = readFileSync(path, "utf8");
  const images = [...html.matchAll(/<img [^>]*src="([^"]*)"/g)];
  assert.deepEqual(
    images.map(([, address]) => address),
    Array(2).fill(`data:image/png;base64,${png}`),
  );
  assert.match(html, / img-src data:; /);
  // An image of a kind that can hold a script is text.
  assert.ok(text(html).includes('<svg onload="a()"/>'));
  assert.ok(!html.includes("Xk7-pq"), "a text was not redacted");
  assert.deepEqual(report.omitted, [
    { reason: "attachment-content", count: 1 },
  ]);
  assert.deepEqual((await verifyExport(path)).problems, []);
  assert.doesNotMatch(page(attached()), /img-src|<img /);
});

test("images for which there is no room are named", () => {
  const size = Buffer.from(png, "base64").length;
  const html = exportSession(attached(), {
    ...fixed,
    format: "html",
    attachments: "embed",
    maxEmbedBytes: size,
  });
  assert.equal([...html.matchAll(/<img /g)].length, 1);
  assert.equal([...html.matchAll(/not in this page: /g)].length, 3);
  assert.match(html, /Left out: [^.]*the content of 4 attachments/);
});

test("attachments are embedded in pages only", () => {
  for (const format of ["markdown", "json"])
    assert.throws(
      () => exportSession(attached(), { format, attachments: "embed" }),
      { code: "ERR_INVALID_OPTION" },
    );
});
