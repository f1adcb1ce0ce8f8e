// Signals that end a command: the export is stopped, and removes what it has written so far.
import { constants } from "node:os";

/** Why a command stops, with the exit code that shells give to a process that such a signal ended. */
class Stop extends Error {
  name = "AbortError";

  constructor(signal) {
    super(`Stopped by ${signal}.`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * An `AbortSignal` that is aborted by the first of them. A second one ends the process at once. For what
 * writes files alone: without a handler the system ends a process at once, whatever it waits for.
 */
export function stopSignal() {
  const stop = new AbortController();
  // SIGHUP: the terminal was closed.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"])
    // Not `once`: the picker restores the terminal only where somebody still listens when its turn comes.
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(stopCode(stop.signal));
      stop.abort(new Stop(name));
    });
  // What is written to a closed terminal fails, which must not keep the export from cleaning up.
  process.stderr.on("error", () => {});
  return stop.signal;
}

/** The exit code of a command that was stopped; 130 where the picker saw Ctrl-C itself. */
export const stopCode = (signal) => signal?.reason?.exitCode ?? 130;
