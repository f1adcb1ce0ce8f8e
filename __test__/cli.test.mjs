// The command, run as a process of its own.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "node:test";
import { database, message, sessionRows, tables } from "./stores.mjs";
import {
  addon,
  githubToken,
  root,
  sessionText,
  temporaryFolder,
} from "./support.mjs";
import { noTerminal, startOnTerminal } from "./terminal.mjs";

const command = join(root, "cli/main.mjs");
const day = 86_400_000;
const now = Date.now();

/** A store with three sessions of the user's and one that a session started. */
function store(t) {
  const session = (id, title, updated, messages, parentID) =>
    sessionRows({
      info: {
        id,
        title,
        parentID,
        directory: "/work/acme",
        version: "1.18.33",
        time: { created: updated, updated },
      },
      messages,
    });
  const many = Array.from({ length: 400 }, (_, i) =>
    message(i, `${i} ${"A line of text that is not short. ".repeat(20)}`),
  );
  return database(t, [
    ...tables,
    ...session("ses_one", "Fix the totals", now - 30 * day, [
      message(1000, `The token is ${githubToken(1)}.`),
    ]),
    ...session("ses_two", "Fix the totals", now - 2 * day, [
      message(2000, "Second."),
    ]),
    ...session("ses_three", "Long \u001b[31mred\u0007 words", now - day, many),
    ...session("ses_child", "Child", now, [message(3000, "Child.")], "ses_two"),
  ]);
}

function run(args, { cwd, input } = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [command, ...args],
    { cwd, input, encoding: "utf8", maxBuffer: 2 ** 28 },
  );
  return { status, stdout, stderr };
}

test("--version is the package's", () => {
  const { version } = JSON.parse(readFileSync(join(root, "package.json")));
  assert.equal(run(["-v"]).stdout, `${version}\n`);
});

test("--list has a line for each session, the one changed last first", (t) => {
  const { status, stdout } = run(["--list", "--store", store(t)]);
  assert.equal(status, 0);
  const rows = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  assert.deepEqual(
    rows.map(([id]) => id),
    ["ses_three", "ses_two", "ses_one"],
  );
  assert.equal(rows[0][2], "400");
  assert.doesNotMatch(stdout, /\u001b|\u0007/);
});

test("--since leaves out what was not changed since", (t) => {
  const path = store(t);
  const list = (since) =>
    run(["--list", "--store", path, "--since", since]).stdout.split("\n")
      .length - 1;
  assert.equal(list("7d"), 2);
  assert.equal(list("2020-01-01"), 3);
  assert.equal(list(new Date(now - 1.5 * day).toISOString()), 1);
});

