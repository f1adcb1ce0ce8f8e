// Lets the user pick a session; what is typed is searched for.
import search from "@inquirer/search";
import { Failure } from "./failure.mjs";
import { date, someSessions, title } from "./sessions.mjs";
import { shown } from "./terminal.mjs";

export async function pick(request, signal) {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new Failure("Name a session: see session-export --list.");
  const found = await someSessions(request);
  const choices = found.map((session) => ({
    value: session,
    name: shown(`${date(session)}  ${title(session, request.options)}`),
    description: shown(
      `${session.sessionID} · ${session.messages} messages · ${session.store}`,
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
