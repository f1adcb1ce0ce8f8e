// What the addon is measured against does the same work: a peer whose rules are lost would look fast.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { format } from "../benchmark/peer/formatter.mjs";
import { loadRedactor } from "../benchmark/peer/load-redactor.mjs";
import { count, redact } from "../benchmark/peer/redactor.mjs";
import { random, temporaryFolder } from "./support.mjs";

test("the peer of the benchmark applies the rules of this package", () => {
  assert.ok(count > 100, `${count} rules`);
  const token = `ghp_${random(36, 1)}`;
  const header = `authorization: Bearer ${random(40, 2)}`;
  const session = {
    info: {
      title: "Tokens",
      directory: "/home/jordan",
      time: { created: 1, updated: 2 },
    },
    messages: [
      {
        info: { role: "user", time: { created: 1 } },
        parts: [{ type: "text", text: `${token} and ${header}` }],
      },
    ],
  };
  const document = [...format(session, redact)].join("");
  assert.ok(document.includes("Tokens"));
  assert.ok(document.includes("[redacted:github-token#1]"));
  assert.ok(document.includes("[redacted:authorization-header#1]"));
  assert.ok([...format(session)].join("").includes(token));
});

test("the peer may redact with another module", async (t) => {
  assert.equal(await loadRedactor(), redact);
  const folder = temporaryFolder(t);
  for (const [name, code] of [
    ["a.mjs", "export const redact = (text) => text.toUpperCase();"],
    ["b.mjs", "export const makeRedactor = () => (t) => t.toUpperCase();"],
  ]) {
    const path = join(folder, name);
    writeFileSync(path, code);
    assert.equal((await loadRedactor(path))("word"), "WORD");
  }
});
