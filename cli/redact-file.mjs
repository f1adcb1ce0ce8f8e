// --redact-file: what else to redact, and what to keep, in a JSON file:
//   { "terms": ["Acme"], "patterns": [{ "id": "ticket", "pattern": "ACME-[0-9]+" }], "keep": ["not-a-secret"] }
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { Failure } from "./failure.mjs";
import { adviceFor } from "./session_file.mjs";

/** The largest file that is read, in bytes. */
const LARGEST = 1024 * 1024;

const FIELDS = ["terms", "patterns", "keep"];
const SHAPE =
  '{ "terms": ["…"], "patterns": [{ "id": "…", "pattern": "…" }], "keep": ["…"] }';

/** The text of a regular file. A pipe would wait for a writer, and a device may have no end. */
function content(path) {
  let file;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch ({ code }) {
    if (code === "ENOENT")
      throw new Failure(
        `${path} is missing: name the file after --redact-file.`,
      );
    throw new Failure(
      `${path} could not be read (${code}): ${adviceFor(code, "check that it is a file that you may read")}.`,
    );
  }
  try {
    const status = fstatSync(file);
    if (!status.isFile())
      throw new Failure(
        `${path} is no file: name a JSON file after --redact-file.`,
      );
    if (status.size > LARGEST) throw tooLarge(path);
    // It may grow meanwhile: no more than the limit is read.
    const bytes = Buffer.alloc(LARGEST + 1);
    let length = 0;
    for (;;) {
      const read = readSync(file, bytes, length, bytes.length - length, null);
      length += read;
      if (length > LARGEST) throw tooLarge(path);
      if (read === 0) return bytes.subarray(0, length);
    }
  } finally {
    closeSync(file);
  }
}

const tooLarge = (path) =>
  new Failure(`${path} is larger than 1 MiB: make it shorter.`);

/** What is JSON in UTF-8, with or without a byte order mark. The parser's own error would quote the file. */
function parsed(path) {
  const bytes = content(path);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new Failure(`${path} is no JSON in UTF-8: write ${SHAPE}.`);
  }
}

const isText = (value) => typeof value === "string";
const isObject = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isPattern = (value) =>
  isObject(value) &&
  isText(value.id) &&
  isText(value.pattern) &&
  Object.keys(value).length === 2;
const isListOf = (value, isItem) =>
  value === undefined || (Array.isArray(value) && value.every(isItem));

/** The terms, patterns and words to keep that a file lists. */
export function redactFile(path) {
  const lists = parsed(path);
  if (!isObject(lists))
    throw new Failure(`${path} is no object: write ${SHAPE}.`);
  // Their names are not said: where the wrong file was named, they could be secrets.
  if (Object.keys(lists).some((name) => !FIELDS.includes(name)))
    throw new Failure(
      `${path} has fields other than terms, patterns and keep: remove or rename them.`,
    );
  const { terms, patterns, keep } = lists;
  if (!isListOf(terms, isText) || !isListOf(keep, isText))
    throw new Failure(
      `In ${path}, "terms" and "keep" must be lists of strings: write ${SHAPE}.`,
    );
  if (!isListOf(patterns, isPattern))
    throw new Failure(
      `In ${path}, "patterns" must be a list of objects with an id and a pattern, and nothing else: write ${SHAPE}.`,
    );
  return { terms: terms ?? [], patterns: patterns ?? [], keep: keep ?? [] };
}
