// One session, into a file or to stdout.
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import addon from "../index.js";
import { columnsOf, cut } from "./columns.mjs";
import { checkOutput } from "./output.mjs";
import { withProgress } from "./progress.mjs";
import { named, teller } from "./sessions.mjs";
import {
  checkRegularFile,
  readSessionFile,
  readStandardInput,
} from "./session_file.mjs";
import { print } from "./stdout.mjs";
import { safe, tell } from "./terminal.mjs";
import { tellOf } from "./told.mjs";

const isFolder = (path) => existsSync(path) && statSync(path).isDirectory();

/** What can only be a path: an id has no slash, and none ends so. */
const isPath = (text) =>
  /[\\/]/.test(text) || /\.(jsonl?|md|html?|txt)$/i.test(text);

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
export async function chosen(request, signal) {
  const { session, store } = request;
  if (!session) {
    const { pick } = await import("./pick.mjs");
    return named(await pick(request, signal));
  }
  if (session === "-") return readStandardInput(signal);
  if (isPath(session)) checkRegularFile(session);
  const isFile = /[\\/.]/.test(session) && existsSync(session);
  if (isFile && /\.jsonl(\.zst)?$/.test(session)) return ofLog(session, signal);
  return isFile ? readSessionFile(session) : { sessionID: session, store };
}

/** The width of what is told where there is no terminal. */
const PLAIN = 100;

/** An error on an id that several sessions have the start of, with what tells them apart. */
async function withTitles(error, { store, options }) {
  // It is told all the same where they cannot be listed.
  const listed = await addon.listSessions(store).catch(() => []);
  const tellOf = teller(options);
  const columns = process.stderr.isTTY ? columnsOf(process.stderr) : PLAIN;
  const lines = error.matches.map((id) => {
    const session = listed.find(({ sessionID }) => sessionID === id);
    if (!session) return id;
    const { time, agent, title } = tellOf(session);
    return cut([id, time, agent, title].map(safe).join("  "), columns - 2);
  });
  return Object.assign(error, { lines });
}

/** The same, for a word that may have been meant as a file. */
function withFile(error, { session }) {
  if (!existsSync(session)) return error;
  error.message = `${error.message} For the file of this name, write ./${session}.`;
  return error;
}

/** Calls `run`; what it fails with tells of sessions and files that may have been meant. */
export async function withHelp(request, run) {
  try {
    return await run();
  } catch (error) {
    if (error.code !== "ERR_SESSION_NOT_FOUND") throw error;
    throw error.matches?.length > 0
      ? await withTitles(error, request)
      : withFile(error, request);
  }
}

/** Whether the document is for stdout: then no file is written. */
export const isForStdout = ({ output, review }) =>
  !review && (output === "-" || (!output && !process.stdout.isTTY));

/** Where the document goes. */
export function pathOf({ output }, session, options) {
  if (output && !isFolder(output)) return output;
  return join(output ?? ".", addon.suggestFileName(session, options));
}

export const exportOne = (request, signal) =>
  withHelp(request, async () => {
    const { options, overwrite } = request;
    if (!isForStdout(request)) checkOutput(request);
    const session = await chosen(request, signal);
    if (isForStdout(request)) {
      const document = addon.exportSession(session, options);
      // Unfiltered: renderers show or escape each character that a terminal would obey.
      await print(document);
      return;
    }
    const path = pathOf(request, session, options);
    const report = await withProgress(path, (onProgress) =>
      addon.writeExport(path, session, {
        ...options,
        ...(overwrite && { overwrite }),
        ...(onProgress && { onProgress }),
        signal,
      }),
    );
    tell(`Written: ${report.path}`);
    tellOf(report, options);
  });
