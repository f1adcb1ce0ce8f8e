// The recipe for Electron's main process, with Electron's modules replaced.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import test from "node:test";
import { exportSessionLogItem } from "../examples/electron-main.mjs";
import { largeSession, session, temporaryFolder } from "./support.mjs";

function electron(folder, answer, locale = "en-GB") {
  const seen = { shown: [], errors: [], asked: [] };
  return {
    seen,
    app: {
      getName: () => "PawWork",
      getVersion: () => "2026.11.1",
      getLocale: () => locale,
      getPath: () => folder,
    },
    dialog: {
      showErrorBox: (title, text) => seen.errors.push([title, text]),
      showSaveDialog: async (window, options) => {
        seen.asked.push(options.defaultPath);
        return answer(options.defaultPath);
      },
    },
    shell: { showItemInFolder: (path) => seen.shown.push(path) },
  };
}

test("it asks where, writes, and shows the file", async (t) => {
  const folder = temporaryFolder(t);
  const fake = electron(folder, (filePath) => ({ canceled: false, filePath }));
  const item = exportSessionLogItem(fake, async () => session("typical"));
  assert.equal(item.label, "Export session log…");
  await item.click();
  // Exporting again replaces the file, as the dialog asked.
  await item.click();
  const [path] = fake.seen.shown;
  assert.equal(dirname(path), folder);
  assert.match(
    basename(path),
    /^2026-11-2\d Fix negative totals in report\.html$/,
  );
  assert.match(
    readFileSync(path, "utf8"),
    /<th scope="row">Application<\/th><td><bdi>PawWork 2026\.11\.1<\/bdi><\/td>/,
  );
  assert.deepEqual(fake.seen.errors, []);
});

test("the extension that the user chooses decides the format", async (t) => {
  const folder = temporaryFolder(t);
  const filePath = join(folder, "log.json");
  const fake = electron(folder, () => ({ canceled: false, filePath }));
  await exportSessionLogItem(fake, async () => session("typical")).click();
  assert.deepEqual(fake.seen.errors, []);
  const { format } = JSON.parse(readFileSync(filePath, "utf8"));
  assert.equal(format, "pawwork-session-log");
});

test("cancelling writes nothing; an error is told in a sentence", async (t) => {
  const folder = temporaryFolder(t);
  const cancelled = electron(folder, () => ({ canceled: true, filePath: "" }));
  await exportSessionLogItem(cancelled, async () => session("typical")).click();
  assert.deepEqual([cancelled.seen.shown, cancelled.seen.errors], [[], []]);
  const failing = electron(folder, () => ({
    canceled: false,
    filePath: join(folder, "no/a.md"),
  }));
  await exportSessionLogItem(failing, async () => session("typical")).click();
  const [[title, text]] = failing.seen.errors;
  assert.equal(title, "The session log was not exported");
  assert.match(text, /^The file could not be written\. Choose another folder/);
});

test("it speaks the application's language and shows how far it is", async (t) => {
  const folder = temporaryFolder(t);
  const shares = [];
  const window = { setProgressBar: (share) => shares.push(share) };
  const there = (filePath) => ({ canceled: false, filePath });
  const fake = electron(folder, there, "zh-CN");
  const item = exportSessionLogItem(fake, async () => largeSession(20));
  assert.equal(item.label, "导出会话记录…");
  await item.click(undefined, window);
  assert.match(readFileSync(fake.seen.shown[0], "utf8"), /<html lang="zh-CN">/);
  assert.equal(shares.pop(), -1);
  assert.ok(shares.every((share) => share >= 0 && share <= 1));
  const failing = electron(folder, there, "zh-CN");
  const gone = { sessionID: "ses_gone", store: join(folder, "none.db") };
  await exportSessionLogItem(failing, async () => gone).click();
  const [[title, text]] = failing.seen.errors;
  assert.equal(title, "会话记录未导出");
  // One that has no sentence of its own says what the addon says.
  assert.match(text, /store/);
});

test("it has a sentence in both languages for what users can do something about", () => {
  const source = readFileSync(
    new URL("../examples/electron-main.mjs", import.meta.url),
    "utf8",
  );
  const codes = [...source.matchAll(/^ +(ERR_[A-Z_]+):/gm)].map(
    ([, code]) => code,
  );
  assert.equal(codes.length, 2 * new Set(codes).size);
});
