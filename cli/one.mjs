// One session, into a file or to stdout.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import addon from "../index.js";
import { Failure } from "./failure.mjs";
import { withProgress } from "./progress.mjs";
import { named } from "./sessions.mjs";
import { print } from "./stdout.mjs";
import { say } from "./terminal.mjs";

const isFolder = (path) => existsSync(path) && statSync(path).isDirectory();

/** The bytes of a regular file: a pipe would wait for a writer, and a device may have no end. */
function fileContent(path) {
  if (!statSync(path).isFile())
    throw new Failure(`${path} is no file: name a JSON file, or an id.`);
  return readFileSync(path);
}

/** A session of a store, or of a JSON file. */
async function chosen(request, signal) {
  const { session, store } = request;
  if (!session) {
    const { pick } = await import("./pick.mjs");
    return named(await pick(request, signal));
  }
  const isPath = /[\\/.]/.test(session) && existsSync(session);
  return isPath ? fileContent(session) : { sessionID: session, store };
}

export async function exportOne(request, signal) {
  const { output, options, overwrite } = request;
  const session = await chosen(request, signal);
  if (output === "-" || (!output && !process.stdout.isTTY)) {
    await print(addon.exportSession(session, options), signal);
    return;
  }
  const name = () => addon.suggestFileName(session, options);
  const path = !output
    ? name()
    : isFolder(output)
      ? join(output, name())
      : output;
  const report = await withProgress(path, (onProgress) =>
    addon.writeExport(path, session, {
      ...options,
      ...(overwrite && { overwrite }),
      ...(onProgress && { onProgress }),
      signal,
    }),
  );
  say(`Written: ${report.path}`);
  for (const { message } of report.warnings ?? []) say(message);
}
