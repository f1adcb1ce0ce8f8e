// The review window: nothing but a page that shows what it is given.
//
// It has no Node, no preload and no network. It has a session of its own, in memory, in which one scheme is answered, by
// this process. The page talks to it with fetch: that needs no code that runs with more rights than a page has, as a
// preload does, and what can be asked for is one function (review-pages.mjs). Each window has its own session and its
// own random host, so no other window, and nothing that is loaded elsewhere, can ask for its document or save it.
import { randomBytes } from "node:crypto";

const SCHEME = "session-review";

/** For `protocol.registerSchemesAsPrivileged`, which is called once, before the application is ready. */
export const REVIEW_SCHEME = {
  scheme: SCHEME,
  privileges: { standard: true, secure: true, supportFetchAPI: true },
};

/**
 * Opens a review window.
 *
 * @param electron `BrowserWindow` and `session` of Electron
 * @param title the window's title: words of the application
 * @param handle answers the window's requests
 * @param onClosed called once, when the window is gone
 */
export function openReviewWindow(electron, { title, handle, onClosed }) {
  // A letter in front: a host of digits alone would be taken as a number.
  const token = `r${randomBytes(16).toString("hex")}`;
  const origin = `${SCHEME}://${token}`;
  const isOwn = (url) => url.startsWith(`${origin}/`);
  // Without "persist:" nothing of it is kept on the disk.
  const own = electron.session.fromPartition(token, { cache: false });
  own.setPermissionRequestHandler((_contents, _permission, answer) =>
    answer(false),
  );
  own.setPermissionCheckHandler(() => false);
  own.on("will-download", (event) => event.preventDefault());
  own.webRequest.onBeforeRequest(({ url }, answer) =>
    answer({ cancel: !isOwn(url) }),
  );
  own.protocol.handle(SCHEME, (request) =>
    isOwn(request.url) ? handle(request) : new Response(null, { status: 404 }),
  );

  const window = new electron.BrowserWindow({
    title,
    width: 1240,
    height: 840,
    minWidth: 480,
    minHeight: 420,
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      session: own,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      webSecurity: true,
      spellcheck: false,
      devTools: false,
      navigateOnDragDrop: false,
    },
  });
  const { webContents } = window;
  webContents.setWindowOpenHandler(() => ({ action: "deny" }));
  // The page itself goes nowhere, and its frame to nothing but prepared documents.
  webContents.on("will-frame-navigate", (event) => {
    const isDocument = event.url.startsWith(`${origin}/document/`);
    if (event.isMainFrame || !isDocument) event.preventDefault();
  });
  webContents.on("will-redirect", (event) => event.preventDefault());
  webContents.on("will-attach-webview", (event) => event.preventDefault());
  // Nothing can be reviewed any more, so the private file goes.
  webContents.on("render-process-gone", () => window.destroy());
  window.once("ready-to-show", () => window.show());
  window.once("closed", () => {
    own.protocol.unhandle(SCHEME);
    onClosed();
  });
  // Where it cannot be loaded, there is nothing to show.
  window.loadURL(`${origin}/`).catch(() => {
    if (!window.isDestroyed()) window.destroy();
  });
  return window;
}
