// How far an export is: a bar on a terminal, and nothing otherwise.
import { SingleBar } from "cli-progress";
import { columnsOf, cut } from "./columns.mjs";
import { safe } from "./terminal.mjs";

const PHASES = { read: "Reading", redact: "Redacting", write: "Writing" };

/** How many columns the bar takes, with all but the name behind it. */
const BESIDE = 62;

/** Calls `run` with a function that takes the addon's progress. */
export async function withProgress(name, run) {
  if (!process.stderr.isTTY) return run(undefined);
  const bar = new SingleBar({
    format: `{phase} {bar} {percentage} %  {name}`,
    stream: process.stderr,
    clearOnComplete: true,
    hideCursor: true,
  });
  let isShown = false;
  // A line that a terminal wraps is not cleared.
  const room = columnsOf(process.stderr) - BESIDE;
  const shown = cut(safe(name), Math.max(room, 0), "end");
  try {
    return await run(({ phase, done, total }) => {
      if (!isShown)
        bar.start(total, done, { phase: PHASES[phase], name: shown });
      isShown = true;
      bar.setTotal(total);
      bar.update(done, { phase: PHASES[phase], name: shown });
    });
  } finally {
    if (isShown) bar.stop();
  }
}
