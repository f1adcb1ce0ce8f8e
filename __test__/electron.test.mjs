// The example for Electron: saving at once, errors, and one export at a time. Electron's modules are replaced.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import { setImmediate as tick } from "node:timers/promises";
import { sentenceOf } from "../examples/electron/failure.mjs";
import { wordsFor } from "../examples/electron/words.mjs";
import { FakeWindow, example } from "./electron-fakes.mjs";
import { linkFolder, noFolderLinks } from "./links.mjs";
import {
  addon,
  githubToken,
  largeSession,
  root,
  session,
  sessionOf,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

/** Answers the save dialog with a name in the folder that it proposes, or with the one that it proposes. */
const saveAs =
  (name) =>
  ({ defaultPath }) => ({
    canceled: false,
    filePath: name ? join(dirname(defaultPath), name) : defaultPath,
  });
const typical = async () => session("typical");

test("it asks where, writes, and shows the file", async (t) => {
  const answer = saveAs();
  const { exportNow, folder, labels, seen } = example(t, {
    answer,
    loadSession: typical,
  });
  assert.deepEqual(labels, [
    "Export Session Log…",
    "Review and Export Session Log…",
    "Cancel Export",
  ]);
  const window = new FakeWindow();
  await exportNow(window);
  // Exporting again replaces the file, as the dialog asked.
  await exportNow(window);
  const [path] = seen.shown;
  assert.equal(seen.shown.length, 2);
  assert.equal(dirname(path), folder);
  assert.match(
    basename(path),
    /^2026-11-2\d Fix negative totals in report\.html$/,
  );
  assert.match(
    readFileSync(path, "utf8"),
    /<th scope="row">Application<\/th><td><bdi>PawWork 2026\.11\.1<\/bdi><\/td>/,
  );
  assert.deepEqual([seen.boxes, seen.log], [[], []]);
  // The dialog belongs to the window, and asks before it replaces a file.
  assert.equal(seen.asked[0].window, window);
  assert.ok(seen.asked[0].properties.includes("showOverwriteConfirmation"));
});

test("the extension that is typed, or that the filter adds, decides the format", async (t) => {
  const starts = {
    "a.html": "<!",
    "a.HTM": "<!",
    "a.md": "# ",
    "a.markdown": "# ",
    "a.json": "{",
    // None of the formats has this extension, so that of the first filter is added.
    "v1.2 of it": "<!",
    "a.pdf": "<!",
  };
  for (const [name, start] of Object.entries(starts)) {
    const answer = saveAs(name);
    const { exportNow, seen } = example(t, { answer, loadSession: typical });
    await exportNow(new FakeWindow());
    assert.deepEqual(seen.boxes, []);
    const [path] = seen.shown;
    const isKnown = /\.(html?|md|markdown|json)$/i.test(name);
    assert.equal(basename(path), isKnown ? name : `${name}.html`);
    const text = readFileSync(path, "utf8");
    assert.ok(text.startsWith(start), `${name}: ${text.slice(0, 20)}`);
    const extensions = seen.asked[0].filters.map((filter) => filter.extensions);
    assert.deepEqual(extensions, [
      ["html", "htm"],
      ["md", "markdown"],
      ["json"],
    ]);
  }
});

test("a file that the dialog did not ask about is not replaced", async (t) => {
  const answer = saveAs("log");
  const { exportNow, folder, seen } = example(t, {
    answer,
    loadSession: typical,
  });
  writeFileSync(join(folder, "log.html"), "mine");
  await exportNow(new FakeWindow());
  assert.equal(readFileSync(join(folder, "log.html"), "utf8"), "mine");
  assert.match(seen.boxes[0].detail, /^There is a file of this name already/);
});

test("nothing of a session stands unfiltered in the dialog", async (t) => {
  const secret = githubToken(7);
  const title = `../../etc/\u202egnp\u0007 <b>&\n${secret}\u200b CON: "x"|?*`;
  const loadSession = async () => sessionOf([], { title });
  const { exportNow, folder, seen } = example(t, { loadSession });
  await exportNow(new FakeWindow());
  const [{ title: ours, defaultPath, filters }] = seen.asked;
  assert.equal(dirname(defaultPath), folder);
  const name = basename(defaultPath);
  assert.doesNotMatch(name, /[\p{Cc}\p{Cf}<>:"|?*\\/]/u);
  const all = JSON.stringify([ours, defaultPath, filters]);
  assert.ok(!all.includes(secret));
  assert.equal(ours, "Export Session Log");
});

test("it speaks the application's language and shows how far it is", async (t) => {
  const { exportNow, labels, seen } = example(t, {
    answer: saveAs(),
    locale: "zh-CN",
    loadSession: async () => largeSession(20),
  });
  assert.equal(labels[0], "导出会话记录…");
  const window = new FakeWindow();
  await exportNow(window);
  assert.match(readFileSync(seen.shown[0], "utf8"), /<html lang="zh-CN">/);
  const shares = window.shares;
  assert.equal(shares.pop(), -1);
  assert.ok(shares.length > 0);
  assert.ok(shares.every((share) => share >= 0 && share <= 1));
  assert.deepEqual(
    shares,
    shares.toSorted((a, b) => a - b),
  );
});

test("every error has a sentence of its own in both languages", () => {
  const types = readFileSync(join(root, "index.d.ts"), "utf8");
  const [, union] = /type SessionExportErrorCode =([^;]*);/.exec(types);
  const codes = union.match(/ERR_\w+/g);
  assert.ok(codes.length >= 18);
  for (const locale of ["en-GB", "zh-TW"]) {
    const { errors, unknownError } = wordsFor(locale);
    assert.deepEqual(Object.keys(errors).sort(), codes.toSorted());
    const sentences = [...Object.values(errors), unknownError];
    assert.equal(new Set(sentences).size, sentences.length);
    for (const sentence of sentences) {
      assert.match(sentence, /[.。]$/);
      assert.doesNotMatch(sentence, /ERR_|overwrite|writeExport|undefined/);
      if (locale === "zh-TW") assert.match(sentence, /\p{Script=Han}/u);
    }
  }
});

test("both languages have all words", () => {
  const shape = (words) =>
    Object.entries(words).flatMap(([name, value]) =>
      value !== null && typeof value === "object"
        ? shape(value).map((each) => `${name}.${each}`)
        : [`${name}: ${typeof value}`],
    );
  assert.deepEqual(shape(wordsFor("zh")).sort(), shape(wordsFor("en")).sort());
});

test("no error is shown raw, and the log holds nothing of a session", async (t) => {
  const words = "what the user said: the tulips";
  const own = Object.assign(new Error(`/home/jo/${words}.html: ENOSPC`), {
    code: "ERR_WRITE_FAILED",
    cause: Object.assign(new Error(words), { code: "ENOSPC" }),
  });
  const foreign = Object.assign(new TypeError(`${words}\n    at ${words}`), {
    code: words,
  });
  const failures = [own, foreign, words, null, { code: "toString" }];
  for (const failure of failures) {
    const writeExport = () => Promise.reject(failure);
    for (const broken of [
      { loadSession: () => Promise.reject(failure) },
      { loadSession: typical, writeExport },
    ]) {
      const { exportNow, seen } = example(t, { answer: saveAs(), ...broken });
      const window = new FakeWindow();
      await exportNow(window);
      const [box] = seen.boxes;
      assert.equal(box.message, "The session log was not exported");
      assert.equal(box.detail, sentenceOf(wordsFor("en"), failure));
      assert.doesNotMatch(JSON.stringify([box, seen.log]), /tulips/);
      assert.equal(seen.log[0].doing, "export");
      assert.equal(window.shares.pop(), -1);
      // The next export starts.
      await exportNow(window);
      assert.equal(seen.boxes.length, 2);
    }
  }
  const { exportNow, seen } = example(t, {
    answer: saveAs("no/a.md"),
    loadSession: typical,
  });
  await exportNow(new FakeWindow());
  const [{ code, cause, at }] = seen.log;
  assert.deepEqual([code, cause], ["ERR_WRITE_FAILED", "ENOENT"]);
  assert.ok(Array.isArray(at));
});

test("a second click leads to what goes on, and starts nothing", async (t) => {
  const gates = [];
  const gate = () => new Promise((resolve) => gates.push(resolve));
  let loaded = 0;
  let written = 0;
  const { exportNow, reviewFirst, seen } = example(t, {
    async loadSession() {
      loaded += 1;
      await gate();
      return session("typical");
    },
    async answer(options) {
      await gate();
      return saveAs()(options);
    },
    async writeExport(...args) {
      written += 1;
      await gate();
      return addon.writeExport(...args);
    },
  });
  const window = new FakeWindow();
  const first = exportNow(window);
  for (let moment = 0; moment < 3; moment += 1) {
    while (gates.length <= moment) await tick();
    await exportNow(window);
    await reviewFirst(window);
    assert.equal(window.calls.filter((call) => call === "focus").length, 2);
    window.calls = [];
    gates[moment]();
  }
  await first;
  assert.deepEqual(
    [loaded, seen.asked.length, written, seen.shown.length],
    [1, 1, 1, 1],
  );
});

test("an export stops at every moment, and leaves nothing behind", async (t) => {
  const stops = {
    closed: ({ window }) => window.destroy(),
    cancelled: ({ cancel, window }) => cancel(window),
    quit: ({ app }) => app.emit("will-quit"),
  };
  for (const [how, stop] of Object.entries(stops))
    for (const moment of ["load", "dialog", "write", "read", "written"]) {
      const window = new FakeWindow();
      let made;
      const at = (now) => now === moment && stop({ ...made, window });
      made = example(t, {
        async loadSession() {
          at("load");
          return largeSession(4);
        },
        answer(options) {
          at("dialog");
          return saveAs()(options);
        },
        async writeExport(path, given, options) {
          at("write");
          const report = await addon.writeExport(path, given, {
            ...options,
            onProgress(progress) {
              at("read");
              return options.onProgress(progress);
            },
          });
          at("written");
          return report;
        },
      });
      const { exportNow, folder, seen } = made;
      await exportNow(window);
      const name = `${how} at ${moment}`;
      assert.deepEqual([seen.boxes, seen.log], [[], []], name);
      // A file that is written already when the export is stopped stays whole.
      const files = readdirSync(folder);
      assert.equal(files.length, moment === "written" ? 1 : 0, name);
      if (how !== "closed") assert.equal(window.shares.at(-1), -1, name);
    }
});

test("where the addon cannot be loaded, the application goes on and tells it", async (t) => {
  if (noFolderLinks) return t.skip(noFolderLinks);
  const folder = copyOfExample(t);
  const addonFolder = join(folder, "node_modules/@pawwork/session-export");
  rmSync(addonFolder, { recursive: true, force: true });
  mkdirSync(addonFolder);
  writeFileSync(
    join(addonFolder, "index.js"),
    `throw Object.assign(new Error("raw"), { code: "ERR_ADDON_NOT_LOADED" });`,
  );
  const { stdout } = runExample(folder);
  const { box } = JSON.parse(stdout);
  assert.equal(box.detail, wordsFor("en").errors.ERR_ADDON_NOT_LOADED);
});

test("without a window nothing is exported", async (t) => {
  const { exportNow, cancel, seen } = example(t, { loadSession: typical });
  await exportNow(undefined);
  cancel(undefined);
  assert.deepEqual(seen.asked, []);
});

const fakeElectron = `
const { EventEmitter } = require("node:events");
const told = {};
exports.protocol = {
  registerSchemesAsPrivileged: ([{ scheme }]) => (told.scheme = scheme),
};
exports.app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  getName: () => "Example",
  getVersion: () => "1.0.0",
  getLocale: () => "en",
  getPath: () => __dirname,
  // As the real one: not before the main module is through.
  whenReady: () => new Promise((resolve) => setTimeout(resolve, 50)),
});
exports.BrowserWindow = class extends EventEmitter {
  isDestroyed() { return false; }
  setProgressBar() {}
  async loadFile(path) {
    told.page = path;
    const [, item] = told.menu.find(({ label }) => label === "Session").submenu
      .filter(({ accelerator }) => accelerator);
    item.click(item, this);
  }
};
exports.Menu = {
  buildFromTemplate: (menu) => menu,
  setApplicationMenu: (menu) => (told.menu = menu),
};
exports.dialog = {
  showSaveDialog: async (_, { defaultPath }) => ({ filePath: defaultPath }),
  showMessageBox: async (_, box) => console.log(JSON.stringify({ box })),
};
exports.shell = {
  showItemInFolder: (path) => console.log(JSON.stringify({ ...told, path })),
};
exports.session = {};
exports.clipboard = {};
`;

/** A copy of the example with modules that stand for Electron's, and the real addon. */
function copyOfExample(t) {
  const folder = temporaryFolder(t);
  cpSync(join(root, "examples/electron"), folder, { recursive: true });
  const modules = join(folder, "node_modules");
  rmSync(modules, { recursive: true, force: true });
  mkdirSync(join(modules, "electron"), { recursive: true });
  writeFileSync(join(modules, "electron/index.js"), fakeElectron);
  mkdirSync(join(modules, "@pawwork"));
  linkFolder(root, join(modules, "@pawwork/session-export"));
  return folder;
}

const runExample = (folder, ...args) =>
  spawnSync(process.execPath, ["main.mjs", ...args], {
    cwd: folder,
    encoding: "utf8",
    timeout: 30_000,
  });

test("the application starts, and exports the session of its window", (t) => {
  if (noFolderLinks) return t.skip(noFolderLinks);
  const folder = copyOfExample(t);
  const run = (...args) => {
    const { stdout, stderr } = runExample(folder, ...args);
    assert.equal(stderr, "");
    return JSON.parse(stdout);
  };
  const { scheme, page, path } = run();
  assert.equal(scheme, "session-review");
  assert.ok(existsSync(page));
  assert.match(
    readFileSync(path, "utf8"),
    /The token is <span[^>]*>\[redacted:github-token#1\]/,
  );
  writeFileSync(
    join(folder, "mine.json"),
    JSON.stringify(sessionOf([userMessage(textPart("from a file"))])),
  );
  assert.match(readFileSync(run("mine.json").path, "utf8"), /from a file/);
});

test("what the README names is there", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const names = [...readme.matchAll(/\((examples\/[^)]+)\)/g)];
  assert.ok(names.length > 0);
  for (const [, name] of names) assert.ok(existsSync(join(root, name)), name);
});
