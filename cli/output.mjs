// The place that --output names, looked at before anything is read: hours of work would be refused in the end.
import { mkdirSync, rmdirSync, statSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import addon from "../index.js";
import { Failure } from "./failure.mjs";

/** What a path leads to; nothing where a link leads nowhere, or a file stands where a folder is looked for. */
function lookAt(path) {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

const isFolder = (path) => lookAt(path)?.isDirectory() ?? false;

/**
 * Makes a folder, and those above it, and returns what it made, the innermost first. Level by level: Node's own
 * `recursive` never ends where the system says that a folder is missing in which it makes none, as in `/proc`.
 */
export function makeFolder(path) {
  const missing = [];
  for (let at = resolve(path); !lookAt(at); at = dirname(at)) {
    missing.push(at);
    if (at === dirname(at)) break;
  }
  const made = [];
  try {
    for (const folder of missing.reverse()) {
      mkdirSync(folder, { mode: 0o700 });
      made.unshift(folder);
    }
    if (isFolder(path)) return made;
  } catch (error) {
    removeFolders(made);
    throw new Failure(
      `${path} cannot be a folder (${error.code}): name another with --output.`,
    );
  }
  throw new Failure(`${path} is no folder: name another with --output.`);
}

/** Takes back what `makeFolder` made, as far as nothing is in it. */
export function removeFolders(made) {
  for (const folder of made) {
    try {
      rmdirSync(folder);
    } catch {
      return;
    }
  }
}

/** Fails where a file could not be written. */
export function checkFile(path, overwrite) {
  try {
    addon.__checkTarget(path, Boolean(overwrite));
  } catch (error) {
    if (error.code !== "ERR_WRITE_FAILED") throw error;
    throw Object.assign(new Failure(error.message), { code: error.code });
  }
}

/** Fails where --output names no place for a document: a file, or a folder for one. */
export function checkOutput({ output, overwrite }) {
  // Of a folder the file's name is not known yet.
  if (!output || isFolder(output))
    return checkFile(join(output ?? ".", ".session-export"), true);
  const namesFolder = output.endsWith("/") || output.endsWith(sep);
  const parent = namesFolder ? output : dirname(output);
  if (!lookAt(parent))
    throw new Failure(
      `The folder ${parent} is missing: make it, or name another place with --output.`,
    );
  return checkFile(output, overwrite);
}
