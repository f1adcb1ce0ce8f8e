// npm test: installs what is missing, builds, and runs every check. npm test -- NAME…: the JavaScript tests whose file
// has one of the names in its own, with the addon that is there, or a debug one. npm run test:slow: the slow ones.
// npm run test:addon: the quick JavaScript tests with the addon that is there, without Rust and without a network.
import { readFileSync } from "node:fs";
import {
  build,
  fail,
  installPackages,
  requireComponents,
  root,
  run,
  runTool,
  start,
} from "./setup.mjs";
import { allFiles, quickFiles, slow, slowest } from "./test-files.mjs";
import { cargoTest, clippy, formatting, lastStep, step } from "./steps.mjs";

/** The files run as many at a time as told: most of them wait for other processes or the disk now and then. */
function runFiles(files, atATime, env = {}) {
  run(
    process.execPath,
    [
      "--test",
      `--test-concurrency=${atATime}`,
      ...files.map((file) => `__test__/${file}.test.mjs`),
    ],
    { env: { ...process.env, ...env } },
  );
}

/** Calls `make`, which makes index.js and index.d.ts; they have to be the committed ones. */
async function withoutDrift(make) {
  const generated = ["index.js", "index.d.ts"];
  const read = () =>
    generated.map((name) => readFileSync(`${root}${name}`, "utf8"));
  const before = read();
  await make();
  const after = read();
  const drifted = generated.filter(
    (_, index) => before[index] !== after[index],
  );
  if (drifted.length > 0)
    fail(
      `${drifted.join(" and ")} did not match the sources and were made anew: commit them.`,
    );
}

async function everything() {
  requireComponents();
  installPackages();
  // First what takes seconds.
  formatting();
  // Its last step, which optimizes all crates as one, uses one core for minutes. What is tested meanwhile is not
  // optimized, and shares no folder with it.
  const building = start(process.execPath, ["scripts/build.mjs"]);
  await withoutDrift(async () => {
    // A napi type in the core does not compile without the `binding` feature; its tests are among all of them.
    clippy("--no-default-features");
    clippy();
    cargoTest();
    step("documentation");
    run("cargo", ["doc", "--locked", "--quiet", "--no-deps"], {
      env: { ...process.env, RUSTDOCFLAGS: "--deny=warnings" },
    });
    step("licences of what is shipped");
    run(process.execPath, ["scripts/notices.mjs", "--check"]);
    step("the rest of the build");
    await building;
  });
  step("types");
  runTool("typescript/bin/tsc", ["--project", "__test__/types"]);
  runTool("typescript/bin/tsc", [
    "--project",
    "__test__/share-next",
    "--noEmit",
  ]);
  step("the addon");
  runFiles(quickFiles, 2);
  step("the addon: slow tests");
  runFiles(slow, 1);
  lastStep();
}

const names = process.argv.slice(2);
if (names.length === 0) {
  await everything();
} else if (names[0] === "--addon") {
  runFiles(quickFiles, 2, { NO_FETCH: "1" });
} else if (names[0] === "--slow") {
  // Growth and memory are those of the optimized addon.
  build();
  runFiles([...slow, ...slowest], 1);
} else {
  const chosen = allFiles.filter((file) =>
    names.some((name) => file.includes(name)),
  );
  if (chosen.length === 0)
    fail(`No file in __test__ has ${names.join(" or ")} in its name.`);
  build("any");
  runFiles(chosen, chosen.every((file) => quickFiles.includes(file)) ? 2 : 1);
}
