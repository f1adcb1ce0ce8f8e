// Every session of a store, each in a file of its own, and an index of them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import addon from "../index.js";
import { Failure, exitCode, report as tell } from "./failure.mjs";
import { withProgress } from "./progress.mjs";
import { date, someSessions, title } from "./sessions.mjs";

/** A name that no other session of this run has. */
function uniqueName(name, { sessionID }, taken) {
  const [, stem, extension] = /^(.*)(\.[^.]+)$/.exec(name);
  const unique = taken.has(name.toLowerCase())
    ? `${stem} ${sessionID.slice(-8)}${extension}`
    : name;
  taken.add(unique.toLowerCase());
  return unique;
}

export async function exportAll(request, signal) {
  const { output, options, overwrite } = request;
  if (!output)
    throw new Failure("--all needs a folder: name it with --output.");
  const found = await someSessions(request);
  mkdirSync(output, { recursive: true });
  const taken = new Set(["index.json"]);
  const index = [];
  let failed = 0;
  for (const [number, session] of found.entries()) {
    const { sessionID, store } = session;
    const named = { sessionID, store };
    try {
      const file = uniqueName(
        addon.suggestFileName(named, options),
        session,
        taken,
      );
      const { messages, bytes, sha256 } = await withProgress(
        `${number + 1} of ${found.length}`,
        (onProgress) =>
          addon.writeExport(join(output, file), named, {
            ...options,
            ...(overwrite && { overwrite }),
            ...(onProgress && { onProgress }),
            signal,
          }),
      );
      index.push({
        sessionID,
        title: title(session),
        changed: date(session),
        messages: messages.rendered,
        file,
        bytes,
        sha256,
      });
      console.error(`Written: ${join(output, file)}`);
    } catch (error) {
      if (error.code === "ERR_ABORTED") {
        const written = `${index.length} of ${found.length} sessions`;
        console.error(
          `Stopped. ${written} are in ${output}, without an index.`,
        );
        process.exitCode = exitCode(error);
        return;
      }
      failed += 1;
      console.error(`Not written: ${sessionID}`);
      tell(error);
    }
  }
  writeFileSync(
    join(output, "index.json"),
    `${JSON.stringify({ format: "pawwork-session-index", sessions: index }, null, 2)}\n`,
    { flag: overwrite ? "w" : "wx" },
  );
  console.error(
    `${index.length} of ${found.length} sessions are in ${output}.`,
  );
  if (failed > 0) process.exitCode = 1;
}
