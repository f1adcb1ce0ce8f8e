// One of the two builds, in a process of its own, which loads the addon that NAPI_RS_NATIVE_LIBRARY_PATH names. It
// makes every comparison, and tells the hash of each result, a batch at a time; the results that the other process
// asks for follow in full.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { once } from "node:events";
import { root } from "../setup.mjs";
import { comparisons } from "./comparisons.mjs";

const [fixtures, folder, sample] = process.argv.slice(2);
const BATCH = 32;

const hash = (text) => createHash("sha256").update(text).digest("hex");

/**
 * The only thing that differs between two runs of the same build: the name of the folder that a build writes into.
 * Times are fixed by options, and everything else that is random, such as names of temporary files, is gone when a
 * call ends.
 */
const normal = (text) => text.replaceAll(folder, "<folder>");

function shown(result) {
  if (typeof result === "string") return result;
  const strings = result.filter?.((one) => typeof one === "string") ?? [];
  return [
    JSON.stringify(
      result,
      // A field that is absent is not one that is there without a value.
      (_, value) => (value === undefined ? "<undefined>" : value),
      1,
    ),
    ...strings,
  ].join("\n");
}

function shownError(error) {
  const { name, code, message, path, cause } = error;
  return shown({
    error: { name, code, message, path, cause: cause && { ...cause } },
  });
}

/** Every `sample`th of the names on average, whatever order they stand in. */
const isInSample = (name) =>
  parseInt(hash(name).slice(0, 8), 16) % Number(sample) === 0;

async function flush(batch) {
  const reply = once(process, "message");
  process.send({ hashes: batch.map(({ name, text }) => [name, hash(text)]) });
  const [wanted] = await reply;
  process.send({ texts: wanted.map((index) => batch[index].text) });
}

const addon = createRequire(import.meta.url)(root);
let batch = [];
for (const [name, call] of comparisons(
  addon,
  JSON.parse(readFileSync(fixtures, "utf8")),
  folder,
)) {
  if (!isInSample(name)) continue;
  let text;
  try {
    text = shown((await call()) ?? null);
  } catch (error) {
    text = shownError(error);
  }
  batch.push({ name, text: normal(text) });
  if (batch.length < BATCH) continue;
  await flush(batch);
  batch = [];
}
await flush(batch);
process.send({ isDone: true });
process.disconnect();
