// Signals that end a command: the export is stopped, and removes what it has written so far.

/** A signal that is aborted by the first of them. A second one ends the process at once. */
export function stopSignal() {
  const stop = new AbortController();
  // SIGHUP: the terminal was closed.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.once(name, () => stop.abort());
  // What is written to a closed terminal fails, which must not keep the export from cleaning up.
  process.stderr.on("error", () => {});
  return stop.signal;
}
