// --all: an index for people and one for programs, and nothing written twice. What a test calls unchanged was changed
// long before it was exported, so that it is not taken for a running session.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { test } from "node:test";
import { parse } from "parse5";
import { outcomeOf } from "../cli/outcome.mjs";
import { inBrowser, launch } from "./chromium.mjs";
import { attack, obeyed, run, stored, storeOf } from "./command.mjs";
import { dshHome, text, turn, user, answer, writeLog } from "./dsh-store.mjs";
import { insert, message, tables, writeDatabase } from "./stores.mjs";
import { addon, githubToken, root, temporaryFolder } from "./support.mjs";

const old = 1795333600000;
const markup = `<img src=x onerror=alert(1)><script>alert(1)</script>"'&amp;`;

function all(store, folder, ...more) {
  const args = ["--all", "--store", store, "-o", folder];
  const told = run([...args, ...more]);
  assert.doesNotMatch(told.stderr, obeyed);
  return told;
}
const indexIn = (folder) =>
  JSON.parse(readFileSync(join(folder, "index.json"), "utf8"));
const pageIn = (folder) => readFileSync(join(folder, "index.html"), "utf8");
const newFolder = (t) => join(temporaryFolder(t), "logs");

/** The elements of a page, with their attributes and texts. */
function elements(html) {
  const found = [];
  const walk = (node) => {
    if (node.tagName) {
      const attributes = node.attrs.map(({ name, value }) => [name, value]);
      found.push({
        tag: node.tagName,
        ...Object.fromEntries(attributes),
        node,
      });
    }
    for (const child of node.childNodes ?? []) walk(child);
  };
  walk(parse(html));
  return found;
}
const textOf = (node) =>
  node.value ?? (node.childNodes ?? []).map(textOf).join("");

test("index.html lists title, agent, folder, time, turns and errors, and leads to the files", (t) => {
  const failed = [
    message(1, "Do it.", old),
    {
      info: {
        id: "msg_2",
        role: "assistant",
        time: { created: old + 1, completed: old + 2 },
        modelID: "m",
        providerID: "p",
      },
      parts: [
        {
          id: "prt_2",
          type: "tool",
          callID: "c",
          tool: "bash",
          state: {
            status: "error",
            input: { command: "false" },
            error: "It failed.",
            time: { start: old, end: old + 1 },
          },
        },
      ],
    },
  ];
  const store = storeOf(
    t,
    stored("ses_one", { title: "First", messages: failed }),
    stored("ses_two", { title: "Second", time: { updated: old - 1 } }),
  );
  for (const format of ["markdown", "html"]) {
    const folder = newFolder(t);
    const { status, stderr } = all(store, folder, "-f", format);
    assert.equal(status, 0, stderr);
    const { sessions } = indexIn(folder);
    assert.deepEqual(
      sessions.map(({ title, agent, turns, errors, messages }) => ({
        ...{ title, agent, turns, errors, messages },
      })),
      [
        ...[
          {
            title: "First",
            agent: "OpenCode",
            turns: 2,
            errors: 1,
            messages: 2,
          },
        ],
        ...[
          {
            title: "Second",
            agent: "OpenCode",
            turns: 1,
            errors: 0,
            messages: 1,
          },
        ],
      ],
    );
    const page = elements(pageIn(folder));
    const rows = page.filter(({ tag }) => tag === "tr").slice(1);
    const cells = rows.map(({ node }) =>
      node.childNodes.filter(({ tagName }) => tagName === "td").map(textOf),
    );
    assert.deepEqual(
      cells.map(([title, agent, place, , turns, errors]) => [
        ...[title, agent, place, turns, errors],
      ]),
      [
        ["First", "OpenCode", "/work/acme", "2", "1"],
        ["Second", "OpenCode", "/work/acme", "1", "0"],
      ],
    );
    assert.match(cells[0][3], /^2026-\d\d-\d\d \d\d:\d\d$/);
    for (const { href } of page.filter(({ tag }) => tag === "a"))
      assert.ok(existsSync(new URL(href, pathToFileURL(`${folder}/`))), href);
  }
});

test("turns and errors are those of the documents, in both languages and all formats", async (t) => {
  const folder = temporaryFolder(t);
  for (const name of readdirSync(join(root, "tests/golden"))) {
    const file = join(root, "tests/golden", name, "session.json");
    if (!existsSync(file)) continue;
    const outcomes = [];
    for (const [locale, ending] of [
      ["en", "md"],
      ["en", "html"],
      ["zh", "md"],
      ["zh", "html"],
      ["en", "json"],
    ]) {
      const path = join(folder, `${name}-${locale}.${ending}`);
      const { format } = await addon.writeExport(path, readFileSync(file), {
        locale,
      });
      outcomes.push(outcomeOf(path, format));
    }
    const [first, ...others] = outcomes;
    assert.ok(first.turns >= 0 && first.errors >= 0, name);
    const json = others.pop();
    for (const other of others) assert.deepEqual(other, first, name);
    assert.equal(json.errors, first.errors, name);
  }
});

