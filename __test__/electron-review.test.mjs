// The example for Electron: the review before saving. Electron's modules are replaced, the package is the real one.
import assert from "node:assert/strict";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { test } from "node:test";
import {
  setImmediate as tick,
  setTimeout as sleep,
} from "node:timers/promises";
import { wordsFor } from "../examples/electron/words.mjs";
import {
  FakeWindow,
  example,
  isReady,
  privateFiles,
  reviewWindow,
} from "./electron-fakes.mjs";
import {
  addon,
  githubToken,
  largeSession,
  session,
  sessionOf,
  textPart,
  userMessage,
} from "./support.mjs";

const saveAs =
  (name) =>
  ({ defaultPath }) => ({
    canceled: false,
    filePath: name ? join(dirname(defaultPath), name) : defaultPath,
  });
const typical = async () => session("typical");
const saying = (...words) =>
  sessionOf(words.map((text) => userMessage(textPart(text))));

/** Opens a review and waits for its document. */
async function reviewed(t, options = {}) {
  const made = example(t, { loadSession: typical, ...options });
  const window = options.window ?? new FakeWindow();
  const done = made.reviewFirst(window);
  await tick();
  const review = reviewWindow(made);
  const state = await review.until(({ phase }) => phase !== "preparing");
  return { ...made, ...review, now: review.state, parent: window, done, state };
}

const documentOf = async ({ get }, number) =>
  (await get(`document/${number}`)).text();

test("what is saved is what was shown, as often as wanted", async (t) => {
  const left = privateFiles(t);
  const review = await reviewed(t, { answer: saveAs() });
  const { done, seen, state, tell, until, window } = review;
  assert.equal(state.phase, "ready");
  const shown = await documentOf(review, state.document);
  assert.match(shown, /^<!doctype html>/i);
  assert.equal(left(), 1);
  for (let times = 1; times <= 2; times += 1) {
    await tell("save", { document: state.document });
    const { saved, notice } = await until(isReady);
    assert.match(saved, /^2026-11-2\d Fix negative totals in report\.html$/);
    assert.deepEqual(notice, { kind: "info", text: `Saved as ${saved}.` });
    await tell("show");
    const path = seen.shown.at(-1);
    assert.equal(basename(path), saved);
    assert.equal(readFileSync(path, "utf8"), shown);
  }
  assert.equal(seen.asked[0].window, window);
  await tell("cancel");
  await done;
  assert.ok(window.isDestroyed());
  assert.equal(left(), 0);
  assert.deepEqual([seen.boxes, seen.log], [[], []]);
});

test("the counts tell what was redacted and left out, in numbers and own words", async (t) => {
  const loadSession = async () => ({
    ...saying(`The token is ${githubToken(1)}.`, `Again: ${githubToken(1)}`),
  });
  const { state } = await reviewed(t, { loadSession });
  assert.deepEqual(state.counts, ["Messages: 2", "Redacted, github-token: 2"]);
  const full = await reviewed(t, { loadSession: async () => session("full") });
  assert.ok(
    full.state.counts.includes("Left out, reasoning: 1"),
    full.state.counts.join("|"),
  );
  const chinese = await reviewed(t, { locale: "zh-CN", loadSession });
  assert.equal(chinese.state.counts[1], "已移除 github-token：2");
});

test("a reason that is left out has its words in both languages", () => {
  const types = readFileSync(new URL("../index.d.ts", import.meta.url), "utf8");
  const [, union] = /type OmissionReason =([^;]*);/.exec(types);
  const reasons = [...union.matchAll(/"([a-z-]+)"/g)].map(([, name]) => name);
  assert.ok(reasons.length >= 15);
  for (const locale of ["en", "zh"])
    assert.deepEqual(
      Object.keys(wordsFor(locale).omitted).sort(),
      reasons.toSorted(),
    );
});

