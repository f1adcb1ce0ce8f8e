// npm run same: it sees that a build changed one document, and that a build did not change.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, temporaryFolder } from "./support.mjs";

/** The addon that the tests run with. */
const current =
  process.env.NAPI_RS_NATIVE_LIBRARY_PATH ??
  join(
    root,
    readdirSync(root).find((name) => name.endsWith(".node")),
  );

/** Compares the current build with one whose functions `change` replaces, a piece of program. */
function compare(t, change, ...args) {
  const old = join(temporaryFolder(t), "old.cjs");
  writeFileSync(
    old,
    `const addon = require(${JSON.stringify(current)});
     module.exports = { ...addon, ${change} };`,
  );
  const run = spawnSync(
    process.execPath,
    [join(root, "scripts/same.mjs"), old, "--sample", "300", ...args],
    { encoding: "utf8" },
  );
  return {
    ...run,
    compared: Number(/^(\d+) comparisons/m.exec(run.stdout)?.[1]),
  };
}

test("the same build gives the same", (t) => {
  const { status, stdout, stderr, compared } = compare(t, "");
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /, 0 differ\.\n$/);
  assert.ok(compared > 20, stdout);
});

test("a build that changes one character of one document is seen, with the place", (t) => {
  const { status, stdout, stderr } = compare(
    t,
    `calls: 0, exportSession(...args) {
       const text = addon.exportSession(...args);
       module.exports.calls += 1;
       return module.exports.calls === 9 ? text.replace("e", "E") : text;
     }`,
  );
  assert.equal(status, 1, stdout + stderr);
  assert.match(stdout, /, 1 differ\.\n$/);
  assert.match(
    stdout,
    /# .* \| exportSession .*\nline \d+, column \d+; .*\n- .*E.*\n\+ /,
  );
});

test("a report that counts otherwise is seen", (t) => {
  const { status, stdout, stderr } = compare(
    t,
    `async writeExport(...args) {
       return { ...(await addon.writeExport(...args)), kept: 7 };
     }`,
  );
  assert.equal(status, 1, stdout + stderr);
  assert.match(stdout, /- +"kept": 7/);
});

/** Errors, odd stores and lists, and no session. */
const fast = ["--sample", "1", "--only-given"];

test("an error with another sentence is seen", (t) => {
  const { status, stdout, stderr } = compare(
    t,
    `async verifyExport(...args) {
       try {
         return await addon.verifyExport(...args);
       } catch (error) {
         throw Object.assign(error, { message: "another" });
       }
     }`,
    ...fast,
  );
  assert.equal(status, 1, stdout + stderr);
  assert.match(stdout, /- .*"message": "another"/);
});

test("a build that crashes is no build that gives the same", (t) => {
  const { status, stderr } = compare(
    t,
    "findStores() { process.abort(); }",
    ...fast,
  );
  assert.equal(status, 1);
  assert.match(stderr, /The old build ended with \w+, soon after: /);
});

test("a session of the caller's own is compared too", (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(
    join(folder, "own.json"),
    JSON.stringify({ info: { id: "ses_own", title: "My own" }, messages: [] }),
  );
  const { status, stdout, stderr } = compare(
    t,
    `exportSession(...args) {
       return addon.exportSession(...args).replace("My own", "My other");
     }`,
    ...fast,
    folder,
  );
  assert.equal(status, 1, stdout + stderr);
  assert.ok(stdout.includes(folder), stdout);
});
