// The JavaScript tests in __test__, by the names of their files.
import { readdirSync } from "node:fs";
import { root } from "./setup.mjs";

/** Files that take minutes, or that measure time or memory and need the computer for themselves. */
export const slow = [
  "document-memory",
  "growth",
  "memory",
  "opencode",
  "package",
  "page",
  "store-memory",
];
/** Files that repeat other tests, fetch programs, or publish to a registry. Only `npm run test:slow` runs them. */
export const slowest = ["cage", "release-registry", "runtimes"];
/** The names of all files, without `.test.mjs`. */
export const allFiles = readdirSync(`${root}__test__`)
  .filter((file) => file.endsWith(".test.mjs"))
  .map((file) => file.replace(/\.test\.mjs$/, ""));
/** Those that take seconds. */
export const quickFiles = allFiles.filter(
  (file) => ![...slow, ...slowest].includes(file),
);
