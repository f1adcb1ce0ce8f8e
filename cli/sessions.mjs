// The sessions of this computer, and a line on each.
import addon from "../index.js";
import { Failure } from "./failure.mjs";

/** Sessions that the user began, the one changed last first. */
export async function sessions({ store, since = 0 }) {
  const found = await addon.listSessions(store);
  return found.filter(
    ({ parentID, updated = 0 }) => !parentID && updated >= since,
  );
}

/** The same; it is a failure where there are none. */
export async function someSessions(request) {
  const found = await sessions(request);
  if (found.length > 0) return found;
  throw new Failure("There is no such session in the stores of this computer.");
}

/** A title as it may be shown on a terminal: what a model wrote may hold control characters. */
export const title = (session) => {
  const text = addon.redactText(session.title ?? "").text;
  return text.replace(/[\p{Cc}\p{Cf}]/gu, " ").trim() || "Untitled session";
};

export const date = ({ updated }) =>
  updated === undefined ? "?" : new Date(updated).toISOString().slice(0, 10);
