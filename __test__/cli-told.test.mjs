// The command has written a file: it tells how much each rule redacted, and how much was left out.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { kindOf } from "../cli/rule_words.mjs";
import { sentences } from "../cli/told.mjs";
import { run } from "./command.mjs";
import {
  githubToken,
  root,
  session,
  sessionOf,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

function told(t, stored, ...args) {
  const folder = temporaryFolder(t);
  const file = join(folder, "session.json");
  writeFileSync(file, JSON.stringify(stored));
  const target = join(folder, "log.md");
  const { status, stderr } = run([file, "-o", target, ...args]);
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^Written: /);
  return stderr;
}

const withSecrets = sessionOf([
  userMessage(
    textPart(`${githubToken(1)} ${githubToken(2)} DB_PASSWORD=sun7flower`),
  ),
]);

test("secrets are told by rule and number, and never themselves", (t) => {
  const text = told(t, withSecrets);
  assert.match(
    text,
    /^Redacted in 3 places: github-token 2 \(access token\), named-secret 1 \(named as a secret\)\.$/m,
  );
  assert.doesNotMatch(text, /ghp_|sun7flower/);
  assert.match(text, /^Left out: nothing\.$/m);
});

test("that nothing was recognised is told as that, and --redact off as what it is", (t) => {
  const none = sessionOf([userMessage(textPart("Hello."))]);
  assert.match(told(t, none), /no secret was recognised\. Look it over/);
  const off = told(t, withSecrets, "--redact", "off");
  assert.match(off, /^Not redacted: --redact off/m);
  assert.doesNotMatch(off, /no secret was recognised/);
  const kept = told(t, withSecrets, "--keep", githubToken(1));
  assert.match(kept, /^Kept: 1 value that a rule/m);
});

test("what is left out is told in words and numbers", (t) => {
  const text = told(t, session("tool-errors"));
  assert.match(
    text,
    /^Left out: 20 internal step markers; .*1 attachment's content\.$/m,
  );
  assert.match(
    told(t, session("full"), "--max-part-bytes", "20"),
    /\d+ bytes of long texts/,
  );
});

test("rules are called by the same words as in the document", () => {
  const read = (name) =>
    readFileSync(join(root, "src/render/words", name), "utf8");
  const words = Object.fromEntries(
    Array.from(
      read("mod.rs").matchAll(/(rule_\w+): &'static str = "([^"]+)"/g),
      ([, name, english]) => [name, english],
    ),
  );
  const [rules, ends] = read("rule.rs").split("_ => match rule.rsplit");
  const arm = /((?:"[a-z0-9-]+"\s*\|?\s*)+)=> \{?\s*words\.(rule_\w+)/g;
  let seen = 0;
  for (const [source, start] of [
    [rules, ""],
    [ends, "any-"],
  ])
    for (const [, names, word] of source.matchAll(arm))
      for (const [, name] of names.matchAll(/"([a-z0-9-]+)"/g)) {
        assert.equal(kindOf(`${start}${name}`), words[word], name);
        seen += 1;
      }
  assert.ok(seen >= 34, String(seen));
  for (const rule of ["order-number", "constructor", "my-toString"])
    assert.equal(kindOf(rule), undefined);
});

test("every reason of a report has words of its own", () => {
  const source = readFileSync(
    join(root, "src/render/survey/census.rs"),
    "utf8",
  );
  const reasons = Array.from(
    source.matchAll(/=> "([a-z-]+)",|\("([a-z-]+)", self\./g),
    (found) => found[1] ?? found[2],
  );
  assert.ok(reasons.length >= 15, String(reasons));
  for (const reason of reasons) {
    const report = { redactions: [], omitted: [{ reason, count: 2 }] };
    const line = sentences(report).at(-1);
    if (reason === "reasoning") continue;
    assert.match(line, /^Left out: 2 .*s( |\.|')/, reason);
    assert.ok(!line.includes(`2 ${reason.replaceAll("-", " ")}.`), line);
  }
});
