// One session, into a file or to stdout.
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import addon from "../index.js";
import { withProgress } from "./progress.mjs";
import { print } from "./stdout.mjs";

const isFolder = (path) => existsSync(path) && statSync(path).isDirectory();

/** A session of a store, or of a JSON file. */
async function chosen(request, signal) {
  const { session, store } = request;
  if (!session) {
    const { pick } = await import("./pick.mjs");
    const { sessionID, store } = await pick(request, signal);
    return { sessionID, store };
  }
  const isFile = /[\\/.]/.test(session) && existsSync(session);
  return isFile ? readFileSync(session) : { sessionID: session, store };
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
  console.error(`Written: ${report.path}`);
  for (const { message } of report.warnings ?? []) console.error(message);
}
