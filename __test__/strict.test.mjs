// What only `redact: "strict"` takes out, and what it leaves.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { addon, fixed, sessionOf, textPart, userMessage } from "./support.mjs";

const { exportSession, redactText } = addon;

const file = (name) =>
  readFileSync(new URL(`strict/${name}`, import.meta.url), "utf8");
const cases = (name) => file(name).trimEnd().split("\n---\n");
const strict = { redact: "strict" };
const exported = (name) =>
  exportSession(JSON.parse(file(name)), { ...fixed, ...strict });

test("strict takes out what is marked, all of it, and nothing around it", () => {
  for (const marked of cases("must-go.txt")) {
    const { text } = redactText(marked.replace(/[⟦⟧]/g, ""), strict);
    const shown = text.replace(/\[redacted:[^\]]*\]/g, "⟦⟧");
    const kept = marked.split(/⟦[^⟧]*⟧/);
    const literal = kept.map((part) =>
      part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"),
    );
    assert.match(shown, new RegExp(`^${literal.join("(?:⟦⟧)+")}$`), marked);
    assert.equal(redactText(text, strict).text, text);
  }
});

test("strict leaves routes, links, versions, scopes and the system's folders", () => {
  for (const text of cases("must-stay.txt")) {
    assert.equal(redactText(text, strict).text, text);
  }
});

test("a path that is not ASCII or holds blanks is one placeholder, in the header too", () => {
  const document = exported("strict-leaves-rest-of-path.json");
  assert.match(document, /\| Folder \| \\\[redacted:path#1\\?\] \|/);
  const lines = document.match(/^ *- `?.*redacted.*$/gm);
  assert.equal(lines.length, 6);
  for (const line of lines) {
    assert.match(line, /^ *- `\[redacted:path#\d+\]`$/);
  }
});

test("a quoted path with blanks leaves nothing of the client's name", () => {
  const document = exported("strict-path-with-space.json");
  assert.doesNotMatch(document, /GmbH|Angebot|Client|contract/);
  assert.match(
    document,
    /opened "\[redacted:path#2\]" and `\[redacted:path#3\]` and "\[redacted:path#4\]"\./,
  );
});

test("a name that one message tells goes from the messages before it", () => {
  const session = sessionOf([
    userMessage(textPart("Ask jolanda, Jan  Kowalski or 王.")),
    userMessage(textPart("uid=1000(jolanda)\n`C:\\Users\\Jan Kowalski\\x`")),
    userMessage(textPart("see /home/王/x, 王国")),
  ]);
  const document = exportSession(session, { ...fixed, ...strict });
  assert.doesNotMatch(document, /jolanda|Kowalski|王[^国]/);
  assert.match(document, /王国/);
});

test("a session's folder is known by its name, blanks and all", () => {
  const text =
    "cd: no such folder: /acme portal/new api/src and https://acme.example/x";
  const session = sessionOf([userMessage(textPart(text))], {
    directory: "/acme portal/new api",
  });
  const document = exportSession(session, { ...fixed, ...strict });
  assert.doesNotMatch(document, /portal|new api/);
  assert.match(document, /and https:\/\/acme\.example\/x/);
});

test("a link that was taken for a path is not cut out of web addresses", () => {
  const text = "cat /docs/start.rs\n\nhttps://acme.example/docs/start.rs";
  const { text: shown } = redactText(text, strict);
  assert.match(shown, /^cat \[redacted:path#1\]\n/);
  assert.match(shown, /https:\/\/acme\.example\/docs\/start\.rs$/);
});

test("a document that was redacted for terms is not changed by the same terms", () => {
  const terms = { redactTerms: ["redact-term", "acme corp", "path", "1"] };
  const text = "Acme\nCorp, ＡＣＭＥ　ＣＯＲＰ, path 1, [redacted:path#1]";
  const once = redactText(text, terms).text;
  assert.doesNotMatch(once, /Acme|ＡＣＭＥ/);
  assert.ok(once.endsWith("[redacted:path#1]"), once);
  assert.equal(redactText(once, terms).text, once);
});
