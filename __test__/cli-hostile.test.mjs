// The command on stores that want to write on the terminal, or into other files.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { database, message, sessionRows, tables } from "./stores.mjs";
import { root, temporaryFolder } from "./support.mjs";

const command = join(root, "cli/main.mjs");
const isWindows = process.platform === "win32";

function run(args, options = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [command, ...args],
    { encoding: "utf8", timeout: 60_000, ...options },
  );
  return { status, stdout, stderr };
}

const store = (t, sessions) =>
  database(t, [
    ...tables,
    ...sessions.flatMap(({ id, title = "Test", updated = 1795333600000 }, i) =>
      sessionRows({
        info: {
          id,
          title,
          directory: "/work/acme",
          version: "1.18.33",
          time: { created: 1795333600000, updated },
        },
        messages: [message(1000 + i, `Text ${i}`)],
      }),
    ),
  ]);

/** What no line of ours may hold: controls, formats, and ends of lines that are not the last. */
function assertClean(text) {
  for (const line of text.split("\n"))
    assert.doesNotMatch(
      line.replaceAll("\t", ""),
      /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u,
    );
}

const hostile = [
  "\u001b]0;owned\u0007",
  "ses_\u001b[31mred",
  "ses_1\nses_2\t2026-01-01\t9\tforged",
  "ses_\u202eback",
  "ses_\u009b31m",
  "ses_a\u2028b",
  "ses_\u3164invisible",
];

test("an id of a store renamed the terminal, coloured it or forged a row", (t) => {
  const sessions = hostile.map((id) => ({ id, title: `T ${id}` }));
  const path = store(t, sessions);
  const { status, stdout } = run(["--list", "--store", path]);
  assert.equal(status, 0);
  assertClean(stdout);
  assert.equal(stdout.trimEnd().split("\n").length, hostile.length);
  for (const row of stdout.trimEnd().split("\n"))
    assert.equal(row.split("\t").length, 4);

  const several = run(["ses_", "--store", path, "-o", temporaryFolder(t)]);
  assert.equal(several.status, 1);
  assertClean(several.stderr);

  const folder = temporaryFolder(t);
  const all = run(["--all", "--store", path, "-o", folder]);
  assertClean(all.stderr);
  for (const name of readdirSync(folder)) assertClean(name);
});

test("one absurd time ended the list, and was told as a file that was not written", (t) => {
  const times = [9e18, -5, 8.64e15 + 1, 1795333600000];
  const sessions = times.map((updated, i) => ({ id: `ses_${i}`, updated }));
  const path = store(t, sessions);
  const { status, stdout } = run(["--list", "--store", path]);
  assert.equal(status, 0);
  const rows = stdout.trimEnd().split("\n");
  assert.equal(rows.length, times.length);
  assert.match(rows[0], /^ses_3\t2026-/);
  for (const row of rows.slice(1)) assert.match(row, /^ses_\d\t\?\t/);
  assert.equal(run(["--list", "--since", "7d", "--store", path]).status, 0);

  const folder = temporaryFolder(t);
  const all = run(["--all", "--store", path, "-o", folder]);
  assert.equal(all.status, 0);
  assert.doesNotMatch(all.stderr, /Not written/);
  const index = JSON.parse(readFileSync(join(folder, "index.json")));
  assert.equal(index.sessions.length, times.length);
});

test("of sessions with the same title, date and end of id one was lost", (t) => {
  const ids = ["ses_aa12345678", "ses_bb12345678", "ses_cc12345678"];
  const titles = ["Caf\u00e9", "Cafe\u0301", "CAF\u00c9"];
  const path = store(
    t,
    ids.map((id, i) => ({ id, title: titles[i] })),
  );
  const folder = temporaryFolder(t);
  for (const args of [[], ["--overwrite"]]) {
    const all = run(["--all", "--store", path, "-o", folder, ...args]);
    assert.equal(all.status, 0, all.stderr);
    const documents = readdirSync(folder).filter((n) => n.endsWith(".md"));
    assert.equal(documents.length, 3);
    const same = documents.map((n) => n.normalize("NFC").toLowerCase());
    assert.equal(new Set(same).size, 3);
    const texts = documents.map((n) => readFileSync(join(folder, n), "utf8"));
    for (const id of ids) assert.ok(texts.some((text) => text.includes(id)));
  }
});

test(
  "the index was written through a link, and others could read it",
  { skip: isWindows && "links need a privilege there" },
  (t) => {
    const path = store(t, [{ id: "ses_1" }]);
    const folder = temporaryFolder(t);
    const other = join(temporaryFolder(t), "other.txt");
    writeFileSync(other, "not ours");
    symlinkSync(other, join(folder, "index.json"));

    // What cannot be written in the end is refused before anything is.
    const refused = run(["--all", "--store", path, "-o", folder]);
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /index\.json exists already/);
    assert.deepEqual(readdirSync(folder), ["index.json"]);

    const all = run(["--all", "--store", path, "-o", folder, "--overwrite"]);
    assert.equal(all.status, 0, all.stderr);
    assert.equal(readFileSync(other, "utf8"), "not ours");
    const index = lstatSync(join(folder, "index.json"));
    assert.ok(index.isFile());
    assert.equal(index.mode & 0o777, 0o600);

    const folders = temporaryFolder(t);
    mkdirSync(join(folders, "index.json"));
    const into = run(["--all", "--store", path, "-o", folders, "--overwrite"]);
    assert.equal(into.status, 2);
    assert.deepEqual(readdirSync(folders), ["index.json"]);
  },
);

test(
  "a folder behind a link takes documents, as its user named it",
  { skip: isWindows && "links need a privilege there" },
  (t) => {
    const path = store(t, [{ id: "ses_1" }]);
    const real = temporaryFolder(t);
    const link = join(temporaryFolder(t), "link");
    symlinkSync(real, link);
    assert.equal(run(["--all", "--store", path, "-o", link]).status, 0);
    assert.equal(readdirSync(real).length, 2);
    assert.ok(statSync(join(real, "index.json")).isFile());
  },
);

test(
  "a pipe given as a session was waited for",
  { skip: isWindows && "there are no such pipes" },
  (t) => {
    const folder = temporaryFolder(t);
    const pipe = join(folder, "session.json");
    assert.equal(spawnSync("mkfifo", [pipe]).status, 0);
    for (const path of [pipe, folder, "/dev/null"]) {
      const { status, stderr } = run([path, "-o", join(folder, "x.md")], {
        timeout: 10_000,
      });
      assert.equal(status, 2, path);
      assert.match(stderr, /is no file/);
    }
  },
);
