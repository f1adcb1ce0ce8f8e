// The review of one session: what is prepared, what is shown, and what is saved of it. It knows no window; a page sees
// its `state` and calls its commands (review-pages.mjs).
import { basename } from "node:path";
import { countsOf } from "./counts.mjs";
import { isAbort, logEntry, sentenceOf } from "./failure.mjs";
import { FORMATS, chosenFile, saveDialogOptions } from "./formats.mjs";
import { shareOf } from "./progress.mjs";
import { fill } from "./words.mjs";

export const DEFAULT_OPTIONS = Object.freeze({
  format: "html",
  reasoning: false,
  toolDetail: false,
  strict: false,
  terms: [],
});

/** The options that a page asks for; what is none of them counts as its default. */
export function optionsFrom(asked) {
  const { format, reasoning, toolDetail, strict, terms } = asked ?? {};
  const lines = Array.isArray(terms) ? terms : [];
  return {
    format: Object.hasOwn(FORMATS, format) ? format : DEFAULT_OPTIONS.format,
    reasoning: reasoning === true,
    toolDetail: toolDetail === true,
    strict: strict === true,
    terms: lines.map((line) => String(line).trim()).filter(Boolean),
  };
}

function exportOptions(
  tools,
  { format, reasoning, toolDetail, strict, terms },
) {
  const detail = toolDetail ? "full" : "summary";
  return {
    app: { name: tools.app.getName(), version: tools.app.getVersion() },
    locale: tools.words.language,
    format,
    reasoning,
    tools: detail,
    diffs: detail,
    redact: strict ? "strict" : "secrets",
    redactTerms: terms,
  };
}

/**
 * Starts to prepare a session for review.
 *
 * @param tools `app`, `clipboard`, `dialog`, `shell` of Electron, `prepareExport` and `suggestFileName` of the package,
 *   `words` and `log`
 * @param session the session; it stays the same one however often it is prepared
 * @param hooks `window`: gives the window that dialogs belong to; `onProgress`: told a share, 2 where it is not known,
 *   or `null`; `onClose`: called when the user is done
 */
export function createReview(tools, session, { window, onProgress, onClose }) {
  const { words } = tools;
  let state = {
    version: 0,
    phase: "preparing",
    progress: 0,
    document: null,
    options: DEFAULT_OPTIONS,
    counts: [],
    saved: null,
    notice: null,
  };
  // The work that goes on. What belongs to another one comes too late and is thrown away.
  let work = null;
  // The prepared export that the page shows, and what it was prepared with.
  let shown = null;
  let isClosed = false;
  let lastNumber = 0;
  let savedPath = null;
  let wakeAll = () => {};
  let change = new Promise((resolve) => (wakeAll = resolve));

  function set(changes) {
    if (state.phase === "closed") return;
    state = { ...state, ...changes, version: state.version + 1 };
    wakeAll();
    change = new Promise((resolve) => (wakeAll = resolve));
  }

  function begin(phase, share) {
    work = new AbortController();
    set({ phase, progress: share, notice: null });
    onProgress(share);
    return work;
  }

  function end(changes) {
    work = null;
    onProgress(null);
    set({ progress: null, ...changes });
  }

  const sentence = (error) => ({
    kind: "error",
    text: sentenceOf(words, error),
  });
  const info = (text) => ({ kind: "info", text });
  const isReady = (document) =>
    !isClosed && !work && shown !== null && shown.number === document;

  function drop() {
    shown?.prepared.dispose();
    shown = null;
  }

  async function prepare(options, notice = null) {
    // A file is being written, or the user is asked for its name: the document stays until then.
    if (isClosed || state.phase === "saving") return;
    work?.abort();
    const own = begin("preparing", 0);
    const settings = exportOptions(tools, options);
    let prepared;
    let name;
    try {
      prepared = await tools.prepareExport(session, {
        ...settings,
        signal: own.signal,
        onProgress(progress) {
          if (work !== own) return;
          const share = shareOf(progress);
          onProgress(share);
          set({ progress: share });
        },
      });
      // While the session is still there; with the same options, since its title may hold a word to take out.
      if (work === own) name = tools.suggestFileName(session, settings);
    } catch (error) {
      prepared?.dispose();
      if (work !== own) return;
      tools.log(logEntry("prepare", error));
      // The page must not show a document that the options beside it do not belong to.
      drop();
      end({
        phase: "failed",
        document: null,
        counts: [],
        options,
        notice: sentence(error),
      });
      return;
    }
    // Stopped, closed, or asked for with other options meanwhile.
    if (work !== own) return prepared.dispose();
    drop();
    shown = { number: (lastNumber += 1), prepared, options, name };
    savedPath = null;
    end({
      phase: "ready",
      document: shown.number,
      counts: countsOf(prepared.report, words),
      options,
      saved: null,
      notice,
    });
  }

  async function save(document) {
    if (!isReady(document)) return;
    const { prepared, options, name } = shown;
    const own = begin("saving", 2);
    try {
      const { format } = options;
      const dialogOptions = saveDialogOptions({ ...tools, name, format });
      const answer = await tools.dialog.showSaveDialog(window(), dialogOptions);
      if (own.signal.aborted || answer.canceled || !answer.filePath)
        return end({ phase: "ready" });
      const file = chosenFile(answer.filePath, format);
      if (file.format !== format) {
        // Only a document that was shown is saved, so the new one is shown first.
        end({ phase: "ready" });
        const notice = info(words.otherFormat);
        return await prepare({ ...options, format: file.format }, notice);
      }
      const { path } = await prepared.save(file.path, {
        overwrite: file.overwrite,
        signal: own.signal,
      });
      savedPath = path;
      const saved = basename(path);
      const notice = info(fill(words.saved, saved));
      end({ phase: "ready", saved, notice });
    } catch (error) {
      if (isClosed || isAbort(error)) return end({ phase: "ready" });
      tools.log(logEntry("save", error));
      end({ phase: "ready", notice: sentence(error) });
    }
  }

  /** `text` is a page as it reads; the source of a page is nothing to paste. */
  async function copy(document, text) {
    if (!isReady(document)) return;
    try {
      const { prepared, options } = shown;
      const isPage = options.format === "html";
      await tools.clipboard.writeText(isPage ? text : prepared.text);
      set({ notice: info(words.copied) });
    } catch (error) {
      tools.log(logEntry("copy", error));
      set({ notice: sentence(error) });
    }
  }

  function show() {
    if (savedPath) tools.shell.showItemInFolder(savedPath);
  }

  /** Stops the work that goes on; where there is none, or nothing to go back to, the review ends. */
  function cancel() {
    if (isClosed) return;
    if (state.phase === "saving") return work.abort();
    if (!work || !shown) return onClose();
    work.abort();
    end({ phase: "ready", options: shown.options });
  }

  /** Stops everything and removes the private file. It may be called more than once. */
  function close() {
    if (isClosed) return;
    isClosed = true;
    work?.abort();
    work = null;
    drop();
    set({ phase: "closed", document: null });
  }

  return {
    start: () => prepare(DEFAULT_OPTIONS),
    state: () => state,
    /** Waits until the state is another one than that of `version`. */
    async after(version) {
      while (state.version <= version && !isClosed) await change;
      return state;
    },
    /** The private file that is shown under a number, if it still is. */
    file: (document) =>
      shown?.number === document
        ? { path: shown.prepared.path, format: shown.options.format }
        : null,
    prepare: (asked) => prepare(optionsFrom(asked)),
    save,
    copy,
    show,
    cancel,
    close,
  };
}
