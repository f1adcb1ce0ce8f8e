// Every session of a store, each in a file of its own, and an index of them.
import { join } from "node:path";
import addon from "../index.js";
import { Failure, exitCode, report } from "./failure.mjs";
import { checkFile, makeFolder, removeFolders } from "./output.mjs";
import { withProgress } from "./progress.mjs";
import { date, named, someSessions, title } from "./sessions.mjs";
import { safeJson, tell } from "./terminal.mjs";
import { uniqueNames } from "./unique_name.mjs";

const INDEX = "index.json";

export async function exportAll(request, signal) {
  const { output, options, overwrite } = request;
  if (!output)
    throw new Failure("--all needs a folder: name it with --output.");
  const made = makeFolder(output);
  const indexPath = join(output, INDEX);
  let found;
  try {
    checkFile(indexPath, overwrite);
    found = await someSessions(request, signal);
    signal.throwIfAborted();
  } catch (error) {
    removeFolders(made);
    throw error;
  }
  const unique = uniqueNames(INDEX);
  const index = [];
  let failed = 0;
  for (const [number, session] of found.entries()) {
    const { sessionID } = session;
    try {
      const file = unique(
        addon.suggestFileName(named(session), options),
        sessionID,
      );
      const described = {
        sessionID,
        title: title(session, options),
        changed: date(session),
      };
      const { messages, bytes, sha256 } = await withProgress(
        `${number + 1} of ${found.length}`,
        (onProgress) =>
          addon.writeExport(join(output, file), named(session), {
            ...options,
            ...(overwrite && { overwrite }),
            ...(onProgress && { onProgress }),
            signal,
          }),
      );
      index.push({
        ...described,
        messages: messages.rendered,
        file,
        bytes,
        sha256,
      });
      tell(`Written: ${join(output, file)}`);
    } catch (error) {
      if (error.code === "ERR_ABORTED") {
        const written = `${index.length} of ${found.length} sessions`;
        tell(`Stopped. ${written} are in ${output}, without an index.`);
        process.exitCode = exitCode(error, signal);
        return;
      }
      failed += 1;
      tell(`Not written: ${sessionID}`);
      report(error);
    }
  }
  const text = safeJson({ format: "pawwork-session-index", sessions: index });
  addon.__writeText(indexPath, `${text}\n`, Boolean(overwrite));
  tell(`${index.length} of ${found.length} sessions are in ${output}.`);
  if (failed > 0) process.exitCode = 1;
}
