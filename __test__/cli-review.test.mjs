// --review: the page in the browser, the counts on the terminal, a question; written is what was shown, and the private
// file is gone however it ends. The browser is a script that notes what it was given.
import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { onTerminal, run, stored, storeOf } from "./command.mjs";
import {
  addon,
  githubToken,
  largeSession,
  temporaryFolder,
} from "./support.mjs";
import { noTerminal } from "./terminal.mjs";

const opener = process.platform === "darwin" ? "open" : "xdg-open";
const skip = noTerminal;

/** A folder to work in, with a browser that notes its arguments and copies what it was given. */
function setUp(
  t,
  browser = 'printf "%s\\n" "$#" "$@" > opened; cp "$1" shown',
) {
  const cwd = temporaryFolder(t);
  const bin = join(cwd, "bin");
  const temporary = join(cwd, "a 'temporary' $(folder)");
  mkdirSync(bin);
  mkdirSync(temporary);
  writeFileSync(join(bin, opener), `#!/bin/sh\n${browser}\n`);
  chmodSync(join(bin, opener), 0o755);
  const env = { PATH: `${bin}:${process.env.PATH}`, TMPDIR: temporary };
  const store = storeOf(
    t,
    stored("ses_one", { text: `A ${githubToken(1)} and ${githubToken(1)}` }),
  );
  const review = (...args) =>
    onTerminal(t, ["ses_one", "--store", store, "--review", ...args], {
      cwd,
      env,
    });
  const opened = () => readFileSync(join(cwd, "opened"), "utf8").split("\n");
  /** Nothing is left of the prepared export, here and in the folder for temporary files. */
  const isClean = () =>
    assert.deepEqual(
      [readdirSync(temporary), existsSync(opened()[1])],
      [[], false],
    );
  return { cwd, env, review, opened, isClean };
}

test("what was shown is what is written, after yes", { skip }, async (t) => {
  const { cwd, review, opened, isClean } = setUp(t);
  const terminal = review("-o", "log.html");
  await terminal.until(/\[y\/N\]/);
  assert.match(
    terminal.shown,
    /Redacted in 2 places: github-token 2 \(access token\)\./,
  );
  assert.match(terminal.shown, /Left out: nothing\./);
  assert.match(terminal.shown, /Write it to log\.html\?/);
  assert.ok(!existsSync(join(cwd, "log.html")));
  // One argument, whatever is in the path: no shell reads it.
  assert.equal(opened()[0], "1");
  assert.match(opened()[1], /a 'temporary' \$\(folder\).*session\.html$/);
  terminal.type("y\r");
  assert.equal(await terminal.ended, 0, terminal.shown);
  assert.match(terminal.shown, /Written: .*log\.html/);
  const saved = readFileSync(join(cwd, "log.html"), "utf8");
  assert.equal(saved, readFileSync(join(cwd, "shown"), "utf8"));
  assert.match(saved, /^<!doctype html>/);
  assert.ok((await addon.verifyExport(join(cwd, "log.html"))).intact);
  isClean();
});

for (const [name, keys, code, words] of [
  ["Enter", "\r", 0, /Nothing was written/],
  ["n", "n\r", 0, /Nothing was written/],
  ["another word", "maybe\r", 0, /Nothing was written/],
  ["the end of the input", "\u0004", 0, /Nothing was written/],
  ["Ctrl-C", "\u0003", 130, /Stopped/],
])
  test(`${name} writes nothing and leaves nothing`, { skip }, async (t) => {
    const { cwd, review, isClean } = setUp(t);
    const terminal = review("-o", "log.html");
    await terminal.until(/\[y\/N\]/);
    terminal.type(keys);
    assert.equal(await terminal.ended, code, terminal.shown);
    assert.match(terminal.shown, words);
    assert.ok(!existsSync(join(cwd, "log.html")));
    isClean();
  });

