// Renderers that follow other rules than CommonMark's, and what they find in a document: the level of each
// heading, and whatever a document may not hold.
import { execFileSync } from "node:child_process";
import { parseFragment } from "parse5";
import showdown from "showdown";

export const isAllowed = (target) =>
  /^(https?:\/\/|mailto:|#conversation$|#sub-agent-|#\d+-)/i.test(target);

const elements = new Set(
  "a blockquote br code dd del dl dt em h1 h2 h3 h4 h5 h6 hr input li ol p pre strong sub sup table tbody td th thead tr u ul".split(
    " ",
  ),
);

function isHarmless({ name, value }, tag) {
  if (name === "href") return isAllowed(value);
  if (name === "style")
    return /^(text-align:\s?\w+;|list-style-type: ?none;?)$/.test(value);
  if (tag === "input")
    return ["type", "disabled", "checked", "style"].includes(name);
  return ["align", "class", "id", "start", "title", "rel", "target"].includes(
    name,
  );
}

/** What a page shows that a renderer made of a document. */
export function inHtml(html) {
  const found = { headings: [], forbidden: [] };
  const visit = (node) => {
    const { tagName, attrs = [], childNodes = [] } = node;
    if (/^h[1-6]$/.test(tagName ?? "")) found.headings.push(Number(tagName[1]));
    if (tagName && !elements.has(tagName)) found.forbidden.push(tagName);
    if (node.nodeName === "#comment") found.forbidden.push(node.data);
    const isBox =
      tagName === "input" ||
      (tagName === "li" && attrs.some(({ name }) => name === "style"));
    for (const attribute of attrs) {
      if (isBox && /^margin/.test(attribute.value)) continue;
      if (!isHarmless(attribute, tagName))
        found.forbidden.push(`${tagName} ${attribute.name}=${attribute.value}`);
    }
    childNodes.forEach(visit);
  };
  visit(parseFragment(html));
  return found;
}

/** Showdown as it is by default, and as its flavours set it: one of them knows no fences. */
export const showdowns = [
  "vanilla",
  "github",
  "original",
  "ghost",
  "allOn",
].map((flavor) => {
  const converter = new showdown.Converter();
  converter.setFlavor(flavor);
  // They are links to a web site, and images of one.
  converter.setOption("ghMentions", false);
  converter.setOption("completeHTMLDocument", false);
  return {
    name: `Showdown, ${flavor}`,
    find: (document) => inHtml(converter.makeHtml(document)),
  };
});

const script = `
import json, sys, markdown
texts, sets = json.load(sys.stdin)
print(json.dumps([[markdown.markdown(text, extensions=names) for names in sets] for text in texts]))
`;

/** The extensions with which Python-Markdown is tried. All of them come with it. */
const extensions = [
  [],
  ["fenced_code", "tables", "toc"],
  [
    "extra",
    "sane_lists",
    "nl2br",
    "admonition",
    "wikilinks",
    "smarty",
    "meta",
    "toc",
  ],
];

const interpreter = [process.env.PYTHON, "python3", "python"].find((name) => {
  try {
    execFileSync(name, ["-c", "import markdown"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
});

export const hasPythonMarkdown = interpreter !== undefined;

/** What Python-Markdown finds in documents, with each set of extensions. */
export function byPythonMarkdown(documents) {
  const input = JSON.stringify([documents, extensions]);
  const output = execFileSync(interpreter, ["-c", script], {
    input,
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  return JSON.parse(output).map((pages) => pages.map(inHtml));
}

/**
 * The rules of Python-Markdown that CommonMark does not have, so that they are tried where there is no Python:
 * no fences, headings without a blank, escapes of some characters only, code spans over the lines of a paragraph.
 */
export function byPythonLikeRules(document) {
  const found = { headings: [], forbidden: [] };
  const text = document.replace(/\t/g, "    ").replace(/^ *$/gm, "");
  let isInList = false;
  const readBlock = (block) => {
    if (block.startsWith("    ") && !isInList) return;
    const quote = /^ {0,3}>/m.exec(block);
    if (quote) {
      readBlocks(block.slice(0, quote.index));
      readBlocks(block.slice(quote.index).replace(/^ *> ?/gm, ""));
      return;
    }
    isInList = /^ *([*+-]|\d+\.) /m.test(block);
    for (const [, marks] of block.matchAll(
      /^ *(?:(?:[*+-]|\d+\.) +)*(#{1,6})/gm,
    ))
      found.headings.push(marks.length);
    if (/^.*\n[=-]+ *(\n|$)/.test(block) && !block.startsWith("|"))
      found.headings.push("underlined");
    if (/^ *\*?\[[^\]]*\]:/m.test(block)) found.forbidden.push(block);
    const prose = block
      .replace(/(?<!\\)(`+)(.+?)(?<!`)\1(?!`)/gs, "CODE")
      .replace(/\\[\\`*_{}[\]()>#+.!-]/g, "E");
    for (const syntax of [
      /<[/!?]?[a-z][^<>]*>/i,
      /<!--/,
      /!\[[^\]]*\]\(/,
      /\]\((?!https?:|mailto:|#)/,
      /(?:^|CODE|[*_)\]]) *\{[^}\n]+\}/m,
      /\^\[/,
      /^ *(?:\/\/\/|!!!|\?\?\?|:::)/m,
    ]) {
      if (syntax.test(prose)) found.forbidden.push(`${syntax} in ${prose}`);
    }
  };
  const readBlocks = (blocks) =>
    blocks
      .split(/\n{2,}/)
      .forEach((block) => readBlock(block.replace(/^\n+|\n+$/g, "")));
  readBlocks(text);
  return found;
}
