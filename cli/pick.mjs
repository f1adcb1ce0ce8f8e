// Lets the user pick a session; what is typed is searched for.
import search from "@inquirer/search";
import { Failure } from "./failure.mjs";
import { safe } from "./terminal.mjs";
import { date, someSessions, title } from "./sessions.mjs";

/** Where a session is stored: the store that is listed, and others that hold it too. */
const stores = ({ store, alsoIn = [] }) =>
  [store, ...alsoIn.map((other) => `also in ${other}`)].join(", ");

export async function pick(request, signal) {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new Failure("Name a session. session-export --list shows them.");
  const found = await someSessions(request, signal);
  const choices = found.map((session) => ({
    value: session,
    name: safe(`${date(session)}  ${title(session, request.options)}`),
    description: safe(
      [session.sessionID, `${session.messageCount} messages`, stores(session)].join(
        " · ",
      ),
    ),
  }));
  const fits = (words) => (choice) => {
    const text = `${choice.name} ${choice.description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const source = (typed = "") =>
    choices.filter(fits(typed.toLowerCase().split(/\s+/)));
  // The document alone may be wanted on stdout.
  return search(
    { message: "Which session?", source, pageSize: 12 },
    { output: process.stderr, signal },
  );
}
