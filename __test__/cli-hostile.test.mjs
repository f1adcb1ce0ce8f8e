// The command under hostile stores, folders and files: each test is named after what broke.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "node:test";
import { safe, safeJson } from "../cli/terminal.mjs";
import { uniqueNames } from "../cli/unique_name.mjs";
import { database, message, sessionRows, tables } from "./stores.mjs";
import { addon, root, sessionText, temporaryFolder } from "./support.mjs";
import { noTerminal, startOnTerminal } from "./terminal.mjs";

const command = join(root, "cli/main.mjs");
const windows = process.platform === "win32";
const noLinks = {
  skip: windows && "Windows has no pipes, modes or free links",
};
const time = 1795333600000;
/** What a terminal obeys or hides, other than the line ends and tabs of the command itself. */
const obeyed = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;
const attack =
  "\u001b]0;owned\u0007\u001b[31m\u009b31m\u202e\u2066\u200b\u2028x\nses_forged\t2026-01-01\t9\tForged";

const session = (id, { title = "Totals", updated = time, folder } = {}) =>
  sessionRows({
    info: {
      id,
      title,
      directory: folder ?? "/work/acme",
      version: "1.18.33",
      time: { created: time, updated },
    },
    messages: [message(`${Buffer.from(id).toString("hex")}`, "Text.", time)],
  });

const storeOf = (t, ...sessions) =>
  database(t, [...tables, ...sessions.flat()]);

function run(args, { input, cwd } = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [command, ...args],
    { encoding: "utf8", input, cwd, timeout: 30_000 },
  );
  return { status, stdout, stderr };
}

test("an id, a title or an agent's folder with escapes and line ends forges nothing in --list", (t) => {
  const hostile = session(`ses_${attack}`, { title: attack, folder: attack });
  const { stdout, status } = run([
    ...["--list", "--store", storeOf(t, hostile, session("ses_plain"))],
  ]);
  assert.equal(status, 0);
  assert.equal(stdout.trimEnd().split("\n").length, 2);
  for (const line of stdout.trimEnd().split("\n"))
    assert.equal(line.split("\t").length, 6);
  assert.doesNotMatch(stdout, obeyed);
});

test("ids that an error quotes, and those that match, are filtered", (t) => {
  const store = storeOf(
    t,
    session(`ses_a${attack}`),
    session(`ses_b${attack}`),
  );
  for (const id of ["ses_", `ses_${attack}`, "none\u001b[31m\u202e"]) {
    const { stderr, status } = run([id, "--store", store]);
    assert.equal(status, 1);
    assert.doesNotMatch(stderr, obeyed);
    assert.doesNotMatch(stderr, /^ses_forged/m);
  }
});

test("a path or an option with escapes is filtered", (t) => {
  const folder = temporaryFolder(t);
  for (const args of [
    ["x", "--store", join(folder, "no\u001b[31m\nWritten: forged")],
    ["--no\u001b[31mpe"],
    ["x", "--tools", "\u001b]0;x\u0007"],
    ["--list", "--since", "\u001b[31m\n"],
  ]) {
    const { stderr, status } = run(args);
    assert.notEqual(status, 0);
    assert.doesNotMatch(stderr, obeyed);
    assert.doesNotMatch(stderr, /^Written/m);
  }
});

test("a document that is piped holds nothing that a terminal would obey, in any format", (t) => {
  const folder = temporaryFolder(t);
  const info = { id: `ses_${attack}`, title: attack, directory: attack };
  const tool = {
    type: "tool",
    id: "prt_2",
    callID: "call",
    tool: attack,
    state: {
      status: "completed",
      input: { command: attack },
      output: attack,
      title: attack,
      metadata: {},
      time: { start: time, end: time },
    },
  };
  const parts = [{ type: "text", id: "prt_1", text: attack }, tool];
  const messages = [
    {
      info: {
        id: "msg",
        role: "assistant",
        agent: attack,
        modelID: attack,
        time: { created: time },
      },
      parts,
    },
  ];
  const file = join(folder, "session.json");
  writeFileSync(
    file,
    JSON.stringify({ info: { ...info, time: { created: time } }, messages }),
  );
  for (const format of ["markdown", "html", "json"]) {
    const { status, stdout, stderr } = run([
      ...[file, "-f", format, "--tools", "full", "--redact", "off"],
    ]);
    assert.equal(status, 0, stderr);
    assert.match(stdout, /Forged/);
    assert.doesNotMatch(stdout, obeyed);
  }
});

