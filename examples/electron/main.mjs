// A small application around the exporter: windows that each show a session, and a menu.
//
//   npm start                         two invented sessions
//   npm start -- session.json         a session from a file
//   npm start -- ses_4f2a             a session from a store of this computer
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import * as electron from "electron";
import { createExporter } from "./exporter.mjs";
import { REVIEW_SCHEME } from "./review-window.mjs";
import { samples } from "./sample.mjs";
import { wordsFor } from "./words.mjs";

const { app, BrowserWindow, Menu, protocol } = electron;

/** What each window shows. In an application of yours this is its own state. */
const sessionOf = new WeakMap();
const asked = process.argv.slice(app.isPackaged ? 1 : 2).at(0);

async function loadSession(window) {
  const session = sessionOf.get(window);
  if (typeof session !== "string") return session;
  return session.endsWith(".json") ? readFile(session) : { sessionID: session };
}

let opened = 0;
function openWindow() {
  const window = new BrowserWindow({
    width: 720,
    height: 420,
    webPreferences: { sandbox: true },
  });
  sessionOf.set(window, asked ?? samples[opened % samples.length]);
  opened += 1;
  window.loadFile(fileURLToPath(new URL("window.html", import.meta.url)), {
    hash: String(opened),
  });
}

function start() {
  const exporter = createExporter({
    electron,
    loadAddon: () => import("@pawwork/session-export"),
    loadSession,
    log: (entry) => console.error(JSON.stringify(entry)),
  });
  const words = wordsFor(app.getLocale());
  const submenu = [
    {
      label: words.newWindow,
      accelerator: "CommandOrControl+N",
      click: openWindow,
    },
    { type: "separator" },
    ...exporter.menuItems(),
    { type: "separator" },
    { role: "close" },
  ];
  Menu.setApplicationMenu(
    Menu.buildFromTemplate([
      ...(process.platform === "darwin" ? [{ role: "appMenu" }] : []),
      { label: words.menu, submenu },
      { role: "editMenu" },
      { role: "windowMenu" },
    ]),
  );
  openWindow();
}

// Before the application is ready, and once: all schemes of an application together.
protocol.registerSchemesAsPrivileged([REVIEW_SCHEME]);
app.on("window-all-closed", () => app.quit());
// No `await` here: Electron is not ready before this module is through.
app.whenReady().then(start);
