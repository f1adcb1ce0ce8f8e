// The steps that `npm run lint`, `npm run check` and `npm test` are made of, each with the time that it took.
import { run, runTool } from "./setup.mjs";

let begun = performance.now();

/** Tells which step begins, and how long the one before it took. */
export function step(name) {
  console.log(`  ${seconds()} s\n# ${name}`);
  begun = performance.now();
}

/** Tells how long the last step took. */
export const lastStep = () => console.log(`  ${seconds()} s`);

const seconds = () => ((performance.now() - begun) / 1000).toFixed(1);

export function formatting() {
  step("formatting");
  run("cargo", ["fmt", "--check"]);
  runTool("prettier/bin/prettier.cjs", ["--check", "--log-level=warn", "."]);
}

/** The features are those of cargo, such as "--no-default-features". */
export function clippy(...features) {
  step(`clippy ${features}`);
  run("cargo", [
    "clippy",
    "--locked",
    "--quiet",
    "--all-targets",
    ...features,
    "--",
    "--deny=warnings",
  ]);
}

export function cargoTest(...args) {
  step(`cargo test ${args.join(" ")}`);
  run("cargo", ["test", "--locked", "--quiet", ...args]);
}