test("options prepare it anew, and the old document is gone", async (t) => {
  const left = privateFiles(t);
  const secret = githubToken(2);
  const loadSession = async () => ({
    ...saying(`Ask jo@acme.example about Walnut. ${secret}`),
    info: { id: "ses_1", title: "Walnut", time: { created: 1795333600000 } },
  });
  const review = await reviewed(t, { answer: saveAs(), loadSession });
  const { seen, state, tell, until, get } = review;
  const isAfter = (number) => (now) => isReady(now) && now.document > number;
  assert.match(await documentOf(review, 1), /jo@acme\.example about Walnut/);
  await tell("prepare", {
    options: { format: "markdown", strict: true, terms: [" walnut ", ""] },
  });
  const second = await until(isAfter(state.document));
  assert.deepEqual(second.options, {
    format: "markdown",
    reasoning: false,
    toolDetail: false,
    strict: true,
    terms: ["walnut"],
  });
  const text = await documentOf(review, second.document);
  assert.doesNotMatch(text, /walnut|jo@acme/i);
  assert.equal((await get("document/1")).status, 404);
  assert.equal(left(), 1);
  // The title holds the word as well, and a name is made of it.
  await tell("save", { document: second.document });
  await until(isReady);
  assert.doesNotMatch(seen.asked[0].defaultPath, /walnut/i);
  assert.match(seen.asked[0].defaultPath, /\.md$/);
  assert.deepEqual(seen.asked[0].filters[0].extensions, ["md", "markdown"]);
  // A value that is no option counts as the default.
  await tell("prepare", {
    options: { format: "__proto__", strict: "yes", terms: "x", reasoning: 1 },
  });
  const third = await until(isAfter(second.document));
  assert.deepEqual(third.options, {
    format: "html",
    reasoning: false,
    toolDetail: false,
    strict: false,
    terms: [],
  });
});

test("options that cannot be used leave no document that they do not belong to", async (t) => {
  const left = privateFiles(t);
  const { errors } = wordsFor("en");
  const { tell, until, seen } = await reviewed(t, {
    answer: saveAs(),
    async prepareExport(given, options) {
      if (!options.redactTerms.includes("x"))
        return addon.prepareExport(given, options);
      throw Object.assign(new Error(), { code: "ERR_REDACTION_INCOMPLETE" });
    },
  });
  await tell("prepare", { options: { terms: ["x"] } });
  const failed = await until(({ phase }) => phase === "failed");
  assert.equal(failed.document, null);
  assert.equal(failed.notice.text, errors.ERR_REDACTION_INCOMPLETE);
  assert.equal(left(), 0);
  await tell("save", { document: 1 });
  assert.deepEqual(seen.asked, []);
  await tell("prepare", { options: {} });
  assert.equal((await until(isReady)).document, 2);
});

test("the last options win, and what they overtake is thrown away", async (t) => {
  const left = privateFiles(t);
  const gates = [];
  const signals = [];
  const review = await reviewed(t, {
    answer: saveAs(),
    // Hands out what was prepared late, also where it was stopped.
    async prepareExport(given, { signal, ...options }) {
      const index = signals.push(signal) - 2;
      const made = await addon.prepareExport(given, options);
      if (index >= 0) await new Promise((resolve) => (gates[index] = resolve));
      return made;
    },
  });
  const { seen, state, tell, until } = review;
  for (const terms of [["one"], ["two"], ["three"]])
    await tell("prepare", { options: { terms } });
  // While it is prepared, nothing is saved.
  await tell("save", { document: state.document });
  assert.deepEqual(seen.asked, []);
  while (!(gates[0] && gates[1] && gates[2])) await tick();
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false, true, true, false],
  );
  gates[2]();
  const last = await until(isReady);
  assert.deepEqual(last.options.terms, ["three"]);
  gates[1]();
  gates[0]();
  await sleep(20);
  assert.equal((await review.now()).version, last.version);
  assert.equal(left(), 1);
});

/** An export that was stopped just before it began makes its folder for a moment after that. */
async function assertNoneLeft(left, name) {
  for (let calm = 0, wait = 0; calm < 5 && wait < 200; wait += 1) {
    await sleep(10);
    calm = left() === 0 ? calm + 1 : 0;
  }
  assert.equal(left(), 0, name);
}

