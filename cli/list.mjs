// --list: one line a session, in columns that scripts can split at tabs.
import { date, sessions, title } from "./sessions.mjs";
import { print } from "./stdout.mjs";
import { safe, tell } from "./terminal.mjs";

export async function list(request) {
  const found = await sessions(request);
  const line = (session) =>
    [
      session.sessionID,
      date(session),
      session.messageCount,
      title(session, request.options),
    ]
      .map(safe)
      .join("\t");
  await print(found.map((session) => `${line(session)}\n`).join(""));
  // Beside the rows, whose columns scripts know.
  for (const { sessionID, alsoIn } of found)
    if (alsoIn) tell(`${sessionID} is also in ${alsoIn.join(", ")}`);
  if (found.length === 0) tell("There are no sessions.");
}
