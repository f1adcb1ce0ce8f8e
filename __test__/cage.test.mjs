// All quick tests with a Node that answers as an Electron does, whose V8 can refer to no memory of an addon (cage.c). An
// Electron itself cannot run everywhere that the tests do.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { quickFiles } from "../scripts/test-files.mjs";
import { root, temporaryFolder } from "./support.mjs";

const hasCompiler =
  spawnSync("cc", ["--version"], { stdio: "ignore" }).status === 0;
const isGlibc = Boolean(
  process.platform === "linux" &&
  process.report.getReport().header.glibcVersionRuntime,
);
const reason = !isGlibc
  ? "cage.c is loaded before Node by the linker of glibc"
  : !hasCompiler && "there is no C compiler here, which cage.c needs";

/** Test files that do not use the addon, or that start programs, which would be in the cage too. */
const others = ["cli-all", "release", "share-next", "workflows"];

test("in a cage every quick test passes", { skip: reason }, (t) => {
  const folder = temporaryFolder(t);
  const library = join(folder, "cage.so");
  const made = spawnSync("cc", [
    ...["-shared", "-fPIC", "-O1", "-Wall", "-Werror"],
    ...["-o", library, join(root, "__test__/cage.c"), "-ldl"],
  ]);
  assert.equal(made.status, 0, String(made.stderr));
  const log = join(folder, "log");
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const { status, stdout } = spawnSync(
    process.execPath,
    [
      ...["--test", "--test-reporter=tap", "--test-concurrency=2"],
      ...quickFiles
        .filter((name) => !others.includes(name))
        .map((name) => join(root, "__test__", `${name}.test.mjs`)),
    ],
    {
      cwd: root,
      encoding: "utf8",
      env: { ...env, LD_PRELOAD: library, CAGE_LOG: log, NO_FETCH: "1" },
      maxBuffer: 2 ** 28,
    },
  );
  const failed = stdout.split("\n").filter((line) => /^\s*not ok/.test(line));
  assert.deepEqual([status, failed], [0, []]);
  // Without it the test would prove nothing.
  assert.ok(existsSync(log), "no process was in the cage");
  const copied = readFileSync(log, "utf8")
    .trim()
    .split("\n")
    .reduce((sum, line) => sum + Number(line.split(" ")[0]), 0);
  assert.ok(copied > 50, `${copied} strings were copied`);
});
