// The redactor of the peer: this package's rules in JavaScript, or another module's.
import { homedir, userInfo } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * @param {string} [path] a module that exports `redact(text)`, or PawWork's `makeRedactor(terms)`
 * @returns {Promise<(text: string) => string>}
 */
export async function loadRedactor(path) {
  const module = await import(
    path ? pathToFileURL(resolve(path)).href : "./redactor.mjs"
  );
  return module.redact ?? module.makeRedactor([homedir(), userInfo().username]);
}
