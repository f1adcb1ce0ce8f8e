#!/usr/bin/env node
// session-export: the addon as a command.
import { program } from "./arguments.mjs";
import { exportAll } from "./all.mjs";
import { exitCode, report } from "./failure.mjs";
import { list } from "./list.mjs";
import { exportOne, isForStdout } from "./one.mjs";
import { stopSignal } from "./signals.mjs";

let stop;

// The reader of a pipe may have seen enough: that is no failure.
process.stdout.on("error", ({ code }) =>
  process.exit(code === "EPIPE" ? 0 : 1),
);

try {
  const request = program(process.argv);
  if (!request) process.exitCode = 0;
  else if (request.list) await list(request);
  else {
    // The picker has to give the terminal back.
    const isPicked = !request.all && !request.session;
    if (request.all || isPicked || !isForStdout(request)) stop = stopSignal();
    await (request.all ? exportAll : exportOne)(request, stop);
  }
} catch (error) {
  // Commander tells of its failures itself.
  if (error.message) report(error);
  process.exitCode = exitCode(error, stop);
}
