// The page: what stands in it, what cannot, and that a browser loads and runs nothing of a session.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { parse } from "parse5";
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
const isTheirs = (ancestors) =>
  ancestors.some(({ nodeName }) => nodeName === "blockquote");

/** What a stretch of code may be marked as. */
const colours = ["added", "removed", "comment", "string", "number", "keyword"];

/** Every element and attribute that a page may hold. */
const allowed = {
  html: ["lang"],
  head: [],
  meta: ["charset", "http-equiv", "content", "name"],
  title: [],
  style: [],
  script: ["type"],
  body: ["data-copy", "data-copied"],
  div: ["class", "role"],
  input: ["type", "placeholder", "aria-label", "name", "checked"],
  output: ["aria-live"],
  label: [],
  main: [],
  details: ["class", "id", "open"],
  summary: [],
  section: ["class"],
  footer: [],
  h1: [],
  h2: ["id"],
  h3: ["id"],
  p: ["class"],
  blockquote: ["class"],
  ul: [],
  ol: ["start"],
  li: [],
  table: [],
  thead: [],
  tbody: [],
  tr: [],
  th: ["style"],
  td: ["style"],
  a: ["href", "rel", "target"],
  button: ["type", "class"],
  pre: ["tabindex"],
  code: [],
  span: ["class"],
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
      if (node.tagName === "span") assert.ok(colours.includes(value), value);
      if (name === "href")
        assert.match(value, /^(#|https?:\/\/|mailto:)/i, value);
    }
    if (/^h[1-6]$/.test(node.tagName)) {
      assert.ok(!isTheirs(ancestors), "a heading of the session's");
      outline.push(`${"#".repeat(node.tagName[1])} ${textOf(node)}`);
    }
    if (["section", "details", "footer", "main"].includes(node.tagName))
      assert.ok(!isTheirs(ancestors), `<${node.tagName}> in a message`);
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
    const sections = (lines) => lines.filter((line) => /^## /.test(line));
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

const hostile = [
  "<script>document.body.id = 'owned'</script>",
  "<img src=x onerror=\"document.body.id='owned'\">",
  "</code></pre></details></section></main><h2>Conversation</h2>",
  '</blockquote></section><section class="turn user"><h3>9. User</h3>',
  "![picture](http://HOST/image.png)",
  '<link rel="stylesheet" href="http://HOST/style.css">',
  '<iframe src="http://HOST/frame"></iframe><object data="http://HOST/o"></object>',
  '<meta http-equiv="refresh" content="0; url=http://HOST/refresh">',
  "<style>@import 'http://HOST/import.css'; body { background: url(http://HOST/b.png) }</style>",
  "<svg><use href='http://HOST/use.svg#a'/><script>document.body.id='owned'</script></svg>",
  "[click](javascript:document.body.id='owned') [data](data:text/html,x) [file](file:///etc/passwd)",
  "<base href='http://HOST/'><form action='http://HOST/form'><input autofocus onfocus=\"document.body.id='owned'\"></form>",
  "```\n</code></pre><script>document.body.id='owned'</script>\n```",
  "<details open ontoggle=\"document.body.id='owned'\"><summary>Run command</summary>",
  '<a href="http://HOST/ping" ping="http://HOST/ping">x</a>',
  "| a | <img src=http://HOST/cell.png> |\n| --- | --- |\n| `</td>` | b |",
  "# Conversation\n\n## Sub-agent 1\n\n### 3. User · now",
  "<!-- --><!--> <![CDATA[ ]]> <?php ?> <!DOCTYPE html>",
  "&lt;script&gt; &#60;script&#62; \\<script>",
];

/** A session that has hostile text everywhere. */
const hostileSession = (host = "127.0.0.1:9") => {
  const texts = hostile.map((text) => text.replaceAll("HOST", host));
  const tool = (text, i) => ({
    id: `prt_t${i}`,
    type: "tool",
    tool: i % 2 ? "bash" : text,
    callID: "c",
    state: {
      status: i % 3 ? "completed" : "error",
      input: { command: text, [text]: text },
      output: text,
      error: text,
      title: text,
      metadata: { diff: `+${text}\n-${text}` },
      time: { start: 1, end: 2 },
    },
  });
  const file = (text) => ({
    type: "file",
    mime: text,
    filename: text,
    url: `data:image/svg+xml,${encodeURIComponent(text)}`,
  });
  return sessionOf(
    texts.map((text, i) => ({
      info: {
        id: `msg_${i}`,
        role: i % 2 ? "assistant" : i % 3 ? "user" : text,
        agent: text,
        providerID: text,
        modelID: text,
        error: { name: text, data: { message: text } },
        time: { created: 1795333600000 + i },
      },
      parts: [
        textPart(text),
        { ...textPart(text), id: "prt_r", type: "reasoning" },
        tool(text, i),
        file(text),
        { type: text, text },
      ],
    })),
    { title: texts.join(" "), directory: texts[0] },
  );
};

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

const browser = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path && existsSync(path));

/** What a page is in a browser, once its scripts have run. */
async function inBrowser(t, path) {
  const { stdout } = await promisify(execFile)(
    browser,
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      `--user-data-dir=${join(temporaryFolder(t), "profile")}`,
      "--virtual-time-budget=5000",
      "--dump-dom",
      `file://${path}`,
    ],
    { maxBuffer: 2 ** 27 },
  );
  return stdout;
}
const needsBrowser = {
  skip: !browser && "no Chromium here: install it, or name one in CHROMIUM",
  timeout: 120_000,
};

test(
  "a browser loads nothing, runs nothing of a session, and its own script works",
  needsBrowser,
  async (t) => {
    const requests = [];
    const server = createServer((request, response) => {
      requests.push(request.url);
      response.end();
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    t.after(() => server.close());
    const folder = temporaryFolder(t);
    const path = join(folder, "hostile.html");
    const host = `127.0.0.1:${server.address().port}`;
    await writeExport(path, hostileSession(host), everything);
    const stdout = await inBrowser(t, path);
    assert.deepEqual(requests, []);
    const nodes = [...walk(parse(stdout))].map(([node]) => node);
    const body = nodes.find(({ tagName }) => tagName === "body");
    assert.equal(attribute(body, "id"), undefined);
    assert.match(attribute(body, "class"), /scripted/);
    const links = nodes.filter(
      (node) =>
        node.tagName === "a" && attribute(node, "href")?.startsWith("#turn-"),
    );
    assert.ok(links.length > 0, "no contents were made");
  },
);

test(
  "in a browser, search and filters show what is looked for",
  needsBrowser,
  async (t) => {
    const path = join(temporaryFolder(t), "log.html");
    // A reader's hands: only here may another script run in the page.
    const hands = `
      const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
      const shown = (selector) => [...document.querySelectorAll(selector)]
        .filter((element) => element.checkVisibility()).length;
      const state = () => ({
        turns: shown(".turn"), tools: shown(".tool"), open: shown(".tool[open]"),
        found: document.querySelector(".bar output").value,
      });
      await pause(100);
      const states = { start: state() };
      const search = document.querySelector("[type=search]");
      const type = async (words) => {
        search.value = words;
        search.dispatchEvent(new Event("input"));
        await pause(400);
      };
      await type("EXIT CODE 0");
      states.searched = state();
      await type("a - r.amount");
      states.inDetails = state();
      await type("");
      states.cleared = state();
      document.querySelector("[name=no-tools]").click();
      states.withoutTools = state();
      document.querySelector("[name=only-errors]").click();
      states.onlyErrors = state();
      const result = document.createElement("pre");
      result.id = "result";
      result.textContent = JSON.stringify(states);
      document.body.append(result);`;
    const html = page(sessionText("typical"))
      .replace(/<meta http-equiv[^>]*>/, "")
      .replace(
        "</body>",
        () => `<script type="module">${hands}</script></body>`,
      );
    writeFileSync(path, html);
    const nodes = [...walk(parse(await inBrowser(t, path)))];
    const [result] = nodes.find(([node]) => attribute(node, "id") === "result");
    const states = JSON.parse(textOf(result));
    const { start, searched, inDetails, cleared, withoutTools } = states;
    assert.ok(start.turns > 3 && start.tools > 5 && start.open === 0);
    assert.ok(searched.turns > 0 && searched.turns < start.turns);
    assert.equal(searched.found, `${searched.turns} / ${start.turns}`);
    assert.ok(inDetails.open > 0, "a tool call that holds it is opened");
    assert.deepEqual(cleared, start);
    assert.equal(withoutTools.tools, 0);
    assert.equal(withoutTools.turns, start.turns);
    assert.equal(states.onlyErrors.turns, 0);
  },
);
