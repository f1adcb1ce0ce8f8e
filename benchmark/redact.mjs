// Times redactText on texts of this machine, in one run with a peer:
// node benchmark/redact.mjs <folder of texts> [module of the peer]
// The peer's module exports `redact(text)`, or PawWork's `makeRedactor(terms)`.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { redactText } from "../index.js";
import { loadRedactor } from "./peer/load-redactor.mjs";

const [folder, peerModule] = process.argv.slice(2);
if (folder === undefined) {
  console.error("node benchmark/redact.mjs <folder> [module of the peer]");
  process.exit(2);
}

const PIECE = 64 * 1024;
const LIMIT = 8_000_000;
const ROUNDS = 5;

const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));
let text = "";
for (const file of files) {
  if (text.length < LIMIT) text += readFileSync(file, "utf8");
}
const pieces = [];
for (let at = 0; at < Math.min(text.length, LIMIT); at += PIECE) {
  // Through a buffer: a slice of a string is not what a caller hands over.
  pieces.push(Buffer.from(text.slice(at, at + PIECE)).toString());
}
const bytes = pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0);

function time(work) {
  const times = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    for (const piece of pieces) work(piece);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[ROUNDS >> 1];
}

const rows = [
  ["copied", (piece) => Buffer.from(piece).toString()],
  [
    'redactText, redact: "off"',
    (piece) => redactText(piece, { redact: "off" }),
  ],
  ["redactText", (piece) => redactText(piece)],
];
if (peerModule !== undefined) {
  rows.push(["peer", await loadRedactor(peerModule)]);
}
const results = rows.map(([name, work]) => [name, time(work)]);
const own = results[2][1];
for (const [name, duration] of results) {
  const speed = bytes / 1000 / duration;
  console.log(
    `${name.padEnd(28)} ${duration.toFixed(1).padStart(8)} ms ${speed.toFixed(0).padStart(6)} MB/s ${(duration / own).toFixed(2).padStart(7)} × redactText`,
  );
}
