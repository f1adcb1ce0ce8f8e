// A home of DSH with one session, and what is exported of it.
import { dshHome, writeLog } from "./dsh-store.mjs";
import { addon, fixed } from "./support.mjs";

/** The id of the session. */
export const id = "session-one";

/** The document of a session. */
export const shown = (store, options = {}, sessionID = id) =>
  addon.exportSession({ sessionID, store }, { ...fixed, ...options });

/** The JSON of a session, with all that its tools took and gave. */
export const json = (store, options = {}, sessionID = id) =>
  JSON.parse(
    shown(store, { format: "json", tools: "full", ...options }, sessionID),
  );

/** The tool calls of such a session. */
export const tools = (session) =>
  session.messages
    .flatMap(({ parts }) => parts)
    .filter(({ type }) => type === "tool");

/** A home with one session. */
export function home(events, header = {}, options = {}) {
  const store = dshHome();
  writeLog(store, { id, cwd: "/home/ada/work", ...header }, events, options);
  return store;
}