test("nothing of a session becomes markup, control or address in index.html", (t) => {
  const hostile = [
    markup,
    attack,
    `${attack}${markup}`,
    "",
    "x".repeat(100_000),
  ];
  const store = storeOf(
    t,
    ...hostile.map((title, at) =>
      stored(`ses_${at}`, {
        title,
        directory: `/work/${title}`.slice(0, 2000),
      }),
    ),
    stored("ses_plain", { title: "Plain" }),
  );
  const folder = newFolder(t);
  const { status, stderr } = all(store, folder);
  assert.equal(status, 0, stderr);
  const html = pageIn(folder);
  assert.doesNotMatch(html, obeyed);
  const page = elements(html);
  const count = (tag) => page.filter((element) => element.tag === tag).length;
  assert.equal(count("img"), 0);
  assert.equal(count("script"), 1);
  assert.equal(count("a"), hostile.length + 1);
  assert.equal(count("tr"), hostile.length + 2);
  for (const element of page)
    for (const name of Object.keys(element))
      assert.doesNotMatch(name, /^on/, element.tag);
  for (const { href } of page.filter(({ tag }) => tag === "a")) {
    assert.match(href, /^\.\/[^/]+\.md$/);
    assert.ok(existsSync(new URL(href, pathToFileURL(`${folder}/`))), href);
  }
  // Its policy lets nothing load, and its own style and script run.
  const { content } = page.find(({ "http-equiv": name }) => name);
  assert.match(
    content,
    /^default-src 'none'; style-src 'sha256-.*'; script-src 'sha256-.*'; base-uri 'none'; form-action 'none'$/,
  );
  for (const tag of ["style", "script"]) {
    const { node } = page.find((element) => element.tag === tag);
    const hash = createHash("sha256").update(textOf(node)).digest("base64");
    assert.ok(content.includes(`${tag}-src 'sha256-${hash}'`), tag);
  }
  if (process.platform !== "win32")
    assert.equal(statSync(join(folder, "index.html")).mode & 0o777, 0o600);
});

test("a hostile index.json is no markup and no path of index.html either", (t) => {
  const store = storeOf(t, stored("ses_one"));
  const folder = newFolder(t);
  assert.equal(all(store, folder).status, 0);
  const index = indexIn(folder);
  const entry = {
    ...index.sessions[0],
    title: markup,
    agent: markup,
    turns: markup,
  };
  writeFileSync(join(folder, "mine.md"), "mine");
  writeFileSync(join(folder, "..", "outside.md"), "mine");
  index.sessions.push(
    { ...entry, sessionID: "ses_x", file: "mine.md" },
    { ...entry, sessionID: "ses_y", file: "../outside.md" },
    { ...entry, sessionID: "ses_z", file: 1 },
    { sessionID: "ses_half\ud800" },
    null,
  );
  writeFileSync(join(folder, "index.json"), JSON.stringify(index));
  const { status, stderr } = all(store, folder);
  assert.equal(status, 0, stderr);
  const page = elements(pageIn(folder));
  assert.equal(page.filter(({ tag }) => tag === "img").length, 0);
  assert.deepEqual(
    page
      .filter(({ tag }) => tag === "a")
      .map(({ href }) => href)
      .sort(),
    [`./${encodeURIComponent(index.sessions[0].file)}`, "./mine.md"].sort(),
  );
  assert.equal(readFileSync(join(folder, "mine.md"), "utf8"), "mine");
});