for (const [signal, code] of [
  ["TERM", 143],
  ["HUP", 129],
])
  test(`SIG${signal} while it asks leaves nothing`, { skip }, async (t) => {
    const browser = `printf "%s\\n" "$#" "$@" > opened; kill -${signal} $PPID`;
    const { cwd, review, isClean } = setUp(t, browser);
    const terminal = review("-o", "log.html");
    assert.equal(await terminal.ended, code, terminal.shown);
    assert.ok(!existsSync(join(cwd, "log.html")));
    isClean();
  });

test("Ctrl-C while the page is made leaves nothing", { skip }, async (t) => {
  const { cwd, env } = setUp(t);
  const file = join(cwd, "session.json");
  writeFileSync(file, JSON.stringify(largeSession(60)));
  const args = [file, "--review", "-o", "log.html"];
  const terminal = onTerminal(t, args, { cwd, env });
  await terminal.until(/Reading|Redacting|Writing/);
  terminal.type("\u0003");
  assert.equal(await terminal.ended, 130, terminal.shown);
  assert.match(terminal.shown, /Stopped\. Nothing was written/);
  assert.ok(!existsSync(join(cwd, "opened")));
  assert.deepEqual(readdirSync(env.TMPDIR), []);
  assert.ok(!existsSync(join(cwd, "log.html")));
});

test(
  "without an --output the page is named by its title, here",
  { skip },
  async (t) => {
    const { cwd, review, isClean } = setUp(t);
    const terminal = review();
    await terminal.until(/\[y\/N\]/);
    terminal.type("yes\r");
    assert.equal(await terminal.ended, 0, terminal.shown);
    assert.match(
      readdirSync(cwd).join(),
      /\d{4}-\d\d-\d\d Fix the totals\.html/,
    );
    isClean();
  },
);

test(
  "a page that was changed while it was reviewed is not written",
  { skip },
  async (t) => {
    const { cwd, review, opened, isClean } = setUp(t);
    const terminal = review("-o", "log.html");
    await terminal.until(/\[y\/N\]/);
    appendFileSync(opened()[1], "more");
    terminal.type("y\r");
    assert.equal(await terminal.ended, 1, terminal.shown);
    assert.match(terminal.shown, /ERR_EXPORT_CHANGED/);
    assert.ok(!existsSync(join(cwd, "log.html")));
    isClean();
  },
);

test(
  "without a browser the path is told, and it asks all the same",
  { skip },
  async (t) => {
    const { review, opened } = setUp(
      t,
      'printf "%s\\n" "$#" "$@" > opened; exit 3',
    );
    const terminal = review("-o", "log.html");
    await terminal.until(/\[y\/N\]/);
    const shown = terminal.shown.replaceAll("\r\n", "");
    assert.match(shown, /No browser could be started: open .*session\.html/);
    terminal.type("\r");
    assert.equal(await terminal.ended, 0);
    assert.ok(!existsSync(dirname(opened()[1])));
  },
);

test(
  "an existing file is told before anything is prepared",
  { skip },
  async (t) => {
    const { cwd, review } = setUp(t);
    writeFileSync(join(cwd, "log.html"), "mine");
    const terminal = review("-o", "log.html");
    assert.equal(await terminal.ended, 1, terminal.shown);
    assert.match(terminal.shown, /--overwrite/);
    assert.ok(!existsSync(join(cwd, "opened")));
  },
);

test("without a terminal it is an error, and so is what is no page", (t) => {
  const store = storeOf(t, stored("ses_one"));
  const args = ["ses_one", "--store", store, "--review"];
  const cwd = temporaryFolder(t);
  for (const [more, words] of [
    [[], /there is no terminal/],
    [["-o", "log.md"], /--review writes a page/],
    [["-f", "json"], /leave --format out/],
    [["-o", "-"], /name it with --output/],
    [["--all", "-o", "logs"], /--all and --review do not go together/],
    [["--attachments", "extract"], /--attachments extract/],
  ]) {
    const { status, stdout, stderr } = run(
      [...args.slice(more[0] === "--all" ? 1 : 0), ...more],
      { cwd },
    );
    assert.deepEqual([status, stdout], [2, ""], stderr);
    assert.match(stderr, words);
  }
  assert.deepEqual(readdirSync(cwd), []);
});
