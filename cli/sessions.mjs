// The sessions of this computer, and a line on each.
import addon from "../index.js";
import { Failure } from "./failure.mjs";
import { safe, tell } from "./terminal.mjs";

/**
 * Sessions that the user began, the one changed last first. A store that cannot be read is reported; where all
 * were wanted, the exit code tells it too.
 */
export async function sessions({ store, since, list, all }, signal) {
  const listed = await addon.listSessions(store, { signal });
  for (const { message, code } of listed.unreadable) {
    tell(`Not listed: ${message} (${code})`);
    if (list || all) process.exitCode = 1;
  }
  const found = listed.filter(({ parentID }) => !parentID);
  if (since === undefined) return found;
  const unknown = found.filter(({ updated }) => updated === undefined).length;
  if (unknown > 0)
    tell(`Left out, as their time is unknown: ${unknown} sessions.`);
  return found.filter(({ updated }) => updated >= since);
}

/** What an export is asked for: of a session in several stores, what all of them hold. */
export const named = ({ sessionID, store, alsoIn }) =>
  alsoIn ? { sessionID } : { sessionID, store };

/** The same; it is a failure where there are none. */
export async function someSessions(request, signal) {
  const found = await sessions(request, signal);
  if (found.length > 0) return found;
  throw new Failure("There is no such session in the stores of this computer.");
}

/** A title in one line, without secrets, and without what the user asked to take out of the documents. */
export function title(session, { redact, ...options }) {
  const wanted = {
    ...(redact === "strict" && { redact }),
    ...(options.redactTerms && { redactTerms: options.redactTerms }),
    ...(options.redactPatterns && { redactPatterns: options.redactPatterns }),
    ...(options.keep && { keep: options.keep }),
  };
  const { text } = addon.redactText(session.title ?? "", wanted);
  // The first: what joins emojis, and how they look, which is of no use in a list.
  const words = text.replace(/[\u200d\ufe0e\ufe0f]/gu, "").split(/\s+/);
  return safe(words.join(" ").trim()) || "Untitled session";
}

/** The day of the last change. The addon gives no time that the calendar does not have. */
export const date = ({ updated }) =>
  updated === undefined ? "?" : new Date(updated).toISOString().slice(0, 10);
