// npm run sanitize: the tests of what crosses into V8 and stays there, with an addon in which AddressSanitizer
// watches every access to memory. On Linux, with GCC's runtime of it.
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";
import { root, run } from "./setup.mjs";

const tests = ["document-memory", "export", "long-texts", "take-over"];

const answer = (command, ...args) =>
  execFileSync(command, args, { encoding: "utf8" }).trim();

// With a target of its own, what runs while it is built is not watched.
const target = answer("rustc", "--print=host-tuple");
const folder = "target/sanitize";
run(
  "cargo",
  [
    "build",
    "--locked",
    "--quiet",
    `--target=${target}`,
    `--target-dir=${folder}`,
    "--config=profile.dev.opt-level=2",
  ],
  {
    env: {
      ...process.env,
      // Sanitizers are an unstable feature of the compiler.
      RUSTC_BOOTSTRAP: "1",
      RUSTFLAGS: "-Zsanitizer=address",
    },
  },
);
const addon = `${root}${folder}/session-export.node`;
copyFileSync(
  `${root}${folder}/${target}/debug/libpawwork_session_export.so`,
  addon,
);

run(
  process.execPath,
  ["--test", ...tests.map((name) => `__test__/${name}.test.mjs`)],
  {
    env: {
      ...process.env,
      NAPI_RS_NATIVE_LIBRARY_PATH: addon,
      // Node itself does not have it.
      LD_PRELOAD: answer("gcc", "-print-file-name=libasan.so"),
      // V8 frees nothing at the end. What was freed is kept for a while, which the tests of memory see.
      ASAN_OPTIONS: "detect_leaks=0,quarantine_size_mb=8",
    },
  },
);
