// Programs that npm has packages of, and that some tests run: other versions of Node, Deno, OpenCode. They are hundreds of
// megabytes, so they are fetched when a test asks for them, into target/fetched, and not with the development dependencies.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { root } from "./support.mjs";

const cache = join(root, "target/fetched");
const { platform, arch } = process;
const executable = platform === "win32" ? ".exe" : "";
const isMusl =
  platform === "linux" &&
  !process.report.getReport().header.glibcVersionRuntime;

/** Installs one package into a folder of its own. Whether that worked. */
function install(name, version, folder) {
  mkdirSync(cache, { recursive: true });
  // Two tests can ask for it at the same time.
  const own = mkdtempSync(join(cache, "new-"));
  const options = "--no-save --ignore-scripts --no-audit --no-fund --silent";
  const { status } = spawnSync(
    "npm",
    ["install", `--prefix=${own}`, ...options.split(" "), `${name}@${version}`],
    { cwd: own, stdio: "ignore", shell: platform === "win32" },
  );
  if (status === 0 && !existsSync(folder)) renameSync(own, folder);
  else rmSync(own, { recursive: true, force: true });
  return existsSync(folder);
}

/**
 * A program in a package of npm: `{ path }`, or `{ missing }`, a sentence that tells why it cannot be had here. With
 * NO_FETCH in the environment only those are given that were fetched before.
 */
function fetched(name, version, file) {
  const folder = join(cache, `${name.replace("/", "+")}@${version}`);
  const path = join(folder, "node_modules", name, file);
  if (!existsSync(folder)) {
    if (process.env.NO_FETCH)
      return { missing: `${name}@${version} was not fetched (NO_FETCH)` };
    if (!install(name, version, folder))
      return { missing: `npm does not have ${name}@${version} here` };
  }
  return existsSync(path)
    ? { path }
    : { missing: `${name}@${version} has no ${file}` };
}

/** OpenCode, in the build for every processor. */
export function fetchOpencode() {
  const system = platform === "win32" ? "windows" : platform;
  const kinds = [arch === "x64" ? "-baseline" : "", isMusl ? "-musl" : ""];
  const name = `opencode-${system}-${arch}${kinds.join("")}`;
  return fetched(name, "1.18.33", `bin/opencode${executable}`);
}

/** Node in a version such as `20.17.0`. */
export function fetchNode(version) {
  if (isMusl) return { missing: "npm has no Node for musl" };
  const system = platform === "win32" ? "win" : platform;
  return fetched(`node-${system}-${arch}`, version, `bin/node${executable}`);
}

/** Deno. */
export function fetchDeno() {
  if (isMusl) return { missing: "npm has no Deno for musl" };
  const libc = platform === "linux" ? "-glibc" : "";
  return fetched(
    `@deno/${platform}-${arch}${libc}`,
    "2.9.5",
    `deno${executable}`,
  );
}
