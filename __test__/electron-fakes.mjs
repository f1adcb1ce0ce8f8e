// Electron's modules as far as examples/electron uses them, and the example with them.
import { EventEmitter } from "node:events";
import { readdirSync } from "node:fs";
import { createExporter } from "../examples/electron/exporter.mjs";
import { addon, temporaryFolder } from "./support.mjs";

let windows = 0;

export class FakeWindow extends EventEmitter {
  constructor(options = {}) {
    super();
    this.id = windows += 1;
    this.options = options;
    this.shares = [];
    this.calls = [];
    this.isGone = false;
    this.webContents = new EventEmitter();
    this.webContents.setWindowOpenHandler = (handler) =>
      (this.openHandler = handler);
    FakeWindow.opened.push(this);
  }
  isDestroyed() {
    return this.isGone;
  }
  #alive(call) {
    // Electron throws, too.
    if (this.isGone) throw new TypeError("Object has been destroyed");
    this.calls.push(call);
  }
  setProgressBar(share) {
    this.#alive("setProgressBar");
    this.shares.push(share);
  }
  isMinimized() {
    this.#alive("isMinimized");
    return false;
  }
  show() {
    this.#alive("show");
  }
  focus() {
    this.#alive("focus");
  }
  async loadURL(url) {
    this.#alive("loadURL");
    this.url = url;
  }
  close() {
    this.#alive("close");
    this.destroy();
  }
  destroy() {
    if (this.isGone) return;
    this.isGone = true;
    this.emit("closed");
  }
}
FakeWindow.opened = [];

class FakeSession extends EventEmitter {
  constructor(partition) {
    super();
    this.partition = partition;
    this.handlers = new Map();
    this.protocol = {
      handle: (scheme, handler) => this.handlers.set(scheme, handler),
      unhandle: (scheme) => this.handlers.delete(scheme),
    };
    this.webRequest = {
      onBeforeRequest: (listener) => (this.beforeRequest = listener),
    };
  }
  setPermissionRequestHandler(handler) {
    this.permission = handler;
  }
  setPermissionCheckHandler(handler) {
    this.permissionCheck = handler;
  }
}

/** Puts the private files of prepared exports into a folder of the test's own; gives how many are left there. */
export function privateFiles(t) {
  const folder = temporaryFolder(t);
  const names = ["TMPDIR", "TMP", "TEMP"];
  const before = names.map((name) => process.env[name]);
  for (const name of names) process.env[name] = folder;
  t.after(() =>
    names.forEach((name, index) => {
      if (before[index] === undefined) delete process.env[name];
      else process.env[name] = before[index];
    }),
  );
  // Those of the test itself are not meant.
  return () =>
    readdirSync(folder).filter(
      (name) => !name.startsWith("session-export-test-"),
    ).length;
}

/**
 * The example with Electron's modules replaced.
 *
 * @param answer gives what the save dialog answers, from its options and its window; by default it is cancelled
 */
export function example(
  t,
  {
    answer = () => ({ canceled: true, filePath: "" }),
    locale = "en-GB",
    loadSession,
    ...replaced
  } = {},
) {
  const folder = temporaryFolder(t);
  FakeWindow.opened = [];
  const seen = { asked: [], boxes: [], shown: [], copied: [], log: [] };
  const sessions = new Map();
  const app = Object.assign(new EventEmitter(), {
    getName: () => "PawWork",
    getVersion: () => "2026.11.1",
    getLocale: () => locale,
    getPath: () => folder,
  });
  const electron = {
    app,
    BrowserWindow: FakeWindow,
    clipboard: { writeText: async (text) => void seen.copied.push(text) },
    dialog: {
      showMessageBox: async (_window, box) => void seen.boxes.push(box),
      showSaveDialog: async (window, options) => {
        seen.asked.push({ window, ...options });
        return answer(options, window);
      },
    },
    session: {
      fromPartition(partition) {
        const made = new FakeSession(partition);
        sessions.set(partition, made);
        return made;
      },
    },
    shell: { showItemInFolder: (path) => seen.shown.push(path) },
  };
  electron.BrowserWindow.getFocusedWindow = () => null;
  const exporter = createExporter({
    electron,
    loadAddon: async () => ({ ...addon, ...replaced }),
    loadSession,
    log: (entry) => seen.log.push(entry),
  });
  const [now, review, cancel] = exporter.menuItems();
  return {
    app,
    folder,
    seen,
    sessions,
    labels: [now.label, review.label, cancel.label],
    exportNow: (window) => now.click(undefined, window),
    reviewFirst: (window) => review.click(undefined, window),
    cancel: (window) => cancel.click(undefined, window),
  };
}

/** The review window that was opened last, and its page as a program: state and commands. */
export function reviewWindow({ sessions }) {
  const window = FakeWindow.opened.findLast(({ url }) => url);
  const { session } = window.options.webPreferences;
  const [handle] = session.handlers.values();
  const request = (path, init) => handle(new Request(window.url + path, init));
  const get = (path) => request(path);
  const state = async (after = -1) =>
    (await get(`state?after=${after}`)).json();
  return {
    window,
    session,
    sessions,
    handle,
    get,
    state,
    tell: (command, body = {}) =>
      request(command, { method: "POST", body: JSON.stringify(body) }),
    /** Waits for a state. */
    async until(isMet) {
      for (let now = await state(); ; now = await state(now.version))
        if (isMet(now) || now.phase === "closed") return now;
    },
  };
}

export const isReady = ({ phase }) => phase === "ready";
