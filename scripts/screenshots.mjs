// Makes the pictures of the page in docs/: npm run screenshots, with the addon that is there. It needs a Chromium, which
// the variable CHROMIUM can name.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { root } from "./setup.mjs";

const { exportSession } = createRequire(import.meta.url)(root);
const session = readFileSync(
  join(root, "tests/golden/sub-agents/session.json"),
  "utf8",
);
const folder = mkdtempSync(join(tmpdir(), "session-export-screenshots-"));
const path = join(folder, "page.html");
writeFileSync(
  path,
  exportSession(session, {
    format: "html",
    tools: "full",
    reasoning: true,
    timeZone: "utc",
    exportedAt: 1795400000000,
  }),
);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-background-networking"],
});
try {
  for (const [name, width, colorScheme] of [
    ["light", 1280, "light"],
    ["dark", 1280, "dark"],
    ["narrow", 400, "light"],
  ]) {
    const page = await browser.newPage({
      viewport: { width, height: 1000 },
      colorScheme,
    });
    await page.goto(pathToFileURL(path).href);
    // A reader who looks at the first change.
    await page.locator("#t2 .tool summary").nth(4).click();
    await page.screenshot({ path: join(root, `docs/page-${name}.png`) });
    await page.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