test("cancelling goes back to the document that was shown; without one it ends", async (t) => {
  const left = privateFiles(t);
  let isSlow = false;
  const review = await reviewed(t, {
    async prepareExport(given, options) {
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, 30));
      return addon.prepareExport(given, options);
    },
  });
  const { done, state, tell, until, window } = review;
  isSlow = true;
  await tell("prepare", { options: { strict: true } });
  await tell("cancel");
  const back = await until(isReady);
  assert.equal(back.document, state.document);
  assert.equal(back.options.strict, false);
  await sleep(60);
  assert.equal(left(), 1);
  assert.ok(!window.isDestroyed());
  assert.equal(window.shares.at(-1), -1);
  await tell("cancel");
  await done;
  assert.equal(left(), 0);
  const early = example(t, { loadSession: async () => largeSession(30) });
  const ended = early.reviewFirst(new FakeWindow());
  await tick();
  const first = reviewWindow(early);
  await first.tell("cancel");
  await ended;
  assert.ok(first.window.isDestroyed());
  await assertNoneLeft(left);
});

test("another format that is chosen in the dialog is shown before it is saved", async (t) => {
  const review = await reviewed(t, { answer: saveAs("log.json") });
  const { folder, state, tell, until } = review;
  await tell("save", { document: state.document });
  const next = await until((now) => isReady(now) && now.document === 2);
  assert.equal(next.options.format, "json");
  assert.equal(next.notice.text, wordsFor("en").otherFormat);
  assert.deepEqual(readdirSync(folder), []);
  const shown = await documentOf(review, 2);
  await tell("save", { document: 2 });
  await until(({ saved }) => saved);
  assert.equal(readFileSync(join(folder, "log.json"), "utf8"), shown);
});

test("a command for a document that is not shown any more does nothing", async (t) => {
  const { seen, state, tell } = await reviewed(t, { answer: saveAs() });
  for (const document of [state.document + 1, 0, null, "1", undefined]) {
    await tell("save", { document });
    await tell("copy", { document });
  }
  await tell("show");
  assert.deepEqual([seen.asked, seen.copied, seen.shown], [[], [], []]);
});

test("two windows with two sessions do not mix", async (t) => {
  const left = privateFiles(t);
  const [one, two] = [new FakeWindow(), new FakeWindow()];
  const sessions = new Map([
    [one, saying("the first conversation")],
    [two, saying("the second conversation")],
  ]);
  let asked = 0;
  const made = example(t, {
    loadSession: async (window) => sessions.get(window),
    answer: ({ defaultPath }) => ({
      canceled: false,
      filePath: join(dirname(defaultPath), `${(asked += 1)}.html`),
    }),
  });
  const done = [made.reviewFirst(one)];
  await tick();
  const first = reviewWindow(made);
  done.push(made.reviewFirst(two));
  await tick();
  const second = reviewWindow(made);
  await Promise.all([first.until(isReady), second.until(isReady)]);
  assert.equal(left(), 2);
  assert.notEqual(first.session, second.session);
  // Neither answers for the other's host.
  const other = new Request(`${second.window.url}document/1`);
  assert.equal((await first.handle(other)).status, 404);
  // The one that was prepared last is not the one that is saved.
  await first.tell("save", { document: 1 });
  await first.until(({ saved }) => saved);
  await second.tell("save", { document: 1 });
  await second.until(({ saved }) => saved);
  const [a, b] = ["1.html", "2.html"].map((name) =>
    readFileSync(join(made.folder, name), "utf8"),
  );
  assert.match(a, /the first conversation/);
  assert.match(b, /the second conversation/);
  // A second click leads to the review, from either of its windows.
  const count = FakeWindow.opened.length;
  await made.reviewFirst(one);
  await made.exportNow(first.window);
  assert.equal(FakeWindow.opened.length, count);
  assert.equal(first.window.calls.filter((call) => call === "focus").length, 2);
  first.window.close();
  assert.equal(left(), 1);
  assert.equal((await second.state()).phase, "ready");
  second.window.close();
  await Promise.all(done);
  assert.equal(left(), 0);
});

