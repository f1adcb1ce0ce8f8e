// Help on one screen, all options in the long form, and completion in shells: none of them tells of an option that is
// not there, or forgets one.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { widthOf } from "../cli/columns.mjs";
import { command as options } from "../cli/options.mjs";
import { attack, command, run, stored } from "./command.mjs";
import { message, tables, writeDatabase } from "./stores.mjs";
import { temporaryFolder } from "./support.mjs";

const flags = options().options.map(({ long, short }) => long ?? short);

test("-h fits a terminal of 24 lines and 80 columns, with examples and defaults", () => {
  const { status, stdout, stderr } = run(["-h"]);
  assert.deepEqual([status, stderr], [0, ""]);
  const lines = stdout.trimEnd().split("\n");
  assert.ok(lines.length <= 23, `${lines.length} lines, and the prompt`);
  for (const line of lines) assert.ok(widthOf(line) <= 80, line);
  assert.ok(stdout.match(/^ {2}session-export /gm).length >= 5);
  for (const flag of stdout.match(/--[a-z-]+/g))
    assert.ok([...flags, "--help"].includes(flag), flag);
  assert.match(stdout, /by the file, else markdown/);
});

test("--help tells every option, in 80 columns, with examples and exit codes", () => {
  const { status, stdout } = run(["--help"]);
  assert.equal(status, 0);
  for (const flag of flags) assert.ok(stdout.includes(flag), flag);
  for (const line of stdout.split("\n")) assert.ok(line.length <= 80, line);
  assert.match(stdout, /Examples:/);
  assert.match(stdout, /130, 143 or 129/);
  assert.ok(stdout.split("\n").length <= 72);
});

test("what is not understood leads to -h", () => {
  const { status, stderr } = run(["--nope"]);
  assert.equal(status, 2);
  assert.match(stderr, /unknown option '--nope'/);
  assert.match(stderr, /session-export -h shows how it is used/);
});

test("completion of an unknown shell is refused with those that there are", () => {
  for (const args of [[], ["tcsh"], ["bash", "zsh"]]) {
    const { status, stderr } = run(["completion", ...args]);
    assert.equal(status, 2);
    assert.match(stderr, /bash, zsh, fish, powershell/);
  }
});

for (const shell of ["bash", "zsh", "fish", "powershell"])
  test(`the script for ${shell} knows every option and its values`, () => {
    const { status, stdout } = run(["completion", shell]);
    assert.equal(status, 0);
    for (const { long, argChoices } of options().options) {
      if (!long) continue;
      const name = shell === "fish" ? `-l ${long.slice(2)}` : long;
      assert.ok(stdout.includes(name), name);
      for (const value of argChoices ?? []) assert.ok(stdout.includes(value));
    }
  });

/** A home whose store has hostile ids and titles, and the command on the path. */
function home(t) {
  const folder = temporaryFolder(t);
  const path = join(folder, "opencode", "opencode.db");
  const evil = [
    "ses_$(touch owned)",
    "ses_`touch owned`",
    `ses_${attack}`,
    "ses_'; touch owned; '",
  ];
  writeDatabase(path, [
    ...tables,
    ...stored("ses_one", {
      title: "$(touch owned) `touch owned` 'quoted': [x]",
    }),
    ...stored("ses_other", { title: attack }),
    ...evil.flatMap((id, at) =>
      stored(id, { messages: [message(`m${at}`, "x")] }),
    ),
  ]);
  mkdirSync(join(folder, "bin"));
  const script = join(folder, "bin", "session-export");
  writeFileSync(
    script,
    `#!/bin/sh\nexec '${process.execPath}' '${command}' "$@"\n`,
  );
  chmodSync(script, 0o755);
  const env = {
    ...process.env,
    HOME: folder,
    XDG_DATA_HOME: folder,
    PATH: `${join(folder, "bin")}:${process.env.PATH}`,
  };
  return { folder, env };
}

test("ids for a shell are plain words, with their titles", (t) => {
  const { env } = home(t);
  const { status, stdout } = run(["completion", "ids"], { env });
  assert.equal(status, 0);
  const rows = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  assert.deepEqual(rows.map(([id]) => id).sort(), ["ses_one", "ses_other"]);
});

const bash = ["/bin/bash", "/usr/bin/bash"].find(existsSync);

test(
  "bash completes options, values, shells and ids, and runs nothing of a store",
  { skip: !bash && "no bash here" },
  (t) => {
    const { folder, env } = home(t);
    const complete = (...words) => {
      const script = `
        eval "$(session-export completion bash)"
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        compopt() { echo files; }
        _session_export
        printf '%s\\n' "\${COMPREPLY[@]}"`;
      const { stdout, stderr } = spawnSync(
        bash,
        ["--norc", "-c", script, "bash", "session-export", ...words],
        { cwd: folder, env, encoding: "utf8" },
      );
      assert.equal(stderr, "");
      return stdout.trimEnd().split("\n").sort();
    };
    assert.deepEqual(complete("ses_o"), ["ses_one", "ses_other"]);
    assert.deepEqual(complete("--form"), ["--format"]);
    assert.deepEqual(complete("ses_one", "--format", ""), [
      "html",
      "json",
      "markdown",
    ]);
    assert.deepEqual(complete("-f", "h"), ["html"]);
    assert.deepEqual(complete("completion", "z"), ["zsh"]);
    assert.ok(complete("-o", "a").includes("files"));
    assert.ok(complete("./a").includes("files"));
    assert.ok(!existsSync(join(folder, "owned")));
  },
);

const shells = { zsh: ["-n"], fish: ["--no-execute"] };
for (const [shell, args] of Object.entries(shells)) {
  const found = [`/bin/${shell}`, `/usr/bin/${shell}`].find(existsSync);
  test(
    `${shell} takes its script`,
    { skip: !found && `no ${shell} here` },
    (t) => {
      const file = join(temporaryFolder(t), "script");
      writeFileSync(file, run(["completion", shell]).stdout);
      const { status, stderr } = spawnSync(found, [...args, file], {
        encoding: "utf8",
      });
      assert.deepEqual([status, stderr], [0, ""]);
    },
  );
}
