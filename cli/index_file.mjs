// index.json of --all: what it holds, and what the last one tells of the files that are there.
import { createHash, createHmac, randomBytes, scryptSync } from "node:crypto";
import { createReadStream, lstatSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pipeline } from "node:stream/promises";
import { join } from "node:path";

const { version } = createRequire(import.meta.url)("../package.json");

export const INDEX = "index.json";
const FORMAT = "pawwork-session-index";

/** A larger index is none of ours: it would be of a hundred thousand sessions. */
const LARGEST = 64 * 1024 * 1024;

/**
 * How long after its last change a session may still be running, in milliseconds. Not everything that an agent writes
 * moves that time: what was exported earlier than this is written again.
 */
const STILL_RUNNING = 10 * 60 * 1000;

export const indexOf = (sessions, salt) => ({
  format: FORMAT,
  version: 1,
  madeBy: version,
  salt,
  sessions,
});

const isName = (name) =>
  typeof name === "string" &&
  name.isWellFormed() &&
  /^[^\\/\0]+$/.test(name) &&
  !/^\.+$/.test(name);

const isEntry = (entry) =>
  typeof entry?.sessionID === "string" &&
  isName(entry.file) &&
  typeof entry.sha256 === "string";

/** What was at a path: a regular file's status, and nothing for a link, which is never followed. */
function lookAt(path) {
  try {
    const stats = lstatSync(path);
    return stats.isFile() ? stats : undefined;
  } catch {
    return undefined;
  }
}

/** The last index in a folder: its entries and its salt; nothing where there is none that this command wrote. */
export function lastIndex(folder) {
  const path = join(folder, INDEX);
  const stats = lookAt(path);
  if (!stats || stats.size > LARGEST) return undefined;
  try {
    const { format, sessions, salt } = JSON.parse(readFileSync(path, "utf8"));
    if (format !== FORMAT || !Array.isArray(sessions)) return undefined;
    return { salt: String(salt ?? ""), entries: sessions.filter(isEntry) };
  } catch {
    return undefined;
  }
}

/** A session and its sub-agents, each once: a store may hold a circle of them. */
export function treeOf(session, children) {
  const tree = new Map([[session.sessionID, session]]);
  for (const { sessionID } of tree.values())
    for (const child of children.get(sessionID) ?? [])
      if (!tree.has(child.sessionID)) tree.set(child.sessionID, child);
  return [...tree.values()];
}

/**
 * Gives what a document is made of, in short: where it is the same, nothing changed. It goes to others with the folder,
 * and options hold the very words that the user wants to hide: so the key is slow to make, and no guess at them is cheap.
 */
export function stateMaker(options, salt) {
  const key = scryptSync(JSON.stringify([version, options]), salt, 32);
  return (tree) => {
    const rows = tree.map(({ sessionID, updated, messageCount, alsoIn = [] }) => [
      ...[sessionID, updated ?? null, messageCount, alsoIn.length],
    ]);
    return createHmac("sha256", key).update(JSON.stringify(rows)).digest("hex");
  };
}

export const newSalt = () => randomBytes(16).toString("hex");

/** When a session or one of its sub-agents was changed last; nothing where that is not known of one of them. */
export function lastChange(tree) {
  const times = tree.map(({ updated }) => updated);
  return times.reduce((last, time) =>
    last === undefined || time === undefined ? undefined : Math.max(last, time),
  );
}

async function hashOf(path) {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Whether a file is the one of an entry, to the byte. */
export async function isThere(folder, { file, bytes, sha256 }) {
  const path = join(folder, file);
  const stats = lookAt(path);
  if (!stats || stats.size !== bytes) return false;
  return (await hashOf(path).catch(() => undefined)) === sha256;
}

/** Whether a session need not be written again. */
export async function isUnchanged(folder, entry, { state, changed }) {
  if (!entry || entry.state !== state || changed === undefined) return false;
  if (!(entry.exported - changed >= STILL_RUNNING)) return false;
  if (entry.attachmentFolder !== undefined) {
    const { attachmentFolder: name } = entry;
    try {
      if (!isName(name) || !lstatSync(join(folder, name)).isDirectory())
        return false;
    } catch {
      return false;
    }
  }
  return isThere(folder, entry);
}
