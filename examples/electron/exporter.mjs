// The menu items that export the session of a window, and what goes on for each window: one export at a time.
import { isAbort, logEntry, sentenceOf } from "./failure.mjs";
import { chosenFile, saveDialogOptions } from "./formats.mjs";
import { shareOf, showProgress } from "./progress.mjs";
import { openReviewWindow } from "./review-window.mjs";
import { reviewPages } from "./review-pages.mjs";
import { createReview } from "./review.mjs";
import { wordsFor } from "./words.mjs";

/**
 * Makes the exporter of an application.
 *
 * @param electron `app`, `BrowserWindow`, `clipboard`, `dialog`, `session`, `shell` of Electron
 * @param loadAddon gives `prepareExport`, `suggestFileName`, `writeExport` of the package. It is called when there is
 *   something to export: where the addon cannot be loaded, the application starts all the same, and the user is told
 * @param loadSession gives the session that a window shows: an object such as OpenCode's `GET /session/:id/message`
 *   answers, its JSON, or its name in a store
 * @param log is told of errors, without anything of a session
 */
export function createExporter({ electron, loadAddon, loadSession, log }) {
  const { app, BrowserWindow, clipboard, dialog, shell } = electron;
  const words = wordsFor(app.getLocale());
  const tools = { app, clipboard, dialog, shell, words, log };
  /** What goes on: `{ window, front, stop }`. `front` is what the user sees of it. */
  const running = new Set();

  /** Does work for a window, unless there is some already: then the user is led there. */
  async function once(window, work) {
    if (!window || window.isDestroyed()) return;
    const current = entryOf(window);
    if (current) return bringForward(current.front);
    const controller = new AbortController();
    const stop = () => controller.abort();
    const entry = { window, front: window, stop };
    running.add(entry);
    window.once("closed", stop);
    try {
      await work(entry, controller.signal);
    } catch (error) {
      if (!isAbort(error) && !controller.signal.aborted) tell(window, error);
    } finally {
      running.delete(entry);
      if (!window.isDestroyed()) window.removeListener("closed", stop);
      showProgress(window, null);
    }
  }

  const entryOf = (window) =>
    [...running].find(
      (each) => each.window === window || each.front === window,
    );

  function tell(window, error) {
    log(logEntry("export", error));
    const box = {
      type: "error",
      title: app.getName(),
      message: words.failed,
      detail: sentenceOf(words, error),
    };
    if (window.isDestroyed()) return;
    dialog.showMessageBox(window, box).catch(() => {});
  }

  async function saveAs({ window }, signal) {
    const addon = await loadAddon();
    const session = await loadSession(window);
    if (signal.aborted) return;
    const format = "html";
    const name = addon.suggestFileName(session, { format });
    const dialogOptions = saveDialogOptions({ app, words, name, format });
    const { canceled, filePath } = await dialog.showSaveDialog(
      window,
      dialogOptions,
    );
    if (canceled || !filePath || signal.aborted) return;
    const { path, ...file } = chosenFile(filePath, format);
    const report = await addon.writeExport(path, session, {
      ...file,
      app: { name: app.getName(), version: app.getVersion() },
      locale: words.language,
      signal,
      onProgress(progress) {
        if (!signal.aborted) showProgress(window, shareOf(progress));
      },
    });
    shell.showItemInFolder(report.path);
  }

  async function reviewFirst(entry, signal) {
    const { prepareExport, suggestFileName } = await loadAddon();
    const session = await loadSession(entry.window);
    if (signal.aborted) return;
    // From here on it has a window of its own, and goes on without the one that it was called from.
    await new Promise((resolve, reject) => {
      let front;
      const made = { ...tools, prepareExport, suggestFileName };
      const review = createReview(made, session, {
        window: () => front,
        onProgress: (share) => showProgress(front, share),
        onClose: () => front.close(),
      });
      front = openReviewWindow(electron, {
        title: words.reviewTitle,
        handle: reviewPages(review, words),
        onClosed() {
          review.close();
          resolve();
        },
      });
      entry.front = front;
      entry.stop = () => {
        // The private file is gone at once, also where the application ends before the window does.
        review.close();
        if (!front.isDestroyed()) front.destroy();
      };
      review.start().catch((error) => {
        entry.stop();
        reject(error);
      });
    });
  }

  const cancel = (window) => entryOf(window)?.stop();

  // Nothing is left behind when the application ends.
  app.on("will-quit", () => {
    for (const { stop } of [...running]) stop();
  });

  const item = (label, accelerator, act) => ({
    label,
    accelerator,
    // On macOS a menu is there without a window, too.
    click: (_item, window) => act(window ?? BrowserWindow.getFocusedWindow()),
  });
  return {
    /** For `Menu.buildFromTemplate`. What is exported is the session of the window that an item was chosen in. */
    menuItems: () => [
      item(words.exportItem, "CommandOrControl+Shift+E", (window) =>
        once(window, saveAs),
      ),
      item(words.reviewItem, "CommandOrControl+Alt+E", (window) =>
        once(window, reviewFirst),
      ),
      item(words.cancelItem, "CommandOrControl+.", cancel),
    ],
  };
}

function bringForward(window) {
  if (window.isDestroyed()) return;
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
