// What the tests share: the addon, sessions, invented secrets, and a folder of their own.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

export const addon = createRequire(import.meta.url)(root);

/** The text of a bundled session, one that the real OpenCode wrote as a rule. */
export const sessionText = (name) =>
  readFileSync(join(root, "tests/golden", name, "session.json"), "utf8");

export const session = (name) => JSON.parse(sessionText(name));

/** Options with which the same session gives the same bytes. */
export const fixed = { timeZone: "utc", exportedAt: 1795400000000 };

/** The least session there is, with these messages. */
export const sessionOf = (messages, info = {}) => ({
  info: {
    id: "ses_test",
    title: "Test",
    time: { created: 1795333600000 },
    ...info,
  },
  messages,
});

export const userMessage = (...parts) => ({
  info: { id: "msg_user", role: "user", time: { created: 1795333600000 } },
  parts,
});

export const textPart = (text) => ({ id: "prt_text", type: "text", text });

/** A session that takes a noticeable time: `megabytes` of text. */
export const largeSession = (megabytes) => {
  const text = "The quick brown fox jumps over the lazy dog.\n".repeat(2331);
  const message = userMessage(
    ...Array.from({ length: 10 }, () => textPart(text)),
  );
  return sessionOf(Array.from({ length: megabytes }, () => message));
};

/** Characters for invented secrets, so that none stands in this repository. */
export function random(length, seed = 1) {
  const alphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
  let state = seed * 2654435761;
  let text = "";
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 0x9e3779b9) >>> 0;
    text += alphabet[state % alphabet.length];
  }
  return text;
}

export const githubToken = (seed) => `ghp_${random(36, seed)}`;

const cleanUps = new WeakMap();

/**
 * Does something after a test, and before what was to be done earlier: a process has ended before the folder is removed
 * in which it had a file open, as Windows demands. Node itself does the first thing first.
 */
export function afterwards(t, action) {
  const known = cleanUps.get(t);
  if (known) return void known.push(action);
  const actions = [action];
  cleanUps.set(t, actions);
  t.after(async () => {
    for (const next of actions.reverse()) await next();
  });
}

/** A folder that is removed after the test. */
export function temporaryFolder(t) {
  const folder = mkdtempSync(join(tmpdir(), "session-export-test-"));
  const options = { recursive: true, force: true, maxRetries: 10 };
  afterwards(t, () => rmSync(folder, options));
  return folder;
}

/** The error that a call throws or rejects with. */
export async function failure(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error("it did not fail");
}