test("the private file is gone however and whenever a review ends", async (t) => {
  const left = privateFiles(t);
  const ends = {
    closed: ({ window }) => window.close(),
    crashed: ({ window }) => window.webContents.emit("render-process-gone"),
    cancelled: ({ cancel, parent }) => cancel(parent),
    quit: ({ app }) => app.emit("will-quit"),
  };
  for (const [how, end] of Object.entries(ends))
    for (const moment of ["load", 0, 1, 3, 10, 30, "ready", "dialog", "save"]) {
      const name = `${how} at ${moment}`;
      let made;
      const parent = new FakeWindow();
      const at = (now) => now === moment && end({ ...made, parent });
      made = example(t, {
        async loadSession() {
          if (moment === "load" && how !== "crashed")
            how === "closed" ? parent.destroy() : at("load");
          return largeSession(moment === "ready" ? 1 : 8);
        },
        answer(options) {
          at("dialog");
          return saveAs()(options);
        },
        async prepareExport(...args) {
          const prepared = await addon.prepareExport(...args);
          return {
            ...prepared,
            save(...to) {
              const saving = prepared.save(...to);
              at("save");
              return saving;
            },
          };
        },
      });
      const done = made.reviewFirst(parent);
      await tick();
      const isOpen = FakeWindow.opened.some(({ url }) => url);
      if (isOpen) {
        const review = reviewWindow(made);
        made.window = review.window;
        if (typeof moment === "number") {
          await sleep(moment);
          end({ ...made, parent });
        } else if (moment === "load") {
          // A window whose page went before it was loaded.
          end({ ...made, parent });
        } else {
          const { document } = await review.until(isReady);
          assert.equal(left(), 1, name);
          if (moment === "ready") at("ready");
          else await review.tell("save", { document });
        }
      }
      await done;
      assert.equal(made.window?.isDestroyed() ?? true, true, name);
      await assertNoneLeft(left, name);
      assert.deepEqual([made.seen.boxes, made.seen.log], [[], []], name);
      // Whole, or not there.
      const files = readdirSync(made.folder);
      if (moment !== "save") assert.deepEqual(files, [], name);
      for (const file of files) {
        const { intact } = await addon.verifyExport(join(made.folder, file));
        assert.ok(intact, name);
      }
    }
});

test("a session that cannot be loaded or exported is told of, and nothing is left", async (t) => {
  const left = privateFiles(t);
  const made = example(t, {
    loadSession: () => Promise.reject(new Error("the tulips")),
  });
  await made.reviewFirst(new FakeWindow());
  assert.equal(made.seen.boxes[0].detail, wordsFor("en").unknownError);
  const { seen, state, tell, done } = await reviewed(t, {
    locale: "zh",
    loadSession: async () => ({ nothing: "of it" }),
  });
  assert.equal(state.phase, "failed");
  const { errors } = wordsFor("zh");
  assert.deepEqual(state.notice, {
    kind: "error",
    text: errors.ERR_INVALID_SESSION,
  });
  assert.equal(seen.log[0].code, "ERR_INVALID_SESSION");
  await tell("cancel");
  await done;
  assert.equal(left(), 0);
});

test("a save that fails is told of, and can be tried again", async (t) => {
  let name = "no/a.html";
  const answer = (options) => saveAs(name)(options);
  const { folder, seen, state, tell, until } = await reviewed(t, { answer });
  const { errors } = wordsFor("en");
  const save = async (isDone) => {
    const { version } = await until(isReady);
    await tell("save", { document: state.document });
    return until((now) => now.version > version + 1 && isDone(now));
  };
  const failed = await save(isReady);
  assert.equal(failed.notice.text, errors.ERR_WRITE_FAILED);
  assert.equal(seen.log[0].doing, "save");
  assert.doesNotMatch(JSON.stringify(seen.log), /negative totals/);
  // The extension is added, and the dialog did not ask about that file.
  name = "log";
  writeFileSync(join(folder, "log.html"), "mine");
  assert.equal((await save(isReady)).notice.text, errors.ERR_EXISTS);
  assert.equal(readFileSync(join(folder, "log.html"), "utf8"), "mine");
  name = "log 2.html";
  assert.equal((await save(({ saved }) => saved)).saved, "log 2.html");
});

