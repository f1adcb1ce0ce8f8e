// Opens a page in the user's browser, as the system does it: without a shell, the path as one argument.
import { spawn } from "node:child_process";

/** Windows has `start` in its shell only; its desktop opens a file in the same way, and always ends with 1. */
const OPENERS = { darwin: "open", win32: "explorer.exe" };

/** How long an opener may take to find out that there is no browser, in milliseconds. */
const PATIENCE = 3000;

/** Whether a browser was started, as far as the system tells. */
export function openInBrowser(path) {
  const opener = OPENERS[process.platform] ?? "xdg-open";
  return new Promise((resolve) => {
    const child = spawn(opener, [path], { stdio: "ignore", detached: true });
    const timer = setTimeout(() => resolve(true), PATIENCE);
    const end = (isOpen) => {
      clearTimeout(timer);
      resolve(isOpen);
    };
    child.on("error", () => end(false));
    child.on("exit", (code) => end(code === 0 || process.platform === "win32"));
    // It may run as long as the browser does.
    child.unref();
  });
}