test("--all reports and indexes hostile ids without a raw character", (t) => {
  const folder = join(temporaryFolder(t), "all");
  const id = `ses_${attack}`;
  const store = storeOf(t, session(id, { title: attack }));
  const { stderr } = run(["--all", "--store", store, "-o", folder]);
  assert.doesNotMatch(stderr, obeyed);
  assert.doesNotMatch(stderr, /^ses_forged/m);
  const index = readFileSync(join(folder, "index.json"), "utf8");
  assert.doesNotMatch(index, obeyed);
  for (const { sessionID } of JSON.parse(index).sessions)
    assert.equal(sessionID, id);
  assert.deepEqual(
    readdirSync(folder).filter((name) => obeyed.test(name)),
    [],
  );
});

test("nothing of the command prints but through the filter", () => {
  for (const name of readdirSync(join(root, "cli"))) {
    const source = readFileSync(join(root, "cli", name), "utf8");
    assert.doesNotMatch(source, /console\./, name);
    const writes = source.match(/std(out|err)\.write\((?!safeLines)/g) ?? [];
    const allowed = ["terminal.mjs", "stdout.mjs"].includes(name) ? 1 : 0;
    assert.equal(writes.length, allowed, name);
  }
});

test("what is unsafe is replaced in a line, and escaped in JSON without a change of value", () => {
  const unsafe =
    "\u0000\u001b\u009b\u061c\u200b\u202e\u2069\ufeff\u3164\u{e0041}\ud800\r\n\u2029";
  assert.match(safe(`a${unsafe}b`), /^a\ufffd+b$/);
  assert.equal(safe("Größe 数 🙂"), "Größe 数 🙂");
  const json = safeJson({ unsafe });
  assert.doesNotMatch(json, obeyed);
  assert.equal(JSON.parse(json).unsafe, unsafe);
});

test("one absurd time ends neither --list nor --since nor --all", (t) => {
  const times = [9e18, -5, 8.64e15 + 1, 1e300, "soon", 253_402_300_800_000];
  const absurd = times.map((updated, i) =>
    session(`ses_absurd${i}`, { updated }),
  );
  const store = storeOf(t, ...absurd, session("ses_good"));
  const list = run(["--list", "--store", store]);
  assert.equal(list.status, 0, list.stderr);
  const rows = list.stdout
    .trimEnd()
    .split("\n")
    .map((row) => row.split("\t"));
  assert.equal(rows[0][0], "ses_good");
  assert.deepEqual(
    rows.slice(1).map(([, date]) => date),
    times.map(() => "?"),
  );
  const since = run(["--list", "--since", "2020-01-01", "--store", store]);
  assert.equal(since.status, 0, since.stderr);
  assert.match(since.stdout, /^ses_good\t.*\n$/);
  assert.match(since.stderr, /time is unknown: 6/);
  const folder = join(temporaryFolder(t), "all");
  const all = run(["--all", "--store", store, "-o", folder]);
  assert.equal(all.status, 0, all.stderr);
  assert.doesNotMatch(all.stderr, /Not written/);
  assert.equal(readdirSync(folder).length, times.length + 3);
});

test("listSessions gives no time that the calendar does not have", async (t) => {
  const store = storeOf(
    t,
    session("ses_a", { updated: 9e18 }),
    session("ses_b"),
  );
  const listed = await addon.listSessions(store);
  assert.deepEqual(
    listed.map(({ sessionID, updated }) => [sessionID, updated]),
    [
      ["ses_b", time],
      ["ses_a", undefined],
    ],
  );
});

test("index.json that is there is told before any session is written", (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, "index.json"), "mine");
  const args = ["--all", "--store", storeOf(t, session("ses_a")), "-o", folder];
  const { status, stderr } = run(args);
  assert.equal(status, 1);
  assert.match(stderr, /ERR_EXISTS/);
  assert.deepEqual(readdirSync(folder), ["index.json"]);
  assert.equal(readFileSync(join(folder, "index.json"), "utf8"), "mine");
});

