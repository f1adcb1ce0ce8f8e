// index.html of --all: the sessions of a folder in a table, searchable, in one file that loads nothing. What stands in
// it of a session is text: it was redacted and filtered as for a terminal, and is escaped here.
import { createHash } from "node:crypto";
import { safe } from "./terminal.mjs";

export const PAGE = "index.html";

/** By it the next --all knows that the page is its own and may be replaced. */
export const GENERATOR = "pawwork-session-index";

const WORDS = {
  en: {
    lang: "en",
    title: "Sessions",
    search: "Search in titles, agents, folders and times",
    columns: ["Session", "Agent", "Folder", "Last changed", "Turns", "Errors"],
    messages: (count) => `${count} message${count === 1 ? "" : "s"}`,
    count: (count) => `${count} session${count === 1 ? "" : "s"}`,
    found: "{0} of {1}",
    none: "No session fits.",
    made: (time) => `Written ${time}.`,
  },
  zh: {
    lang: "zh-CN",
    title: "会话",
    search: "搜索标题、智能体、文件夹和时间",
    columns: ["会话", "智能体", "文件夹", "最后修改", "轮次", "错误"],
    messages: (count) => `${count} 条消息`,
    count: (count) => `${count} 个会话`,
    found: "{1} 个中的 {0} 个",
    none: "没有匹配的会话。",
    made: (time) => `写入于 ${time}。`,
  },
};

const STYLE = `
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
.bar { display: flex; flex-wrap: wrap; gap: .5rem 1rem; align-items: center; margin-bottom: 1rem; }
input { font: inherit; flex: 1 1 18rem; padding: .4rem .6rem; border: 1px solid #767676; border-radius: .3rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: start; padding: .45rem .6rem; border-bottom: 1px solid #8885; vertical-align: top; }
td.title { min-width: 14rem; overflow-wrap: anywhere; }
td.number, th.number { text-align: end; font-variant-numeric: tabular-nums; }
td.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
td.folder { overflow-wrap: anywhere; }
td.bad { color: #b3261e; font-weight: 600; }
@media (prefers-color-scheme: dark) { td.bad { color: #ffb4ab; } a { color: #9ecaff; } a:visited { color: #d0bcff; } }
footer { margin-top: 1rem; color: #666; }
@media (prefers-color-scheme: dark) { footer { color: #aaa; } }
[hidden] { display: none; }
`;

// Without it the table is there all the same, and a browser's own search finds what is in it.
const SCRIPT = `
"use strict";
const input = document.querySelector("input");
const output = document.querySelector("output");
const none = document.querySelector("#none");
const fold = (text) => text.normalize("NFKC").toLowerCase();
const rows = Array.from(document.querySelectorAll("tbody tr"), (row) => [row, fold(row.textContent)]);
const { found } = document.body.dataset;
function search() {
  const words = fold(input.value).split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const [row, text] of rows) {
    row.hidden = !words.every((word) => text.includes(word));
    if (!row.hidden) shown += 1;
  }
  output.textContent = words.length ? found.replace("{0}", shown).replace("{1}", rows.length) : "";
  none.hidden = shown > 0;
}
document.querySelector(".bar").hidden = false;
input.addEventListener("input", search);
addEventListener("pageshow", search);
`;

const hash = (text) =>
  `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

const POLICY = [
  "default-src 'none'",
  `style-src ${hash(STYLE)}`,
  `script-src ${hash(SCRIPT)}`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

const ENTITIES = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Any value as text of the page: nothing in it is markup, and nothing a control. */
const text = (value) =>
  safe(value).replace(/[&<>"']/g, (character) => ENTITIES[character]);

/** A file beside the page, whatever is in its name: it can be no other address, and names no other place. */
const address = (file) => text(`./${encodeURIComponent(file)}`);

function row(session, words) {
  const { file, title, agent, folder, changed, turns, errors } = session;
  const count = turns ?? "";
  const number = (value, more = "") =>
    `<td class="number${more}">${text(value ?? "")}</td>`;
  return `<tr>
<td class="title"><a href="${address(file)}" dir="auto">${text(title)}</a></td>
<td><bdi>${text(agent)}</bdi></td>
<td class="folder"><bdi>${text(folder)}</bdi></td>
<td class="time">${text(changed)}</td>
<td class="number" title="${text(words.messages(session.messages))}">${text(count)}</td>
${number(errors, errors > 0 ? " bad" : "")}
</tr>`;
}

/** The page of the entries of an index. */
export function indexPage(sessions, { locale, madeAt }) {
  const words = WORDS[locale] ?? WORDS.en;
  const heads = words.columns.map(
    (name, at) =>
      `<th scope="col"${at > 3 ? ' class="number"' : ""}>${text(name)}</th>`,
  );
  return `<!doctype html>
<html lang="${words.lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="generator" content="${GENERATOR}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${text(words.title)}</title>
<style>${STYLE}</style>
</head>
<body data-found="${text(words.found)}">
<main>
<h1>${text(words.title)}</h1>
<div class="bar" role="search" hidden>
<input type="search" placeholder="${text(words.search)}" aria-label="${text(words.search)}">
<output aria-live="polite"></output>
</div>
<div class="scroll"><table>
<thead><tr>${heads.join("")}</tr></thead>
<tbody>
${sessions.map((session) => row(session, words)).join("\n")}
</tbody>
</table></div>
<p id="none" hidden>${text(words.none)}</p>
<footer>${text(words.count(sessions.length))}. ${text(words.made(madeAt))}</footer>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}
