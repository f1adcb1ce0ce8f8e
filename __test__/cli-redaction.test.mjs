// The command's own patterns, words to keep, and the file that lists them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { database, message, sessionRows, tables } from "./stores.mjs";
import {
  githubToken,
  root,
  sessionOf,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

const command = join(root, "cli/main.mjs");

function run(args) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [command, ...args],
    { encoding: "utf8", timeout: 60_000 },
  );
  return { status, stdout, stderr };
}

const kept = githubToken(1);
const text = `ACME-1 of Walnut Ltd, staff no. 7788 ${kept} ${githubToken(2)}`;

function setUp(t, lists) {
  const folder = temporaryFolder(t);
  const session = join(folder, "session.json");
  const stored = sessionOf([userMessage(textPart(text))]);
  writeFileSync(session, JSON.stringify(stored));
  const file = join(folder, "redact.json");
  if (lists !== undefined)
    writeFileSync(
      file,
      lists instanceof Buffer ? lists : JSON.stringify(lists),
    );
  return { folder, session, file };
}

test("options take patterns out and keep words", (t) => {
  const { session } = setUp(t);
  const { status, stdout } = run([
    ...[session, "--redact-pattern", "ticket=ACME-[0-9]+"],
    ...["--redact-pattern", "staff=staff no\\. (\\d+)", "--keep", kept],
  ]);
  assert.equal(status, 0);
  assert.match(
    stdout,
    /redacted:ticket#1\\?\] of Walnut Ltd, staff no\. \\?\[redacted:staff#1/,
  );
  assert.ok(stdout.includes(kept) && !stdout.includes(githubToken(2)));
});

test("a file lists terms, patterns and words to keep, beside options", (t) => {
  const patterns = [{ id: "ticket", pattern: "ACME-[0-9]+" }];
  const lists = { terms: ["walnut ltd"], patterns, keep: [kept] };
  const { session, file } = setUp(t, lists);
  const { status, stdout } = run([
    ...[session, "--redact-file", file],
    ...["--redact-pattern", "staff=staff no\\. (\\d+)"],
  ]);
  assert.equal(status, 0);
  assert.doesNotMatch(stdout, /ACME-1|Walnut|7788/);
  assert.ok(stdout.includes(kept) && !stdout.includes(githubToken(2)));
  // With a byte order mark, as editors on Windows write it, and without any list.
  for (const content of ["\ufeff{}", '{"keep":[]}']) {
    writeFileSync(file, content);
    assert.equal(run([session, "--redact-file", file]).status, 0);
  }
});

test("what is wrong with the file is said in a sentence that quotes nothing", (t) => {
  const { session, file, folder } = setUp(t, {});
  const wrong = [
    ["walnut", /is no JSON in UTF-8: write \{ "terms"/],
    [Buffer.from([0x22, 0xff, 0x22]), /is no JSON in UTF-8/],
    ["[]", /is no object/],
    ["null", /is no object/],
    ['{"walnut": []}', /has fields other than terms, patterns and keep/],
    ['{"terms": "walnut"}', /"terms" and "keep" must be lists of strings/],
    ['{"keep": [1]}', /"terms" and "keep" must be lists of strings/],
    ['{"patterns": [{"id": "a"}]}', /"patterns" must be a list of objects/],
    [
      '{"patterns": [{"id": "a", "pattern": "b", "walnut": 1}]}',
      /nothing else/,
    ],
    ['{"patterns": [{"id": "a", "pattern": "walnut("}]}', /"a" cannot be used/],
    ['{"patterns": [{"id": "Walnut", "pattern": "b"}]}', /number 1 cannot be/],
    [`"${"walnut".repeat(200_000)}"`, /is larger than 1 MiB/],
  ];
  for (const [content, expected] of wrong) {
    writeFileSync(file, content);
    const { status, stdout, stderr } = run([session, "--redact-file", file]);
    assert.deepEqual([status, stdout], [2, ""], stderr);
    assert.match(stderr, expected);
    assert.doesNotMatch(stderr, /walnut/i);
  }
  const missing = run([session, "--redact-file", join(folder, "none.json")]);
  assert.deepEqual([missing.status, missing.stdout], [2, ""]);
  assert.match(missing.stderr, /none\.json is missing/);
  mkdirSync(join(folder, "a"));
  const notFile = run([session, "--redact-file", join(folder, "a")]);
  assert.equal(notFile.status, 2);
  assert.match(notFile.stderr, /a (is no file|could not be read)/);
});

test(
  "a pipe or a device is no such file",
  {
    skip: process.platform === "win32" && "Windows has neither as a path",
  },
  (t) => {
    const { session, folder } = setUp(t);
    const pipe = join(folder, "pipe");
    spawnSync("mkfifo", [pipe]);
    for (const path of [pipe, "/dev/zero"]) {
      const { status, stderr } = run([session, "--redact-file", path]);
      assert.equal(status, 2);
      assert.match(stderr, /is no file/);
    }
  },
);

test("a pattern without an id is not understood", (t) => {
  const { session } = setUp(t);
  for (const pattern of ["ACME-[0-9]+", "=x"]) {
    const { status, stderr } = run([session, "--redact-pattern", pattern]);
    assert.equal(status, 2);
    assert.match(stderr, /write --redact-pattern 'ticket=ACME/);
  }
});

test("titles in lists and in the index lose what the documents lose", (t) => {
  const info = {
    id: "ses_one",
    title: "Fix ACME-1 for Walnut",
    directory: "/work/acme",
    version: "1.18.33",
    time: { created: 1, updated: 1 },
  };
  const messages = [message(1000, "ACME-1")];
  const path = database(t, [...tables, ...sessionRows({ info, messages })]);
  const asked = [
    "--redact-pattern",
    "ticket=ACME-[0-9]+",
    "--redact-term",
    "walnut",
  ];
  const list = run(["--list", "--store", path, ...asked]);
  assert.match(
    list.stdout,
    /Fix \[redacted:ticket#1\] for \[redacted:redact-term#1\]/,
  );
  const output = join(temporaryFolder(t), "logs");
  const all = run(["--all", "--store", path, "--output", output, ...asked]);
  assert.equal(all.status, 0, all.stderr);
  assert.doesNotMatch(
    readFileSync(join(output, "index.json"), "utf8"),
    /ACME-1|Walnut/,
  );
});
