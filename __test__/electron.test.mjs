// The recipe for Electron's main process, with Electron's modules replaced.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import test from "node:test";
import { exportSessionLogItem } from "../examples/electron-main.mjs";
import { session, temporaryFolder } from "./support.mjs";

function electron(folder, answer) {
  const seen = { shown: [], errors: [], asked: [] };
  return {
    seen,
    app: {
      getName: () => "PawWork",
      getVersion: () => "2026.11.1",
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
    /^2026-11-2\d Fix negative totals in report\.md$/,
  );
  assert.match(
    readFileSync(path, "utf8"),
    /\| Application \| PawWork 2026\.11\.1 \|/,
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
  assert.match(
    text,
    /could not be written .*ENOENT\. Nothing was left behind\.$/,
  );
});
