// Installs and builds what is missing. Uses nothing that has to be installed first.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { fileURLToPath } from "node:url";
import { withOwnWords, withoutInternals } from "./loader.mjs";

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

/** Starts a command beside the others. The promise is settled when it ends; a failure ends the process. */
export function start(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: "inherit" });
  process.on("exit", () => child.kill());
  return new Promise((resolve) => {
    child.on("error", (error) =>
      fail(`${command} could not be started: ${error.message}`),
    );
    child.on("exit", (status) => {
      if (status !== 0) process.exit(status ?? 1);
      resolve();
    });
  });
}

/** Runs a tool of node_modules. */
export function runTool(path, args, options) {
  run(process.execPath, [`node_modules/${path}`, ...args], options);
}

function isThere(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: "ignore" }).status === 0;
}

function requireRust() {
  if (!isThere("cargo", ["--version"])) {
    fail(
      "Rust is missing: install it from https://rustup.rs, then run this again.",
    );
  }
}

/** Ends the process with one sentence where Rust came without the tools that the checks need. */
export function requireComponents() {
  requireRust();
  if (
    !isThere("cargo", ["clippy", "--version"]) ||
    !isThere("cargo", ["fmt", "--version"])
  ) {
    fail(
      "clippy or rustfmt is missing: run `rustup component add clippy rustfmt`, then this again.",
    );
  }
}

/** Installs the packages that package-lock.json names, where they are missing. */
export function installPackages() {
  const installed = `${root}node_modules/.package-lock.json`;
  const isFresh =
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs;
  if (isFresh) return;
  // Not `npm ci`, which removes all packages first: tests that run meanwhile would lose theirs. The locked versions are
  // installed all the same.
  run("npm", [
    "install",
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);
}

/** What the addon is made of: files in the project's folder, and folders. */
const sources = {
  files: /^(Cargo\.(toml|lock)|build\.rs|package\.json)$/,
  folders: ["src", "types", "scripts/loader"],
};
/** What is made of them. */
const products = { files: /^(index\.(js|d\.ts)|.*\.node)$/, folders: [] };

/** A checksum of the names and contents of such files. */
function fingerprint({ files, folders }) {
  const names = readdirSync(root).filter((name) => files.test(name));
  const listed = folders.flatMap((folder) =>
    readdirSync(`${root}${folder}`, { recursive: true }).map(
      (name) => `${folder}/${name}`,
    ),
  );
  const hash = createHash("sha256");
  for (const name of [...names, ...listed].sort()) {
    if (!statSync(`${root}${name}`).isFile()) continue;
    hash.update(`${name}\0`).update(readFileSync(`${root}${name}`));
  }
  return hash.digest("hex");
}

const stamp = `${root}target/addon.stamp`;

/** How the addon that is there was built; `undefined` where it is not the one of the present sources. */
function builtProfile() {
  if (!existsSync(stamp)) return undefined;
  const [profile, ...hashes] = readFileSync(stamp, "utf8").split("\n");
  const present = [sources, products].map(fingerprint);
  return hashes.join() === present.join() ? profile : undefined;
}

/**
 * Builds the addon, index.js and index.d.ts, unless nothing has changed since the last time. The `profile` is
 * "release", or "debug", which takes seconds and serves the tests; "any" builds the latter where there is neither.
 */
export function build(profile = "release") {
  requireRust();
  installPackages();
  // The napi command line interface makes cargo build twice before it sees that nothing changed.
  const built = builtProfile();
  if (built !== undefined && [built, "any"].includes(profile)) return;
  make(profile === "release" ? "release" : "debug");
}

/**
 * Builds the optimized addon for a target such as `aarch64-unknown-linux-musl`. The `flags` are those of `napi build`
 * that choose how it is built for another system than this one.
 */
export function buildFor(target, flags) {
  requireRust();
  make("release", ["--target", target, ...flags], "inherit");
}

/** Calls the napi command line interface, and gives index.js and index.d.ts their own words. */
function make(profile, flags = [], stdout = "ignore") {
  // Taken before: what somebody changes while the addon is built is not in it.
  const madeOf = fingerprint(sources);
  const options = ["--platform", ...flags, "--", "--locked", "--quiet"];
  if (profile === "release") options.unshift("--release");
  runTool("@napi-rs/cli/dist/cli.js", ["build", ...options], {
    // What the command line interface prints is for debugging it.
    stdio: ["ignore", stdout, "inherit"],
  });
  const loader = `${root}index.js`;
  const read = (path) => readFileSync(path, "utf8");
  const pack = JSON.parse(read(`${root}package.json`));
  writeFileSync(loader, withOwnWords(read(loader), pack));
  const types = `${root}index.d.ts`;
  writeFileSync(types, withoutInternals(read(types)));
  writeFileSync(stamp, [profile, madeOf, fingerprint(products)].join("\n"));
}
