// The sessions of this computer, and a line on each.
import addon from "../index.js";
import { agentOf } from "./agents.mjs";
import { Failure } from "./failure.mjs";
import { safe, tell } from "./terminal.mjs";

/** All that stores hold, sub-agents too. A store that cannot be read is reported. */
export async function allSessions({ store, list, all }, signal) {
  const listed = await addon.listSessions(store, { signal });
  for (const { message, code } of listed.unreadable) {
    tell(`Not listed: ${message} (${code})`);
    // Where all were wanted, the exit code tells it too.
    if (list || all) process.exitCode = 1;
  }
  return listed;
}

/** Those that the user began and that were asked for, the one changed last first. */
export function asked(listed, { since }) {
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

/** A list that must not be empty. */
export function some(found, { since, store }) {
  if (found.length > 0) return found;
  if (since !== undefined)
    throw new Failure(
      "No session was changed since then: take an earlier --since.",
    );
  throw new Failure(
    store
      ? `There are no sessions in ${store}: name another with --store.`
      : "There are no sessions in the stores of this computer: name a store with --store.",
  );
}

/** What a list shows of a text of a session, in one line. */
function shown(text, { redact, ...options }) {
  const wanted = {
    ...(redact === "strict" && { redact }),
    ...(options.redactTerms && { redactTerms: options.redactTerms }),
    ...(options.redactPatterns && { redactPatterns: options.redactPatterns }),
    ...(options.keep && { keep: options.keep }),
  };
  const { text: redacted } = addon.redactText(text, wanted);
  // The first: what joins emojis, and how they look, which is of no use in a list.
  const words = redacted.replace(/[\u200d\ufe0e\ufe0f]/gu, "").split(/\s+/);
  return safe(words.join(" ").trim());
}

/** A title in one line, without secrets, and without what the user asked to take out of the documents. */
export const title = (session, options) =>
  shown(session.title ?? "", options) || "Untitled session";

/** The folder that the agent worked in, in the same way. The addon gives the home folder as `~`. */
export const folder = ({ directory }, options) =>
  shown(directory ?? "", options) || "?";

const two = (number) => String(number).padStart(2, "0");

/** The time of the last change, to the minute. The addon gives no time that the calendar does not have. */
export function time({ updated }, { timeZone }) {
  if (updated === undefined) return "?";
  const at = new Date(updated);
  if (timeZone === "utc")
    return at.toISOString().slice(0, 16).replace("T", " ");
  const day = [at.getFullYear(), at.getMonth() + 1, at.getDate()];
  const clock = [at.getHours(), at.getMinutes()];
  return `${day.map(two).join("-")} ${clock.map(two).join(":")}`;
}

/** Tells of sessions: time, agent, folder, title. */
export function teller(options) {
  // Many sessions share a few folders.
  const folders = new Map();
  const folderOf = (session) => {
    const { directory } = session;
    if (!folders.has(directory))
      folders.set(directory, folder(session, options));
    return folders.get(directory);
  };
  return (session) => ({
    time: time(session, options),
    agent: agentOf(session),
    folder: folderOf(session),
    title: title(session, options),
  });
}

/** How much of an id is shown, unless more is needed to tell it from the others. */
const SHORT = 12;

/** The start of each id that no other session has, sub-agents' included. */
export function shortIds(listed) {
  const ids = [...new Set(listed.map(({ sessionID }) => sessionID))].sort();
  const shared = (a = "", b = "") => {
    let length = 0;
    while (length < a.length && a[length] === b[length]) length += 1;
    return length;
  };
  return new Map(
    ids.map((id, at) => {
      const needed = Math.max(shared(id, ids[at - 1]), shared(id, ids[at + 1]));
      return [id, id.slice(0, Math.max(SHORT, needed + 1))];
    }),
  );
}
