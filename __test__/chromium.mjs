// A real browser for tests of pages, where there is one.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

const { chromium } = createRequire(import.meta.url)("playwright-core");

const executablePath = [
  process.env.CHROMIUM,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
].find((path) => path && existsSync(path));

/** The options of a test that needs a browser. */
export const inBrowser = {
  skip:
    !executablePath && "no Chromium here: install it, or name one in CHROMIUM",
  timeout: 120_000,
};

/** Starts the browser; gives nothing where there is none. */
export const launch = () =>
  executablePath &&
  chromium.launch({
    executablePath,
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
