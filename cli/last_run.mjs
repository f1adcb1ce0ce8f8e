// The files of the last --all in a folder: which of them this run may replace unasked, and which one a new document
// takes the place of.
import { existsSync, lstatSync, readFileSync, rmSync } from "node:fs";
import { extname, join } from "node:path";
import addon from "../index.js";
import { INDEX, isThere, lastIndex, newSalt } from "./index_file.mjs";
import { GENERATOR, PAGE } from "./index_page.mjs";
import { checkFile } from "./output.mjs";
import { tell } from "./terminal.mjs";

/** Whether a page is missing, or one that this command made: a link is never followed. */
function isOwnPage(path) {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return true;
  return (
    stats.isFile() &&
    readFileSync(path, "utf8").includes(
      `<meta name="generator" content="${GENERATOR}">`,
    )
  );
}

/** The entries of the last run by their sessions, and its salt; fails where the indexes are somebody else's. */
export function lastRun(output, overwrite) {
  const last = lastIndex(output);
  checkFile(join(output, INDEX), overwrite || last !== undefined);
  const page = join(output, PAGE);
  const isOwn = last !== undefined && isOwnPage(page);
  checkFile(page, overwrite || isOwn);
  const entries = (last?.entries ?? []).map((entry) => [
    entry.sessionID,
    entry,
  ]);
  return { salt: last?.salt || newSalt(), entries: new Map(entries) };
}

/** Whether a file is a document of this package, as it was written. */
const isIntact = (path) =>
  addon.verifyExport(path).then(
    ({ intact }) => intact,
    () => false,
  );

/** Whether the file that stands where a session's document goes is the one of the last run, as it was written. */
export async function isOwn(output, last, file) {
  const path = join(output, file);
  if (last?.file !== file) return false;
  if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  // A run that was killed wrote documents, and no index of them.
  return (await isThere(output, last)) || isIntact(path);
}

/** Removes a file, and tells whether that was possible. */
function removed(path) {
  try {
    rmSync(path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Removes the document that a new one of the session replaces under another name: what was redacted since stood in it, or
 * in its name. It is removed only where it is what the last run wrote, to the byte; another format stays.
 */
export async function removeReplaced(output, last, file) {
  if (!last || last.file === file || extname(last.file) !== extname(file))
    return;
  const path = join(output, last.file);
  const isOurs = (await isThere(output, last)) && (await isIntact(path));
  if (isOurs && removed(path)) tell(`Removed: ${path}, which it replaces`);
  else if (existsSync(path))
    tell(`Left: ${path}, an earlier export of the same session`);
  const { attachmentFolder } = last;
  if (attachmentFolder)
    tell(`Left: ${join(output, attachmentFolder)}, its attachments`);
}
