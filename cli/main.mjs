#!/usr/bin/env node
// session-export: the addon as a command.
import { createRequire } from "node:module";
import { program } from "./arguments.mjs";
import { exitCode, report } from "./failure.mjs";

// The reader of a pipe may have seen enough: that is no failure.
process.stdout.on("error", ({ code }) =>
  process.exit(code === "EPIPE" ? 0 : 1),
);

try {
  const request = await program(process.argv);
  if (request) {
    // Only now, as --help needs no addon; and before all that imports it, as Node 20 throws it once for each of them.
    createRequire(import.meta.url)("../index.js");
    await (await import("./run.mjs")).run(request);
  }
} catch (error) {
  // Commander tells of its failures itself.
  if (error.message) report(error);
  process.exitCode = exitCode(error);
}
