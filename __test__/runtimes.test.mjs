// The addon in every runtime that the README names: versions of Node from the lowest on, Bun and Deno.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { fetchDeno, fetchNode } from "./fetched.mjs";
import { bun } from "./stores.mjs";
import { root, temporaryFolder } from "./support.mjs";

const probe = join(root, "__test__/runtime-probe.cjs");

/** Gives the lines that the probe prints when a runtime runs it. */
function probed(t, path, ...options) {
  const { stdout, stderr } = spawnSync(
    path,
    [...options, probe, temporaryFolder(t)],
    { encoding: "utf8", env: { ...process.env, DENO_NO_UPDATE_CHECK: "1" } },
  );
  assert.match(stdout, /^\{/, stderr);
  return JSON.parse(stdout);
}

/** The lines that every runtime has to print. This Node prints them, and a test checks them. */
function expected(t) {
  const result = probed(t, process.execPath);
  const { exported, prepared, worker, long, ...others } = result;
  assert.match(exported, /^[0-9a-f]{64}$/);
  assert.deepEqual([prepared, worker], [exported, exported]);
  assert.equal(new Set(long).size, 2);
  assert.deepEqual(others, {
    written: true,
    verified: true,
    progress: true,
    stopped: "ERR_ABORTED",
    invalid: "ERR_INVALID_SESSION",
    refused: "ERR_WEB_PUBLISHING_DISABLED",
  });
  return result;
}

for (const [name, { path, missing }, ...options] of [
  ["Bun", { path: bun }],
  ["Deno", fetchDeno(), "run", "--allow-all"],
  // The Node of Electron 28, and the first 20 with all of Node-API that the addon uses.
  ["Node 18.18.2", fetchNode("18.18.2")],
  ["Node 20.4.0", fetchNode("20.4.0")],
])
  test(
    `${name}: loads, exports, writes, stops, guards, also in a worker`,
    { skip: missing ?? false },
    (t) => assert.deepEqual(probed(t, path, ...options), expected(t)),
  );

{
  const { path, missing } = fetchNode("20.3.1");
  test(
    "Node 20.3.1, which lacks what the addon calls, is refused",
    { skip: missing ?? false },
    () => {
      const code = `try { require(".") } catch (error) { console.log(error.code) }`;
      const { stdout } = spawnSync(path, ["-e", code], {
        cwd: root,
        encoding: "utf8",
      });
      assert.equal(stdout, "ERR_ADDON_NOT_LOADED\n");
    },
  );
}

/** The tests of what lies between the addon and the runtime; the others run with one version in `npm test`. */
const files = [
  ...["cli", "errors", "export", "guard", "load"],
  ...["missing-addon", "prepare", "take-over", "write"],
].map((name) => join(root, "__test__", `${name}.test.mjs`));

/** Runs the tests with a Node, and gives what it prints in the Test Anything Protocol. */
async function tested(path) {
  const { NODE_TEST_CONTEXT, PATH, ...env } = process.env;
  const child = spawn(path, ["--test", "--test-reporter=tap", ...files], {
    cwd: root,
    env: { ...env, PATH: `${dirname(path)}${delimiter}${PATH}` },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [output, [status]] = await Promise.all([
    text(child.stdout),
    once(child, "close"),
  ]);
  return { status, output };
}

// The lowest two that package.json names in `engines`, and the newest; two at once, as each takes minutes.
describe("the tests pass", { concurrency: 2 }, () => {
  for (const version of ["20.17.0", "22.13.0", "26.0.0"]) {
    const { path, missing } = fetchNode(version);
    test(`with Node ${version}`, { skip: missing ?? false }, async () => {
      const { status, output } = await tested(path);
      const lines = output.split("\n");
      const failed = lines.filter((line) => /^\s*not ok/.test(line));
      assert.deepEqual([status, failed], [0, []]);
      assert.ok(/^# pass (\d+)$/m.exec(output)[1] > 200, output);
    });
  }
});
