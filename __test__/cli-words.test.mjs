// Errors in the words of the command: flags instead of options of JavaScript, and what to type instead.
import assert from "node:assert/strict";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inOwnWords } from "../cli/own_words.mjs";
import { obeyed, run, stored, storeOf } from "./command.mjs";
import { addon, failure, sessionText, temporaryFolder } from "./support.mjs";

/** Words of the API, which no user of the command knows. */
const foreign =
  /overwrite: true|\bwriteExport|\bexportSession|\blistSessions|`store`|\bredactTerms|\bredactPatterns|"[a-z]+[A-Z]\w*"|"(format|attachments|keep|redact|tools)"/;

function file(t, name = "session.json") {
  const path = join(temporaryFolder(t), name);
  writeFileSync(path, sessionText("full"));
  return path;
}

function refused(args, words, code = 2, more = {}) {
  const { status, stdout, stderr } = run(args, more);
  assert.equal(status, code, stderr);
  assert.equal(stdout, "");
  assert.match(stderr, words);
  assert.doesNotMatch(stderr, foreign);
  assert.doesNotMatch(stderr, /\n\s+at /);
}

test("an existing file is to be replaced with --overwrite", (t) => {
  const session = file(t);
  const target = join(temporaryFolder(t), "log.md");
  writeFileSync(target, "mine");
  refused([session, "-o", target], /replace it with --overwrite/, 1);
});

test("an ending that names no format is refused, with those that there are", (t) => {
  const session = file(t);
  const folder = temporaryFolder(t);
  for (const name of ["out.pdf", "out.docx", "out.PDF", "v1.2"])
    refused(
      [session, "-o", join(folder, name)],
      /which this command does not write: name it \.html .*\.md .*\.json/,
    );
  assert.deepEqual(readdirSync(folder), []);
  for (const name of ["log.txt", "log"]) {
    const args = [session, "-o", join(folder, name), "-f", "markdown"];
    assert.equal(run(args).status, 0, name);
  }
  refused(
    [session, "-o", join(folder, "log.html"), "-f", "json"],
    /--format asks for json/,
  );
});

test("a missing file and a missing folder are called so", (t) => {
  const folder = temporaryFolder(t);
  for (const name of ["none.json", "a/none", "none.jsonl", "export.md"])
    refused([join(folder, name)], /none|export/);
  refused(["none.json"], /none\.json is missing: give a JSON file/);
  refused(["./none"], /\.\/none is missing/, 2, { cwd: folder });
  const session = file(t);
  refused(
    [session, "-o", join(folder, "no", "log.md")],
    /The folder .*no is missing: make it/,
  );
  refused(
    [session, "-o", `${join(folder, "no")}/`],
    /The folder .* is missing/,
  );
  assert.deepEqual(readdirSync(folder), []);
});

test("a word that is a file here and no session leads to the file", (t) => {
  const store = storeOf(t, stored("ses_one"));
  const path = file(t, "backup");
  refused(
    ["backup", "--store", store, "-o", "-"],
    /session-export --list shows .* write \.\/backup/,
    1,
    { cwd: join(path, "..") },
  );
});

test("stores that are missing lead to --store", (t) => {
  const folder = temporaryFolder(t);
  const env = { HOME: folder, XDG_DATA_HOME: folder, USERPROFILE: folder };
  refused(["ses_1"], /name a store with --store/, 1, { env });
  refused(["ses_1", "--store", join(folder, "none")], /correct --store/, 1);
});

test("options that do not go together, or are not allowed, are told by their flags", (t) => {
  const session = file(t);
  const target = join(temporaryFolder(t), "a.md");
  for (const [args, words] of [
    [
      ["--attachments", "embed", "-o", target],
      /--attachments embed .*--format html.*--attachments extract/,
    ],
    [["--attachments", "extract", "-o", "-"], /--attachments extract/],
    [
      ["--attachments", "extract"],
      /--attachments extract|name a file with --output/,
    ],
    [["--max-bytes", "0"], /--max-bytes must be/],
    [["--max-part-bytes", "0"], /--max-part-bytes must be/],
    [["--max-bytes", "10", "-o", target], /--max-bytes/],
    [["--keep", ""], /--keep must be/],
    [["--redact-pattern", "Ticket=x"], /own pattern number 1/],
    [["--report", "-o", target], /--report/],
  ])
    refused([session, ...args], words);
  assert.ok(!existsSync(target));
});

test("an id that several sessions start with is told with their titles", (t) => {
  const hostile = "Wide 数\u202e\u001b[31m";
  const store = storeOf(
    t,
    stored("ses_one", { title: "Fix the totals" }),
    stored("ses_other", { title: hostile }),
    stored("ses_oxide", { title: "Long ".repeat(900) }),
    stored("ses_zero"),
  );
  const { status, stderr } = run(["ses_o", "--store", store, "-o", "-"]);
  assert.equal(status, 1);
  const lines = stderr.trimEnd().split("\n");
  assert.match(lines[0], /Several sessions .* ses_o: give more of it\./);
  assert.doesNotMatch(lines[0], /ses_one/);
  assert.equal(lines.length, 4);
  assert.match(stderr, /^ {2}ses_oxide .*…$/m);
  for (const line of lines.slice(1)) assert.ok(line.length <= 100, line);
  assert.match(
    stderr,
    /^ {2}ses_one {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}OpenCode {2}Fix the totals$/m,
  );
  assert.match(stderr, /^ {2}ses_other .*Wide 数/m);
  assert.doesNotMatch(stderr, obeyed);
});

test("sentences of the addon on options name the flags", async () => {
  for (const options of [
    { jsonShape: "x" },
    { timeZone: "x" },
    { maxPartBytes: -1 },
    { redactTerms: 1 },
    { redactPatterns: 1 },
    { attachments: "embed" },
    { attachments: "extract" },
  ]) {
    const error = await failure(() =>
      addon.exportSession(sessionText("full"), options),
    );
    assert.equal(error.code, "ERR_INVALID_OPTION");
    const told = inOwnWords(error);
    assert.doesNotMatch(told, foreign);
    assert.match(told, /--[a-z]/);
  }
});
