// Lets the user pick a session; what is typed is searched for.
import search from "@inquirer/search";
import { columnsOf, cut, hasRoom, table } from "./columns.mjs";
import { Failure } from "./failure.mjs";
import { allSessions, asked, some, teller } from "./sessions.mjs";
import { safe } from "./terminal.mjs";

/** Where a session is stored: the store that is listed, and others that hold it too. */
const stores = ({ store, alsoIn = [] }) =>
  [store, ...alsoIn.map((other) => `also in ${other}`)].join(", ");

/** The choices, each in one line of the terminal, and what each is searched by. */
function choicesOf(found, options) {
  // The mark of the picker stands before a line, and a terminal wraps one that ends in its last column.
  const columns = columnsOf(process.stderr) - 3;
  const tellOf = teller(options);
  const room = hasRoom(columns);
  const told = found.map(tellOf);
  const rows = told.map(({ time, agent, folder, title }) => [
    time,
    ...(room.agent ? [agent] : []),
    ...(room.folder ? [cut(folder, columns / 5, "end")] : []),
    title,
  ]);
  const names = table(rows, columns);
  return found.map((session, at) => {
    const { sessionID, messageCount } = session;
    const more = [
      sessionID,
      `${messageCount} message${messageCount === 1 ? "" : "s"}`,
      ...(session.repeats ? [`goes on from ${session.repeats}`] : []),
      stores(session),
    ];
    const description = safe(more.join(" · "));
    return {
      value: session,
      name: names[at],
      description: cut(description, columns),
      searched: [...Object.values(told[at]), description]
        .join(" ")
        .toLowerCase(),
    };
  });
}

export async function pick(request, signal) {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new Failure("Name a session. session-export --list shows them.");
  const listed = await allSessions(request, signal);
  const choices = choicesOf(
    some(asked(listed, request), request),
    request.options,
  );
  const source = (typed = "") => {
    const words = typed.toLowerCase().split(/\s+/);
    return choices.filter(({ searched }) =>
      words.every((word) => searched.includes(word)),
    );
  };
  // The document alone may be wanted on stdout.
  return search(
    { message: "Which session?", source, pageSize: 12 },
    { output: process.stderr, signal },
  );
}
