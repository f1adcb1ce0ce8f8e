// What goes wrong, as a sentence and as an exit code: 1 where an export failed, 2 where the command was
// not understood, 128 and the number of the signal where it was stopped.
import { inOwnWords } from "./own_words.mjs";
import { stopCode } from "./signals.mjs";
import { tell } from "./terminal.mjs";

/** Wrong use of the command. */
export class Failure extends Error {}

const isStop = ({ name }) =>
  ["AbortError", "AbortPromptError", "ExitPromptError"].includes(name);

export function report(error) {
  const code = error.code ? ` (${error.code})` : "";
  // Of a pipe nobody knows how much was read.
  if (error.code === "ERR_ABORTED") tell("Stopped. Nothing was written.");
  else tell(isStop(error) ? "Stopped." : `${inOwnWords(error)}${code}`);
  for (const line of error.lines ?? error.matches ?? []) tell(`  ${line}`);
}

export function exitCode(error, signal) {
  if (isStop(error)) return stopCode(signal);
  const isUse = error instanceof Failure || error.code === "ERR_INVALID_OPTION";
  return isUse ? 2 : 1;
}