test("a document that another program changed is neither saved nor copied", async (t) => {
  let path;
  const { folder, seen, tell, until } = await reviewed(t, {
    answer: saveAs(),
    async prepareExport(...args) {
      const prepared = await addon.prepareExport(...args);
      path = prepared.path;
      return prepared;
    },
  });
  await tell("prepare", { options: { format: "json" } });
  const { document } = await until((now) => isReady(now) && now.document === 2);
  writeFileSync(path, readFileSync(path, "utf8").replace("Fix", "Not"));
  const { errors } = wordsFor("en");
  await tell("copy", { document });
  const { notice } = await until(isReady);
  assert.equal(notice.text, errors.ERR_EXPORT_CHANGED);
  await tell("save", { document });
  const refused = await until((now) => isReady(now) && seen.log.length === 2);
  assert.equal(refused.notice.text, errors.ERR_EXPORT_CHANGED);
  assert.deepEqual([readdirSync(folder), seen.copied], [[], []]);
});

test("a copy is the document itself, or a page as it reads", async (t) => {
  const review = await reviewed(t);
  const { seen, tell, until } = review;
  await tell("copy", { document: 1, text: "as it reads" });
  assert.deepEqual(seen.copied, ["as it reads"]);
  await tell("prepare", { options: { format: "markdown" } });
  await until((now) => isReady(now) && now.document === 2);
  await tell("copy", { document: 2, text: "not this" });
  assert.equal(seen.copied[1], await documentOf(review, 2));
  const { notice } = await until(isReady);
  assert.deepEqual(notice, { kind: "info", text: "Copied." });
});

test("the window has no Node, no preload, no network, and goes nowhere", async (t) => {
  const review = await reviewed(t);
  const { window, session: own, get } = review;
  const { webPreferences: has, title } = window.options;
  assert.equal(title, "Review Session Log");
  assert.equal(has.sandbox, true);
  assert.equal(has.contextIsolation, true);
  assert.equal(has.nodeIntegration, false);
  assert.equal(has.webviewTag, false);
  assert.ok(!("preload" in has));
  // In memory, and of this window alone.
  assert.doesNotMatch(own.partition, /^persist:/);
  assert.ok(own.partition.length > 32);

  const isRefused = (url) => {
    let answer;
    own.beforeRequest({ url }, (given) => (answer = given));
    return answer.cancel;
  };
  const { url } = window;
  assert.equal(isRefused(`${url}document/1`), false);
  for (const each of [
    "https://example.com/",
    "http://127.0.0.1/",
    "ws://127.0.0.1/",
    "file:///etc/passwd",
    "data:text/html,x",
    "session-review://other/document/1",
    `${url.slice(0, -1)}.example/`,
  ])
    assert.equal(isRefused(each), true, each);

  const isStopped = (event, details) => {
    let isPrevented = false;
    const preventDefault = () => (isPrevented = true);
    window.webContents.emit(event, { ...details, preventDefault });
    return isPrevented;
  };
  const goTo = (to, isMainFrame) =>
    isStopped("will-frame-navigate", { url: to, isMainFrame });
  assert.equal(goTo(`${url}document/1#t1`, false), false);
  assert.equal(goTo(`${url}document/1`, true), true);
  assert.equal(goTo(url, false), true);
  assert.equal(goTo("https://example.com/", false), true);
  assert.equal(isStopped("will-attach-webview"), true);
  assert.equal(isStopped("will-redirect"), true);
  assert.deepEqual(window.openHandler({ url }), { action: "deny" });
  let allowed;
  own.permission(null, "clipboard-read", (answer) => (allowed = answer));
  assert.deepEqual([allowed, own.permissionCheck()], [false, false]);

  // Its policy allows the page no more than that.
  const page = await get("");
  assert.match(
    page.headers.get("content-security-policy"),
    /default-src 'none'/,
  );
  const document = await get("document/1");
  assert.match(
    document.headers.get("content-security-policy"),
    /^sandbox allow-same-origin; default-src 'none'/,
  );
  for (const path of ["../exporter.mjs", "review.mjs", "document/1/x", "x"])
    assert.equal((await get(path)).status, 404, path);
  window.close();
  assert.equal(own.handlers.size, 0);
});
