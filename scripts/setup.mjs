// Installs and builds what is missing. Uses nothing that has to be installed first.
import { spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The project's folder. */
export const root = fileURLToPath(new URL("..", import.meta.url));

const isWindows = process.platform === "win32";

/** Ends the process with one sentence. */
export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

/** Runs a command in the project's folder; a failure ends the process with its exit code. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: "inherit",
    // npm is a script there, which only a shell starts.
    shell: isWindows && command === "npm",
    ...options,
  });
  if (error) fail(`${command} could not be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Runs a tool of node_modules. */
export function runTool(path, args, options) {
  run(process.execPath, [`node_modules/${path}`, ...args], options);
}

function requireRust() {
  const { status } = spawnSync("cargo", ["--version"], { stdio: "ignore" });
  if (status !== 0) {
    fail("Rust is missing: install it from https://rustup.rs, then run this again.");
  }
}

function installPackages() {
  const installed = `${root}node_modules/.package-lock.json`;
  const isFresh =
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs;
  if (!isFresh) run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"]);
}

/** Builds the addon, index.js and index.d.ts. Quick where nothing has changed. */
export function build() {
  requireRust();
  installPackages();
  runTool("@napi-rs/cli/dist/cli.js", ["build", "--platform", "--release"], {
    // What the command line interface prints is for debugging it.
    stdio: ["ignore", "ignore", "inherit"],
  });
}
