// A package without its binary, as an application is packed by accident: what then was told was advice on a bug of npm.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { systemOf, withOwnWords } from "../scripts/loader.mjs";
import { linkFolder, noFolderLinks } from "./links.mjs";
import { root, temporaryFolder } from "./support.mjs";

/** The package as it is, but for its binary; the systems that it says it has can be others. */
function packageWithout(t) {
  const folder = join(temporaryFolder(t), "package");
  mkdirSync(folder);
  for (const name of ["index.js", "package.json", "cli"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  linkFolder(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

function node(args, folder, env = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: folder,
    env: { ...process.env, ...env },
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const required =
  'try { require("./index.js") } catch (e) { console.log(JSON.stringify([e.code, e.message, String(e.cause)])) }';
const imported = `import("./index.js").catch((e) => console.log(JSON.stringify([e.code, e.message, String(e.cause)])))`;
const load = (folder, env, code = required) =>
  JSON.parse(node(["-e", code], folder, env).stdout);

/** What every sentence on it names. */
function checkSentence(message) {
  assert.doesNotMatch(message, /npm has a bug|package-lock|wasm/);
  assert.doesNotMatch(message, /\n/);
  assert.match(message, /@pawwork\/session-export/);
  for (const system of ["darwin-arm64", "linux-x64-musl", "win32-x64-msvc"])
    assert.ok(message.includes(system), message);
}

for (const [way, code] of [
  ["require", required],
  ["import", imported],
])
  test(`${way} tells which file is missing, where, for which system, and what to do`, (t) => {
    if (noFolderLinks) return t.skip(noFolderLinks);
    const folder = packageWithout(t);
    const [error, message, cause] = load(folder, {}, code);
    assert.equal(error, "ERR_ADDON_NOT_LOADED");
    checkSentence(message);
    assert.ok(message.includes(`${process.platform}-${process.arch}`), message);
    assert.match(message, /session-export\.[\w-]+\.node is not in/);
    assert.ok(message.includes(folder), message);
    assert.match(message, /asarUnpack/);
    assert.match(message, /npm install --include=optional/);
    assert.equal(cause, "undefined");
  });

test("the command tells it in one line, without a stack, and its help works all the same", (t) => {
  if (noFolderLinks) return t.skip(noFolderLinks);
  const folder = packageWithout(t);
  for (const args of [
    ["--list"],
    ["ses_1", "-o", "a.md"],
    ["--all", "-o", "a"],
  ]) {
    const told = node(["cli/main.mjs", ...args], folder);
    assert.equal(told.status, 1, told.stderr);
    assert.equal(told.stdout, "");
    assert.equal(told.stderr.trimEnd().split("\n").length, 1, told.stderr);
    checkSentence(told.stderr.trimEnd());
    assert.match(told.stderr, /\(ERR_ADDON_NOT_LOADED\)/);
  }
  assert.equal(node(["cli/main.mjs", "--help"], folder).status, 0);
});

test("a binary that is there and cannot be loaded is told with the reason", (t) => {
  if (noFolderLinks) return t.skip(noFolderLinks);
  const folder = packageWithout(t);
  const [, missing] = load(folder);
  const [file] = /session-export\.[\w-]+\.node/.exec(missing);
  writeFileSync(join(folder, file), "no library");
  const [error, message, cause] = load(folder);
  assert.equal(error, "ERR_ADDON_NOT_LOADED");
  checkSentence(message);
  assert.match(message, /could not be loaded in .*\(.+\)/);
  assert.notEqual(cause, "undefined");
});

test("a system without a binary is named, with those that have one", (t) => {
  if (noFolderLinks) return t.skip(noFolderLinks);
  const folder = packageWithout(t);
  for (const [platform, arch] of [
    ["linux", "ia32"],
    ["linux", "arm"],
    ["linux", "riscv64"],
    ["linux", "s390x"],
    ["win32", "ia32"],
    ["freebsd", "x64"],
    ["android", "arm64"],
    ["openharmony", "arm64"],
    ["sunos", "x64"],
    ["aix", "ppc64"],
  ]) {
    const code = `for (const [name, value] of Object.entries(${JSON.stringify({ platform, arch })}))
      Object.defineProperty(process, name, { value });
      ${required}`;
    const [error, message] = load(folder, {}, code);
    assert.equal(error, "ERR_ADDON_NOT_LOADED");
    checkSentence(message);
    assert.ok(message.includes(`has no addon for ${platform}-${arch}`));
  }
});

test("a Node in which the addon would return nothing is refused, and no other", (t) => {
  if (noFolderLinks) return t.skip(noFolderLinks);
  const folder = packageWithout(t);
  const loadIn = (node) =>
    load(
      folder,
      {},
      `Object.defineProperty(process, "versions", { value: { ...process.versions, node: "${node}" } }); ${required}`,
    );
  for (const node of ["16.20.2", "18.17.1", "19.9.0", "20.3.1"]) {
    const [error, message] = loadIn(node);
    assert.equal(error, "ERR_ADDON_NOT_LOADED");
    assert.match(message, /^@pawwork\/session-export needs Node \S.*: this is/);
    assert.ok(message.includes(node), message);
  }
  for (const node of ["18.18.0", "20.4.0", "20.17.0", "22.0.0", "26.12.1"])
    assert.match(loadIn(node)[1], /is missing: /);
});

test("a binary that the environment names and that is missing is told", (t) => {
  if (noFolderLinks) return t.skip(noFolderLinks);
  const folder = packageWithout(t);
  const env = { NAPI_RS_NATIVE_LIBRARY_PATH: join(folder, "none.node") };
  const [error, message] = load(folder, env);
  assert.equal(error, "ERR_ADDON_NOT_LOADED");
  assert.match(message, /NAPI_RS_NATIVE_LIBRARY_PATH names is missing/);
});

test("a generated loader of another form fails the build instead of keeping its advice", () => {
  const of = { name: "a", napi: { binaryName: "b", targets: [] }, engines: {} };
  assert.throws(() => withOwnWords("if (!nativeBinding) {}", of), /adapt/);
  assert.equal(systemOf("aarch64-pc-windows-msvc"), "win32-arm64-msvc");
  assert.throws(() => systemOf("riscv64gc-unknown-linux-gnu"), /no name/);
});