test(
  "index.json is private and is never written through a link",
  noLinks,
  (t) => {
    const folder = temporaryFolder(t);
    const victim = join(temporaryFolder(t), "victim");
    writeFileSync(victim, "mine");
    const index = join(folder, "index.json");
    symlinkSync(victim, index);
    const args = [
      "--all",
      "--store",
      storeOf(t, session("ses_a")),
      "-o",
      folder,
    ];
    assert.match(run(args).stderr, /ERR_EXISTS/);
    assert.deepEqual(readdirSync(folder), ["index.json"]);
    const { status, stderr } = run([...args, "--overwrite"]);
    assert.equal(status, 0, stderr);
    assert.equal(readFileSync(victim, "utf8"), "mine");
    assert.ok(lstatSync(index).isFile());
    assert.equal(statSync(index).mode & 0o777, 0o600);
    assert.equal(JSON.parse(readFileSync(index)).sessions.length, 1);
  },
);

test(
  "a link to nowhere, a pipe and a folder in index.json's place are not written to",
  noLinks,
  (t) => {
    const store = storeOf(t, session("ses_a"));
    for (const [make, code] of [
      [(path) => symlinkSync("/no/such/place", path), 0],
      [(path) => execFileSync("mkfifo", [path]), 2],
      [(path) => mkdirSync(path), 2],
    ]) {
      const folder = temporaryFolder(t);
      make(join(folder, "index.json"));
      const args = ["--all", "--overwrite", "--store", store, "-o", folder];
      const { status, stderr } = run(args);
      assert.equal(status, code, stderr);
      if (code === 0) continue;
      assert.match(stderr, /ERR_WRITE_FAILED/);
      assert.deepEqual(readdirSync(folder), ["index.json"]);
    }
  },
);

test(
  "an output folder that is a link to one is used; what can be none is a sentence",
  noLinks,
  (t) => {
    const parent = temporaryFolder(t);
    const store = storeOf(t, session("ses_a"));
    mkdirSync(join(parent, "real"));
    symlinkSync("real", join(parent, "link"));
    symlinkSync("nowhere", join(parent, "broken"));
    symlinkSync("loop", join(parent, "loop"));
    writeFileSync(join(parent, "file"), "mine");
    const into = (name) =>
      run(["--all", "--store", store, "-o", join(parent, name)]);
    assert.equal(into("link").status, 0);
    assert.equal(readdirSync(join(parent, "real")).length, 3);
    const long = "x".repeat(300);
    for (const name of [
      "broken",
      "loop",
      "file",
      "file/inside",
      long,
      `a/${long}`,
    ]) {
      const { status, stderr } = into(name);
      assert.equal(status, 2, name);
      assert.match(
        stderr,
        /(?:cannot be a|is no) folder.*name another with --output/,
      );
    }
    assert.ok(!existsSync(join(parent, "a")), "what was made is taken back");
    assert.equal(readFileSync(join(parent, "file"), "utf8"), "mine");
    assert.ok(!existsSync(join(parent, "nowhere")));
  },
);

test(
  "--all into /proc never ended",
  { skip: process.platform !== "linux" && "only Linux has /proc" },
  (t) => {
    const store = storeOf(t, session("ses_a"));
    const args = ["--all", "--store", store, "-o", "/proc/all/inside"];
    const { status, stderr } = run(args, { timeout: 20_000 });
    assert.equal(status, 2, stderr);
    assert.match(stderr, /cannot be a folder/);
  },
);

test("--output is judged before a session is looked for", (t) => {
  const parent = temporaryFolder(t);
  writeFileSync(join(parent, "file"), "mine");
  const store = storeOf(t, session("ses_a"));
  for (const args of [
    ["ses_missing", "--store", store, "-o", join(parent, "file/log.md")],
    ["ses_a", "--store", join(parent, "none"), "-o", join(parent, "no/log.md")],
    ["--all", "--store", join(parent, "none"), "-o", join(parent, "file")],
  ]) {
    const { status, stderr } = run(args);
    assert.equal(status, 2, stderr);
    assert.doesNotMatch(stderr, /ses_missing|none/);
  }
  const made = join(parent, "made");
  const args = ["--all", "--store", join(parent, "none"), "-o", made];
  assert.equal(run(args).status, 1);
  assert.ok(!existsSync(made), "no empty folder stays");
});

