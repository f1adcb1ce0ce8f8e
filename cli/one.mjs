// One session, into a file or to stdout.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import addon from "../index.js";
import { checkOutput } from "./output.mjs";
import { withProgress } from "./progress.mjs";
import { named } from "./sessions.mjs";
import { readSessionFile, readStandardInput } from "./session_file.mjs";
import { print } from "./stdout.mjs";
import { tell } from "./terminal.mjs";

const isFolder = (path) => existsSync(path) && statSync(path).isDirectory();

/** The session of a log of JSON lines, which is a store of one session; what is none is read as JSON. */
async function ofLog(path, signal) {
  const found = await addon
    .listSessions(path, { signal })
    .catch((error) => signal?.throwIfAborted() ?? error);
  const [listed] = Array.isArray(found) ? found : [];
  return listed
    ? { sessionID: listed.sessionID, store: path }
    : readSessionFile(path);
}

/** A session of a store, or of a JSON file. */
async function chosen(request, signal) {
  const { session, store } = request;
  if (!session) {
    const { pick } = await import("./pick.mjs");
    return named(await pick(request, signal));
  }
  if (session === "-") return readStandardInput(signal);
  const isFile = /[\\/.]/.test(session) && existsSync(session);
  if (isFile && /\.jsonl(\.zst)?$/.test(session)) return ofLog(session, signal);
  return isFile ? readSessionFile(session) : { sessionID: session, store };
}

/** Whether the document is for stdout: then no file is written. */
export const isForStdout = ({ output }) =>
  output === "-" || (!output && !process.stdout.isTTY);

export async function exportOne(request, signal) {
  const { output, options, overwrite } = request;
  if (!isForStdout(request)) checkOutput(request);
  const session = await chosen(request, signal);
  if (isForStdout(request)) {
    const document = addon.exportSession(session, options);
    // Unfiltered: renderers show or escape each character that a terminal would obey.
    await print(document);
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
  tell(`Written: ${report.path}`);
  for (const { message } of report.warnings ?? []) tell(message);
}
