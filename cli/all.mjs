// Every session of a store, each in a file of its own, and an index of them.
import { lstatSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import addon from "../index.js";
import { Failure, exitCode, report as tell } from "./failure.mjs";
import { withProgress } from "./progress.mjs";
import { date, named, someSessions, title } from "./sessions.mjs";
import { say } from "./terminal.mjs";

/** Whether two names are one file somewhere: some systems tell neither case nor Unicode forms apart. */
const sameFile = (name) => name.normalize("NFC").toLowerCase();

/** A name that no other session of this run has. */
function uniqueName(name, { sessionID }, taken) {
  const [, stem, extension] = /^(.*)(\.[^.]+)$/.exec(name);
  const id = sessionID.replace(/[^\w-]/g, "").slice(-8);
  let unique = name;
  for (let number = 1; taken.has(sameFile(unique)); number += 1)
    unique = `${stem} ${number === 1 ? id : `${id} ${number}`}${extension}`;
  taken.add(sameFile(unique));
  return unique;
}

/** Fails where the index could not be written in the end, before any session is. */
function checkIndex(path, overwrite) {
  const there = lstatSync(path, { throwIfNoEntry: false });
  if (there && !there.isFile() && !there.isSymbolicLink())
    throw new Failure(`${path} is no file: choose another folder.`);
  if (there && !overwrite)
    throw Object.assign(
      new Error(
        `${path} exists already: choose another folder, or --overwrite.`,
      ),
      { code: "ERR_EXISTS" },
    );
}

export async function exportAll(request, signal) {
  const { output, options, overwrite } = request;
  if (!output)
    throw new Failure("--all needs a folder: name it with --output.");
  const found = await someSessions(request);
  mkdirSync(output, { recursive: true });
  const indexPath = join(output, "index.json");
  checkIndex(indexPath, overwrite);
  const taken = new Set(["index.json"]);
  const index = [];
  let failed = 0;
  for (const [number, session] of found.entries()) {
    const { sessionID } = session;
    try {
      const file = uniqueName(
        addon.suggestFileName(named(session), options),
        session,
        taken,
      );
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
        sessionID,
        title: title(session, options),
        changed: date(session),
        messages: messages.rendered,
        file,
        bytes,
        sha256,
      });
      say(`Written: ${join(output, file)}`);
    } catch (error) {
      if (error.code === "ERR_ABORTED") {
        const written = `${index.length} of ${found.length} sessions`;
        say(`Stopped. ${written} are in ${output}, without an index.`);
        process.exitCode = exitCode(error);
        return;
      }
      failed += 1;
      say(`Not written: ${sessionID}`);
      tell(error);
    }
  }
  const json = { format: "pawwork-session-index", sessions: index };
  addon.writeText(indexPath, `${JSON.stringify(json, null, 2)}\n`, overwrite);
  say(`${index.length} of ${found.length} sessions are in ${output}.`);
  if (failed > 0) process.exitCode = 1;
}
