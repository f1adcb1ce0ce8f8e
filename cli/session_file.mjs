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

const ADVICE = "give a JSON file, or - to read standard input";

/** Tells the user what to do about a file that the system does not open. A missing file has another sentence. */
export const adviceFor = (code, otherwise) =>
  code === "EBUSY"
    ? "another program has it open: close it there, and try again"
    : otherwise;

/** A folder cannot be read, a pipe would be waited for, and a device may have no end. */
function check(path, stats, advice) {
  if (stats?.isFile()) return;
  if (!stats) throw new Failure(`${path} is missing: ${advice}.`);
  const kind = stats.isDirectory() ? "a folder" : "not a regular file";
  throw new Failure(`${path} is ${kind}: ${advice}.`);
}

/** Fails, in a sentence, where a path leads to no regular file. To open a device can do something already. */
export function checkRegularFile(path, advice = ADVICE) {
  let stats;
  try {
    stats = statSync(path, { throwIfNoEntry: false });
  } catch ({ code }) {
    throw new Failure(
      `${path} could not be read (${code}): ${adviceFor(code, advice)}.`,
    );
  }
  check(path, stats, advice);
}

/** A regular file, through links. */
export function readSessionFile(path) {
  checkRegularFile(path);
  // Between the two looks, a pipe may have taken the file's place.
  const { O_RDONLY, O_NONBLOCK = 0, O_NOCTTY = 0 } = constants;
  let file;
  try {
    file = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  } catch ({ code }) {
    throw new Failure(
      `${path} could not be read (${code}): ${adviceFor(code, "check that you may read it")}.`,
    );
  }
  try {
    check(path, fstatSync(file), ADVICE);
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
