// Passwords, PINs, keys and codes that people tell in sentences, in many languages. And sentences about them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { addon } from "./support.mjs";

const { redactText } = addon;
const linesOf = (name) =>
  readFileSync(new URL(`fixtures/chat/${name}`, import.meta.url), "utf8")
    .trim()
    .split("\n");

/** Each line of `told.txt` holds a language, a sentence and the secret in it. */
const told = linesOf("told.txt").map((line) => {
  const [language, sentence, secret] = line.split("|");
  return { language, sentence, secret };
});

for (const language of new Set(told.map((it) => it.language))) {
  test(`secrets told in sentences are removed: ${language}`, () => {
    for (const { sentence, secret } of told.filter(
      (it) => it.language === language,
    )) {
      const { text } = redactText(sentence);
      assert.ok(!text.includes(secret), `${sentence} => ${text}`);
    }
  });
}

test("sentences about passwords, keys and codes stay as they are", () => {
  const sentences = linesOf("innocent.txt");
  assert.ok(sentences.length >= 200);
  for (const sentence of sentences)
    assert.equal(redactText(sentence).text, sentence);
});

test("a column of passwords and the words of a wallet are found under Chinese names", () => {
  const table =
    "| 环境 | 账号 | 密码 |\n|---|---|---|\n| 测试 | qa | jrB!v7kA-q |";
  assert.ok(!redactText(table).text.includes("jrB!v7kA-q"));
  const words =
    "abandon ability able about above absent absorb abstract absurd abuse access accident";
  assert.ok(!redactText(`助记词如下：\n${words}`).text.includes(words));
});

test("the sentence behind the one that names a password may tell it", () => {
  assert.equal(
    redactText("We changed the root password. It's now Lq7!vbnTr").text,
    "We changed the root password. It's now [redacted:named-secret#1]",
  );
});
