// The JavaScript tests in __test__, by the names of their files.
import { readdirSync } from "node:fs";
import { root } from "./setup.mjs";

/** What takes minutes, or measures time or memory and wants the computer for itself. */
export const slow = [
  "document-memory",
  "growth",
  "memory",
  "opencode",
  "package",
  "page",
  "store-memory",
];
/** What runs everything once more, fetches programs, or publishes to a registry: in `npm run test:slow` alone. */
export const slowest = ["cage", "release-registry", "runtimes"];
/** The names of all files, without `.test.mjs`. */
export const allFiles = readdirSync(`${root}__test__`)
  .filter((file) => file.endsWith(".test.mjs"))
  .map((file) => file.replace(/\.test\.mjs$/, ""));
/** Those that take seconds. */
export const quickFiles = allFiles.filter(
  (file) => ![...slow, ...slowest].includes(file),
);
