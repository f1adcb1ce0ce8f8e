// --all: every session of a store, each in a file of its own, and an index of them, for people and for programs. What
// has not changed since the last time is skipped.
import { existsSync, lstatSync, readFileSync, rmSync } from "node:fs";
import { basename, extname, join } from "node:path";
import addon from "../index.js";
import { exitCode, report } from "./failure.mjs";
import {
  INDEX,
  indexOf,
  isThere,
  isUnchanged,
  lastChange,
  lastIndex,
  newSalt,
  stateMaker,
  treeOf,
} from "./index_file.mjs";
import { GENERATOR, PAGE, indexPage } from "./index_page.mjs";
import { outcomeOf } from "./outcome.mjs";
import { checkFile, makeFolder, removeFolders } from "./output.mjs";
import { withProgress } from "./progress.mjs";
import { allSessions, asked, named, some, teller, time } from "./sessions.mjs";
import { safeJson, tell } from "./terminal.mjs";
import { byRule } from "./told.mjs";
import { uniqueNames } from "./unique_name.mjs";

/** Whether a page is missing, or one that this command made: a link is never followed. */
function isOwnPage(path) {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (!stats) return true;
  return (
    stats.isFile() &&
    readFileSync(path, "utf8").includes(
      `<meta name="generator" content="${GENERATOR}">`,
    )
  );
}

/** What the last run left in the folder; fails where the indexes are somebody else's. */
function lastRun(output, overwrite) {
  const last = lastIndex(output);
  checkFile(join(output, INDEX), overwrite || last !== undefined);
  const page = join(output, PAGE);
  const isOwn = last !== undefined && isOwnPage(page);
  checkFile(page, overwrite || isOwn);
  const entries = (last?.entries ?? []).map((entry) => [
    entry.sessionID,
    entry,
  ]);
  return { salt: last?.salt || newSalt(), entries: new Map(entries) };
}

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
    // What the last run wrote is not replaced by another session.
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

  /**
   * Removes the document that a new one of the session replaces under another name: what was redacted since stood in it,
   * or in its name. It is removed only where it is what the last run wrote, to the byte; another format stays.
   */
  async removeLast({ sessionID }, file) {
    const { output } = this.request;
    const last = this.last.get(sessionID);
    if (!last || last.file === file || extname(last.file) !== extname(file))
      return;
    const path = join(output, last.file);
    if (await isThere(output, last)) {
      rmSync(path);
      tell(`Removed: ${path}, which it replaces`);
    } else if (existsSync(path))
      tell(`Left: ${path}, an export of the same session that was changed`);
    const { attachmentFolder } = last;
    if (attachmentFolder)
      tell(`Left: ${join(output, attachmentFolder)}, its attachments`);
  }

  /** Whether what stands at a path may be replaced unasked: it is a document that the last run wrote, as it was written. */
  async isOwn(file, sessionID) {
    const entry = this.last.get(sessionID);
    const path = join(this.request.output, file);
    if (entry?.file !== file) return false;
    if (!lstatSync(path, { throwIfNoEntry: false })?.isFile()) return false;
    if (await isThere(this.request.output, entry)) return true;
    // A run that was killed wrote documents, and no index of them.
    const checked = await addon.verifyExport(path).catch(() => undefined);
    return Boolean(checked?.intact);
  }

  async write(session, number, state) {
    const { output, options, overwrite } = this.request;
    const { sessionID } = session;
    const { file, suggested } = this.fileOf(session);
    const path = join(output, file);
    const replaces = overwrite || (await this.isOwn(file, sessionID));
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
    await this.removeLast(session, file);
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
      if (last) this.index.push(last);
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
        : `Redacted: ${rules.map(([rule, count]) => `${rule} ${count}`).join(", ")}.`,
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
  if (run.written + run.skipped > 0) run.writeIndexes();
  if (stopped) {
    const done = run.written + run.skipped;
    tell(`Stopped. ${done} of ${run.found.length} sessions are in ${output}.`);
    process.exitCode = exitCode(stopped, signal);
    return;
  }
  run.summary();
  if (run.failed > 0) process.exitCode = 1;
}
