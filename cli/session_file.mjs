// The bytes of a session that the user has in a file, or sends to standard input.
import {
  closeSync,
  constants,
  fstatSync,
  openSync,
  readFileSync,
  statSync,
} from "node:fs";
import { Failure } from "./failure.mjs";

/** A folder cannot be read, a pipe would be waited for, and a device may have no end. */
function check(path, stats) {
  if (stats.isFile()) return;
  const kind = stats.isDirectory() ? "a folder" : "not a regular file";
  throw new Failure(
    `${path} is ${kind}: give a JSON file, or - to read standard input.`,
  );
}

/** A regular file, through links. */
export function readSessionFile(path) {
  // To open a device can do something already, so it is not even opened.
  check(path, statSync(path));
  // Between the two looks, a pipe may have taken the file's place.
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    check(path, fstatSync(file));
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

/** All of standard input. */
export async function readStandardInput(signal) {
  const pieces = [];
  const stop = () => process.stdin.destroy(signal.reason);
  signal?.addEventListener("abort", stop);
  try {
    for await (const piece of process.stdin) pieces.push(piece);
  } finally {
    signal?.removeEventListener("abort", stop);
  }
  signal?.throwIfAborted();
  return Buffer.concat(pieces);
}
