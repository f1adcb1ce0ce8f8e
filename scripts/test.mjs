// npm test: installs what is missing, builds, and runs every check.
import { readFileSync, readdirSync } from "node:fs";
import {
  build,
  fail,
  requireComponents,
  root,
  run,
  runTool,
} from "./setup.mjs";

const generated = ["index.js", "index.d.ts"];
const read = () =>
  generated.map((name) => readFileSync(`${root}${name}`, "utf8"));

function step(name) {
  console.log(`\n# ${name}`);
}

step("build");
requireComponents();
const before = read();
build();
const drifted = generated.filter((_, index) => before[index] !== read()[index]);
if (drifted.length > 0) {
  fail(
    `${drifted.join(" and ")} did not match the sources and were made anew: commit them.`,
  );
}

step("formatting");
run("cargo", ["fmt", "--check"]);
runTool("prettier/bin/prettier.cjs", ["--check", "--log-level=warn", "."]);

// With the `binding` feature, and without it: a napi type in the core does not compile there.
for (const features of [[], ["--no-default-features"]]) {
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
  step(`cargo test ${features}`);
  run("cargo", ["test", "--locked", "--quiet", ...features]);
}

step("documentation");
run("cargo", ["doc", "--locked", "--quiet", "--no-deps"], {
  env: { ...process.env, RUSTDOCFLAGS: "--deny=warnings" },
});

step("licences of what is shipped");
run(process.execPath, ["scripts/notices.mjs", "--check"]);

step("types");
runTool("typescript/bin/tsc", ["--project", "__test__/types"]);
runTool("typescript/bin/tsc", ["--project", "__test__/share-next", "--noEmit"]);

step("the addon");
const tests = readdirSync(`${root}__test__`)
  .filter((name) => name.endsWith(".test.mjs"))
  .map((name) => `__test__/${name}`);
run(process.execPath, ["--test", ...tests]);
