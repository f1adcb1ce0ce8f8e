// What else to redact and what to keep: from the command line and from the files that it names.
import { Failure } from "./failure.mjs";
import { redactFile } from "./redact-file.mjs";

/** `ticket=ACME-[0-9]+`. An id has no equals sign. */
export function readPattern(text) {
  const at = text.indexOf("=");
  if (at < 1)
    throw new Failure(
      "--redact-pattern takes an id and a pattern: write --redact-pattern 'ticket=ACME-[0-9]+'.",
    );
  return { id: text.slice(0, at), pattern: text.slice(at + 1) };
}

/** The redaction options of the addon, without those that are empty. */
export function redaction({
  terms = [],
  patterns = [],
  keep = [],
  files = [],
}) {
  const lists = [{ terms, patterns, keep }, ...files.map(redactFile)];
  const all = (name) => lists.flatMap((list) => list[name]);
  const options = {
    redactTerms: all("terms"),
    redactPatterns: all("patterns"),
    keep: all("keep"),
  };
  const isUsed = ([, list]) => list.length > 0;
  return Object.fromEntries(Object.entries(options).filter(isUsed));
}
