// --list: a line for each session. A terminal gets columns that fit it; what reads a pipe gets whole values between
// tabs, which scripts can split: id, time, messages, agent, folder, title.
import { columnsOf, cut, hasRoom, table } from "./columns.mjs";
import { allSessions, asked, shortIds, teller } from "./sessions.mjs";
import { print } from "./stdout.mjs";
import { safe, tell } from "./terminal.mjs";

const isoTime = ({ updated }) =>
  updated === undefined ? "?" : new Date(updated).toISOString();

function forPipe(found, tellOf) {
  return found.map((session) => {
    const { agent, folder, title } = tellOf(session);
    const { sessionID, messageCount } = session;
    return [sessionID, isoTime(session), messageCount, agent, folder, title]
      .map(safe)
      .join("\t");
  });
}

function forTerminal(found, listed, tellOf) {
  const ids = shortIds(listed);
  const columns = columnsOf(process.stdout);
  const room = hasRoom(columns);
  const rows = found.map((session) => {
    const { time, agent, folder, title } = tellOf(session);
    return [
      ...[cut(safe(ids.get(session.sessionID)), 24), time],
      ...(room.agent ? [agent] : []),
      ...(room.folder ? [cut(folder, columns / 5, "end")] : []),
      title,
    ];
  });
  return table(rows, columns);
}

export async function list(request) {
  const listed = await allSessions(request);
  const found = asked(listed, request);
  const tellOf = teller(request.options);
  const lines = process.stdout.isTTY
    ? forTerminal(found, listed, tellOf)
    : forPipe(found, tellOf);
  await print(lines.map((line) => `${line}\n`).join(""));
  // Beside the rows, whose columns scripts know.
  for (const { sessionID, alsoIn } of found)
    if (alsoIn) tell(`${sessionID} is also in ${alsoIn.join(", ")}`);
  for (const { sessionID, repeats } of found)
    if (repeats) tell(`${sessionID} repeats ${repeats} and goes on from it`);
  if (found.length === 0) tell("There are no sessions.");
}
