// --all: every session of a store, each in a file of its own, and an index of them, for people and for programs. What
// has not changed since the last time is skipped.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import addon from "../index.js";
import { exitCode, report } from "./failure.mjs";
import {
  INDEX,
  indexOf,
  isUnchanged,
  lastChange,
  stateMaker,
  treeOf,
} from "./index_file.mjs";
import { PAGE, indexPage } from "./index_page.mjs";
import { isOwn, lastRun, removeReplaced } from "./last_run.mjs";
import { outcomeOf } from "./outcome.mjs";
import { makeFolder, removeFolders } from "./output.mjs";
import { withProgress } from "./progress.mjs";
import { allSessions, asked, named, some, teller, time } from "./sessions.mjs";
import { safeJson, tell } from "./terminal.mjs";
import { byRule, named as namedRules } from "./told.mjs";
import { uniqueNames } from "./unique_name.mjs";

/** The sub-agents of each session. */
function childrenOf(listed) {
  const children = new Map();
  for (const session of listed) {
    if (!session.parentID) continue;
    const siblings = children.get(session.parentID);
    if (siblings) siblings.push(session);
    else children.set(session.parentID, [session]);
  }
  return children;
}

/** One run: what it was asked for, what it found, and what it did. */
class Run {
  written = 0;
  skipped = 0;
  failed = 0;
  redactions = [];
  /** The entries of the new index. */
  index = [];

  constructor(request, signal, last, listed) {
    Object.assign(this, { request, signal, last: last.entries });
    this.salt = last.salt;
    this.stateOf = stateMaker(request.options, last.salt);
    this.found = some(asked(listed, request), request);
    this.children = childrenOf(listed);
    this.tellOf = teller(request.options);
    this.format = request.options.format ?? "markdown";
    // No session takes the name of a file that the last run wrote for another one.
    const kept = [...this.last.values()].map(({ file }) => file);
    this.unique = uniqueNames(INDEX, PAGE, ...kept);
  }

  /**
   * The name of a session's file, and what was suggested for it. It is that of the last time where the same is suggested:
   * what links to the file still does. Another title or redaction is another name.
   */
  fileOf(session) {
    const last = this.last.get(session.sessionID);
    const suggested = addon.suggestFileName(
      named(session),
      this.request.options,
    );
    const file =
      last && last.suggested === suggested
        ? last.file
        : this.unique(suggested, session.sessionID);
    return { file, suggested };
  }

  async write(session, number, state) {
    const { output, options, overwrite } = this.request;
    const { sessionID } = session;
    const { file, suggested } = this.fileOf(session);
    const path = join(output, file);
    const last = this.last.get(sessionID);
    const replaces = overwrite || (await isOwn(output, last, file));
    const exported = Date.now();
    const told = await withProgress(
      `${number + 1} of ${this.found.length}`,
      (onProgress) =>
        addon.writeExport(path, named(session), {
          ...options,
          ...(replaces && { overwrite: true }),
          ...(onProgress && { onProgress }),
          signal: this.signal,
        }),
    );
    const { messages, bytes, sha256, attachmentFolder, redactions } = told;
    this.redactions.push(
      ...byRule(redactions).map(([rule, count]) => ({ rule, count })),
    );
    const { agent, folder, title } = this.tellOf(session);
    this.index.push({
      sessionID,
      title,
      agent,
      folder,
      changed: time(session, options),
      updated: session.updated,
      messages: messages.rendered,
      ...outcomeOf(path, this.format),
      file,
      suggested,
      bytes,
      sha256,
      ...(attachmentFolder && { attachmentFolder: basename(attachmentFolder) }),
      exported,
      state,
    });
    this.written += 1;
    tell(`Written: ${path}`);
    await removeReplaced(output, last, file);
  }

  async take(session, number) {
    const { sessionID } = session;
    const last = this.last.get(sessionID);
    try {
      const tree = treeOf(session, this.children);
      const [state, changed] = [this.stateOf(tree), lastChange(tree)];
      const now = { state, changed };
      if (await isUnchanged(this.request.output, last, now)) {
        this.index.push(last);
        this.skipped += 1;
      } else await this.write(session, number, state);
    } catch (error) {
      if (error.code === "ERR_ABORTED") throw error;
      this.failed += 1;
      tell(`Not written: ${sessionID}`);
      report(error);
    }
  }

  /** Takes each session; gives what stopped it. */
  async takeAll() {
    for (const [number, session] of this.found.entries()) {
      try {
        this.signal.throwIfAborted();
        await this.take(session, number);
      } catch (error) {
        return error;
      }
    }
    return undefined;
  }

  /** The new index, with what stands in the folder from before: sessions that are older than --since, or are gone. */
  entries() {
    const { output } = this.request;
    const taken = new Set(this.index.map(({ sessionID }) => sessionID));
    const before = [...this.last.values()].filter(
      ({ sessionID, file }) =>
        !taken.has(sessionID) && existsSync(join(output, file)),
    );
    const all = [...this.index, ...before];
    return all.sort((a, b) => (b.updated ?? 0) - (a.updated ?? 0));
  }

  writeIndexes() {
    const { output, options } = this.request;
    const entries = this.entries();
    const madeAt = time({ updated: Date.now() }, options);
    const page = indexPage(entries, { locale: options.locale, madeAt });
    addon.__writeText(join(output, PAGE), page, true);
    const text = safeJson(indexOf(entries, this.salt));
    addon.__writeText(join(output, INDEX), `${text}\n`, true);
  }

  /** The last lines: how many of what, and where. */
  summary() {
    const { output } = this.request;
    const counts = [
      `${this.written} of ${this.found.length} sessions written`,
      this.skipped > 0 && `${this.skipped} skipped, as they have not changed`,
      this.failed > 0 && `${this.failed} failed`,
    ];
    tell(`${counts.filter(Boolean).join(", ")}: ${join(output, PAGE)}`);
    const rules = byRule(this.redactions);
    if (this.written === 0 || this.request.options.redact === "off") return;
    tell(
      rules.length === 0
        ? "Redacted: no secret was recognised. Look them over before you send them."
        : `Redacted: ${namedRules(rules)}.`,
    );
  }
}

export async function exportAll(request, signal) {
  const { output, overwrite } = request;
  const made = makeFolder(output);
  let run;
  try {
    const last = lastRun(output, overwrite);
    const listed = await allSessions(request, signal);
    signal.throwIfAborted();
    run = new Run(request, signal, last, listed);
  } catch (error) {
    removeFolders(made);
    throw error;
  }
  const stopped = await run.takeAll();
  // Also where it was stopped: what is written is then not written again.
  const done = run.written + run.skipped;
  if (!stopped || done > 0) run.writeIndexes();
  if (stopped) {
    tell(`Stopped. ${done} of ${run.found.length} sessions are in ${output}.`);
    process.exitCode = exitCode(stopped, signal);
    return;
  }
  run.summary();
  if (run.failed > 0) process.exitCode = 1;
}
