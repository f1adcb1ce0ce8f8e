// The sessions of this computer, and a line on each.
import addon from "../index.js";
import { Failure } from "./failure.mjs";
import { say, shown } from "./terminal.mjs";

/**
 * Sessions that the user began, the one changed last first. A store that cannot be read is reported; where all
 * were wanted, the exit code tells it too.
 */
export async function sessions({ store, since = 0, list, all }) {
  const found = await addon.listSessions(store);
  for (const { message, code } of found.unreadable) {
    say(`Not listed: ${message} (${code})`);
    if (list || all) process.exitCode = 1;
  }
  return found.filter(
    ({ parentID, updated = 0 }) => !parentID && updated >= since,
  );
}

/** What an export is asked for: of a session in several stores, what all of them hold. */
export const named = ({ sessionID, store, alsoIn }) =>
  alsoIn ? { sessionID } : { sessionID, store };

/** The same; it is a failure where there are none. */
export async function someSessions(request) {
  const found = await sessions(request);
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
  return shown(text) || "Untitled session";
}

/** The day of the last change. A time that no calendar has is as unknown as one that is missing. */
export function date({ updated }) {
  const time = new Date(updated ?? NaN);
  return Number.isNaN(time.getTime()) ? "?" : time.toISOString().slice(0, 10);
}