test("what has not changed is skipped, and the summary says how many", (t) => {
  const place = join(temporaryFolder(t), "opencode.db");
  writeDatabase(place, [
    ...tables,
    ...stored("ses_one", { title: "First" }),
    ...stored("ses_two", { title: "Second" }),
    ...stored("ses_child", { parentID: "ses_two" }),
  ]);
  const folder = newFolder(t);
  const first = all(place, folder);
  assert.match(first.stderr, /^2 of 2 sessions written: .*index\.html$/m);
  const documents = () =>
    readdirSync(folder)
      .filter((name) => name.endsWith(".md"))
      .map((name) => [name, statSync(join(folder, name)).mtimeMs]);
  const before = documents();
  const second = all(place, folder);
  assert.equal(second.status, 0, second.stderr);
  assert.equal(
    second.stderr.trimEnd(),
    `0 of 2 sessions written, 2 skipped, as they have not changed: ${join(folder, "index.html")}`,
  );
  assert.deepEqual(documents(), before);
  assert.equal(indexIn(folder).sessions.length, 2);

  const { file } = indexIn(folder).sessions.find(
    ({ title }) => title === "First",
  );
  writeDatabase(place, [
    insert("message", {
      id: "msg_new",
      session_id: "ses_one",
      time_created: old,
      time_updated: old,
      data: '{"role":"user"}',
    }),
  ]);
  const third = all(place, folder);
  assert.equal(third.status, 0, third.stderr);
  assert.match(third.stderr, /^Written: .*First\.md$/m);
  assert.match(third.stderr, /^1 of 2 sessions written, 1 skipped/m);
  assert.ok(existsSync(join(folder, file)));

  // A session is changed where one of its sub-agents is.
  writeDatabase(place, [
    [
      "UPDATE session SET time_updated = time_updated + 1 WHERE id = 'ses_child'",
    ],
  ]);
  assert.match(all(place, folder).stderr, /^Written: .*Second\.md$/m);
});

test("other options, a missing file and a file that was changed by hand are no reason to skip", (t) => {
  const store = storeOf(t, stored("ses_one", { text: `A ${githubToken(1)}` }));
  const folder = newFolder(t);
  assert.equal(all(store, folder).status, 0);
  const [{ file, state }] = indexIn(folder).sessions;
  assert.match(
    all(store, folder, "--reasoning").stderr,
    /^1 of 1 sessions written/m,
  );
  rmSync(join(folder, file));
  assert.match(
    all(store, folder, "--reasoning").stderr,
    /^1 of 1 sessions written/m,
  );
  assert.ok(existsSync(join(folder, file)));
  assert.notEqual(indexIn(folder).sessions[0].state, state);

  writeFileSync(join(folder, file), "mine");
  const { status, stderr } = all(store, folder, "--reasoning");
  assert.equal(status, 1);
  assert.match(stderr, /replace it with --overwrite/);
  assert.match(stderr, /1 failed/);
  assert.equal(readFileSync(join(folder, file), "utf8"), "mine");
  assert.equal(all(store, folder, "--reasoning", "--overwrite").status, 0);
  assert.doesNotMatch(readFileSync(join(folder, file), "utf8"), /mine/);
});

test("a session that was changed a moment before it was exported may still be running, and is written again", (t) => {
  const now = Date.now();
  const time = { created: now, updated: now - 60_000 };
  const folder = newFolder(t);
  const store = storeOf(t, stored("ses_now", { time }), stored("ses_old"));
  assert.equal(all(store, folder).status, 0);
  assert.match(
    all(store, folder).stderr,
    /^1 of 2 sessions written, 1 skipped/m,
  );
});

test("a term that is redacted since stays neither in a document nor in a file's name", (t) => {
  const store = storeOf(
    t,
    stored("ses_one", { title: "Walnut totals", text: "Walnut" }),
  );
  const folder = newFolder(t);
  assert.equal(all(store, folder).status, 0);
  const { status, stderr } = all(store, folder, "--redact-term", "walnut");
  assert.equal(status, 0, stderr);
  assert.match(stderr, /^Removed: /m);
  for (const name of readdirSync(folder)) {
    assert.doesNotMatch(name, /walnut/i);
    assert.doesNotMatch(readFileSync(join(folder, name), "utf8"), /walnut/i);
  }
  assert.equal(readdirSync(folder).length, 3);
});

test("what is listed from before stays listed: --since, another store, a session that is gone", (t) => {
  const folder = newFolder(t);
  const one = storeOf(t, stored("ses_one", { title: "One" }));
  const two = storeOf(
    t,
    stored("ses_two", {
      title: "Two",
      time: { created: old, updated: Date.now() },
    }),
  );
  assert.equal(all(one, folder).status, 0);
  assert.equal(all(two, folder, "--since", "7d").status, 0);
  const titles = () => indexIn(folder).sessions.map(({ title }) => title);
  assert.deepEqual(titles(), ["Two", "One"]);
  rmSync(join(folder, indexIn(folder).sessions[1].file));
  assert.equal(all(two, folder).status, 0);
  assert.deepEqual(titles(), ["Two"]);
});