test("a pipe gets the document, whole and alone", (t) => {
  const path = store(t);
  const options = ["--time-zone", "utc", "--store", path];
  const { status, stdout, stderr } = run(["ses_three", ...options]);
  assert.equal(status, 0);
  assert.equal(stderr, "");
  assert.ok(stdout.length > 200_000);
  assert.match(stdout, /^# Long /);
  assert.match(
    stdout,
    /SHA-256 of everything before this hash: `[0-9a-f]{64}`\n$/,
  );
  const json = run(["ses_one", "--format", "json", ...options]).stdout;
  assert.equal(JSON.parse(json).info.id, "ses_one");
});

test("a reader that ends early is no failure", (t) => {
  if (process.platform === "win32") return t.skip("Windows has no /bin/sh");
  const { status, stderr } = spawnSync(
    "/bin/sh",
    [
      "-c",
      `"$0" "$1" ses_three --store "$2" | head -c 10; exit 0`,
      process.execPath,
      command,
      store(t),
    ],
    { encoding: "utf8" },
  );
  assert.equal(status, 0);
  assert.equal(stderr, "");
});

test("--output names a file, whose extension is the format, or a folder", (t) => {
  const path = store(t);
  const folder = temporaryFolder(t);
  for (const [name, start] of [
    ["a.md", /^# Fix the totals/],
    ["a.json", /^\{/],
    ["a.html", /^<!doctype html>/],
  ]) {
    const target = join(folder, name);
    const { status, stdout, stderr } = run([
      ...["ses_one", "--store", path, "-o", target],
    ]);
    assert.equal(status, 0, stderr);
    assert.equal(stdout, "");
    assert.equal(stderr.split("\n")[0], `Written: ${target}`);
    const text = readFileSync(target, "utf8");
    assert.match(text, start);
    assert.ok(!text.includes(githubToken(1)));
  }
  const inside = join(folder, "inside");
  mkdirSync(inside);
  assert.equal(run(["ses_one", "--store", path, "-o", inside]).status, 0);
  assert.match(
    readdirSync(inside).join(),
    /^\d{4}-\d\d-\d\d Fix the totals\.md$/,
  );
});

test("a JSON file and a pipe with options give what the addon gives", (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, "session.json");
  writeFileSync(file, sessionText("full"));
  const { stdout } = run([
    ...[
      file,
      "--tools",
      "full",
      "--reasoning",
      "--no-usage",
      "--diffs",
      "none",
    ],
    ...["--redact-term", "totals", "--redact-term", "report", "--locale", "zh"],
    ...["--max-part-bytes", "1k", "--redact", "strict"],
  ]);
  const withoutTimes = (text) =>
    text.replace(
      /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d\d:\d\d|[0-9a-f]{64}/g,
      "",
    );
  const expected = addon.exportSession(sessionText("full"), {
    tools: "full",
    reasoning: true,
    usage: false,
    diffs: "none",
    redactTerms: ["totals", "report"],
    locale: "zh",
    maxPartBytes: 1000,
    redact: "strict",
  });
  assert.equal(withoutTimes(stdout), withoutTimes(expected));
});

test("what is there stays, unless it is to be replaced", (t) => {
  const path = store(t);
  const target = join(temporaryFolder(t), "a.md");
  writeFileSync(target, "mine");
  const args = ["ses_one", "--store", path, "-o", target];
  const refused = run(args);
  assert.equal(refused.status, 1);
  assert.match(refused.stderr, /\(ERR_EXISTS\)/);
  assert.equal(readFileSync(target, "utf8"), "mine");
  assert.equal(run([...args, "--overwrite"]).status, 0);
});

for (const [name, args, status, words] of [
  ["an unknown option", ["--nope"], 2, /unknown option/],
  ["an unknown value", ["x", "--tools", "all"], 2, /Allowed choices/],
  ["no session and no terminal", [], 2, /--list/],
  ["no such size", ["x", "--max-bytes", "much"], 2, /is no size/],
  ["no such date", ["--list", "--since", "then"], 2, /is no date/],
  ["a session and --all", ["x", "--all"], 2, /not both/],
  ["--all without a folder", ["--all"], 2, /needs a folder/],
  ["no such store", ["x", "--store", "/no/such"], 1, /ERR_STORE_NOT_FOUND/],
])
  test(`exit code ${status} and a sentence: ${name}`, () => {
    const result = run(args);
    assert.equal(result.status, status, result.stderr);
    assert.equal(result.stdout, "");
    assert.match(result.stderr, words);
    assert.doesNotMatch(result.stderr, /\n\s+at /);
  });

test("an unknown session is told, and the start of several names them", (t) => {
  const path = store(t);
  const unknown = run(["ses_none", "--store", path]);
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /ERR_SESSION_NOT_FOUND/);
  const several = run(["ses_t", "--store", path]);
  assert.match(several.stderr, /ses_two/);
  assert.match(several.stderr, /ses_three/);
});

test("--all writes every session and an index of them", async (t) => {
  const folder = join(temporaryFolder(t), "all");
  const args = ["--all", "--store", store(t), "-o", folder, "-f", "html"];
  const { status, stderr } = run(args);
  assert.equal(status, 0, stderr);
  const { sessions } = JSON.parse(
    readFileSync(join(folder, "index.json"), "utf8"),
  );
  assert.deepEqual(
    sessions.map(({ sessionID }) => sessionID),
    ["ses_three", "ses_two", "ses_one"],
  );
  assert.deepEqual(
    readdirSync(folder).sort(),
    [...sessions.map(({ file }) => file), "index.html", "index.json"].sort(),
  );
  for (const { file, sha256 } of sessions) {
    const checked = await addon.verifyExport(join(folder, file));
    assert.ok(checked.intact);
    assert.equal(checked.sha256, sha256);
  }
  // The command asks for --overwrite before it replaces a file that somebody changed.
  const [{ file }] = sessions;
  writeFileSync(join(folder, file), "mine");
  const again = run(args);
  assert.equal(again.status, 1);
  assert.match(again.stderr, /ERR_EXISTS/);
  assert.equal(readFileSync(join(folder, file), "utf8"), "mine");
});

test(
  "on a terminal, one picks a session by typing",
  { skip: noTerminal },
  async (t) => {
    const folder = temporaryFolder(t);
    const line = [process.execPath, command, "--store", store(t)]
      .map((word) => `'${word}'`)
      .join(" ");
    const child = startOnTerminal(line, {
      cwd: folder,
      env: process.env,
    });
    let shown = "";
    child.stdout.on("data", (data) => (shown += data));
    const until = async (words) => {
      for (let i = 0; i < 400 && !words.test(shown); i += 1) await pause(25);
      assert.match(shown, words);
    };
    const ended = once(child, "exit");
    await until(/Which session/);
    child.stdin.write("long");
    await until(/> *long|❯.*Long/i);
    await pause(500);
    child.stdin.write("\r");
    const [code] = await ended;
    assert.equal(code, 0, shown);
    assert.match(shown, /Written: /);
    const [name] = readdirSync(folder);
    assert.match(name, /Long .*\.md$/);
  },
);