test("the command's own writer takes a text alone", (t) => {
  const path = join(temporaryFolder(t), "index.json");
  for (const text of [undefined, null, 1, {}, ["a"], Symbol("a")])
    assert.throws(() => addon.__writeText(path, text, false), {
      code: "ERR_INVALID_OPTION",
    });
  assert.ok(!existsSync(path));
});

test("three sessions of one title, date and end of id are three files, with --overwrite too", (t) => {
  const folder = join(temporaryFolder(t), "all");
  const ids = ["ses_1_sameends", "ses_2_sameends", "ses_3_sameends"];
  const titles = ["Gr\u00f6\u00dfe", "gro\u0308\u00dfe", "GR\u00d6SSE"];
  const sessions = ids.map((id, i) => session(id, { title: titles[i] }));
  const args = ["--all", "--store", storeOf(t, ...sessions), "-o", folder];
  for (const more of [[], ["--overwrite"]]) {
    const { status, stderr } = run([...args, ...more]);
    assert.equal(status, 0, stderr);
    const index = JSON.parse(readFileSync(join(folder, "index.json")));
    const files = index.sessions.map(({ file }) => file);
    assert.equal(new Set(files).size, 3);
    assert.equal(readdirSync(folder).length, 5);
  }
});

test("names differ in more than case and Unicode form, and hold no path of an id", () => {
  const unique = uniqueNames("index.json");
  const names = [
    unique("Index.JSON", "ses_x"),
    ...["a/../../x", "a/../../x", "\u001b/.."].map((id) => unique("A.md", id)),
  ];
  const folded = names.map((name) => name.normalize("NFC").toLowerCase());
  assert.equal(new Set([...folded, "index.json"]).size, 5);
  for (const name of names) assert.match(name, /^[A-Za-z0-9 .]+$/);
});

test(
  "a pipe, a device or a folder given as a session's file is a sentence at once",
  noLinks,
  (t) => {
    const folder = temporaryFolder(t);
    execFileSync("mkfifo", [join(folder, "pipe.json")]);
    symlinkSync("/dev/zero", join(folder, "zero.json"));
    for (const path of ["pipe.json", "zero.json", "."]) {
      const { status, stderr, stdout } = run([join(folder, path), "-o", "-"]);
      assert.equal(status, 2, stderr);
      assert.match(
        stderr,
        /is (a folder|not a regular file): give a JSON file, or -/,
      );
      assert.equal(stdout, "");
    }
  },
);

test("- reads a session from standard input", (t) => {
  const { status, stdout, stderr } = run(["-"], { input: sessionText("full") });
  assert.equal(status, 0, stderr);
  assert.match(stdout, /^# /);
});

test(
  "the picker, the progress and a document on a terminal obey no session",
  { skip: noTerminal },
  async (t) => {
    const marks =
      /\u001b\]0;|\u001b\[31m|\u009b31m|\u202e|\u2066|\u200b|\u2028/;
    const store = storeOf(
      t,
      session(`ses_${attack}`, { title: attack, updated: 9e18 }),
    );
    const words = [process.execPath, command, "--store", store, "-o", "-"];
    for (const more of [[], ["ses_"], ["ses_", "-f", "json"]]) {
      const line = [...words, ...more].map((word) => `'${word}'`).join(" ");
      const child = startOnTerminal(line, {
        cwd: temporaryFolder(t),
        env: process.env,
      });
      let shown = "";
      child.stdout.setEncoding("utf8");
      child.stdout.on("data", (data) => (shown += data));
      const ended = once(child, "exit");
      if (more.length === 0) {
        for (let i = 0; i < 400 && !/x.ses_forged/.test(shown); i += 1)
          await pause(25);
        child.stdin.write("\r");
      }
      const [code] = await ended;
      assert.equal(code, 0, shown);
      assert.match(shown, /Text\./);
      assert.doesNotMatch(shown, marks);
    }
  },
);