test("index.html that is somebody else's is told before any session is written", (t) => {
  const store = storeOf(t, stored("ses_one"));
  for (const prepare of [
    (path) => writeFileSync(path, "<title>mine</title>"),
    (path) => mkdirSync(path),
  ]) {
    const folder = newFolder(t);
    mkdirSync(folder);
    prepare(join(folder, "index.html"));
    const { status, stderr } = all(store, folder);
    assert.notEqual(status, 0);
    assert.match(stderr, /index\.html/);
    assert.deepEqual(readdirSync(folder), ["index.html"]);
  }
});

test(
  "indexes that are links are never written through, nor read",
  { skip: process.platform === "win32" && "Windows has no free links" },
  (t) => {
    const store = storeOf(t, stored("ses_one"));
    const folder = newFolder(t);
    assert.equal(all(store, folder).status, 0);
    const victims = temporaryFolder(t);
    for (const name of ["index.json", "index.html"]) {
      const victim = join(victims, name);
      writeFileSync(victim, readFileSync(join(folder, name)));
      rmSync(join(folder, name));
      symlinkSync(victim, join(folder, name));
      const { status, stderr } = all(store, folder);
      assert.equal(status, 1, stderr);
      assert.match(stderr, /replace it with --overwrite/);
      rmSync(join(folder, name));
      writeFileSync(join(folder, name), readFileSync(victim));
    }
  },
);

test("options that hide a word leave it in no index, in no form", (t) => {
  const store = storeOf(t, stored("ses_one"));
  const folder = newFolder(t);
  const terms = ["--redact-term", "walnut", "--keep", "not-a-secret-1234"];
  assert.equal(all(store, folder, ...terms).status, 0);
  const json = readFileSync(join(folder, "index.json"), "utf8");
  for (const word of ["walnut", "not-a-secret-1234"]) {
    assert.ok(!json.includes(word));
    // A plain hash of it would be guessed.
    const hash = createHash("sha256").update(word).digest("hex");
    assert.ok(!json.includes(hash));
  }
});

test("a home of DSH is listed and skipped in the same way", (t) => {
  const home = dshHome();
  const events = turn(1, [user("Hello."), answer(1, 1, [text("Hi.")])]);
  writeLog(home, { id: "0197aaaa-0000-7000-8000-000000000001" }, events);
  const folder = newFolder(t);
  const { status, stderr } = all(home, folder, "-f", "html");
  assert.equal(status, 0, stderr);
  const [{ agent }] = indexIn(folder).sessions;
  assert.match(agent, /DSH|PawWork/);
});

test(
  "in a browser without a network, one searches index.html and opens what was found",
  inBrowser,
  async (t) => {
    const store = storeOf(
      t,
      stored("ses_one", { title: `Totals ${markup}` }),
      stored("ses_two", { title: "修复报表" }),
      stored("ses_three", { title: "Third", directory: "/work/walnut" }),
    );
    const folder = newFolder(t);
    assert.equal(all(store, folder, "-f", "html").status, 0);
    const browser = await launch();
    t.after(() => browser.close());
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const complaints = [];
    page.on("console", (line) => complaints.push(line.text()));
    page.on("pageerror", (error) => complaints.push(String(error)));
    page.on("dialog", (dialog) => complaints.push(dialog.message()));
    await page.goto(pathToFileURL(join(folder, "index.html")).href);
    const shown = () => page.locator("tbody tr:visible").count();
    assert.equal(await shown(), 3);
    const search = page.getByRole("searchbox");
    await search.fill("报表");
    assert.equal(await shown(), 1);
    assert.equal(await page.locator("output").textContent(), "1 of 3");
    await search.fill("opencode WALNUT");
    assert.equal(await shown(), 1);
    await search.fill("none of them");
    assert.equal(await shown(), 0);
    assert.ok(await page.locator("#none").isVisible());
    await search.fill("<img");
    await page.locator("tbody tr:visible a").click();
    assert.match(await page.title(), /^Totals /);
    assert.deepEqual(complaints, []);
  },
);

test("an index.json that names a file as a session's removes none that is no document", (t) => {
  const store = storeOf(t, stored("ses_one"));
  const folder = newFolder(t);
  assert.equal(all(store, folder).status, 0);
  const index = indexIn(folder);
  const mine = "mine\n";
  writeFileSync(join(folder, "mine.md"), mine);
  Object.assign(index.sessions[0], {
    file: "mine.md",
    suggested: "another.md",
    bytes: mine.length,
    sha256: createHash("sha256").update(mine).digest("hex"),
    state: "another",
  });
  writeFileSync(join(folder, "index.json"), JSON.stringify(index));
  const { stderr } = all(store, folder, "--overwrite");
  assert.match(stderr, /^Left: .*mine\.md, an earlier export/m);
  assert.equal(readFileSync(join(folder, "mine.md"), "utf8"), mine);
});
