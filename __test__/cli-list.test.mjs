// --list and the picker: time, agent, folder and title, in the columns that a terminal has.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { cut, padded, table, widthOf } from "../cli/columns.mjs";
import { shortIds } from "../cli/sessions.mjs";
import {
  attack,
  obeyed,
  onTerminal,
  run,
  stored,
  storeOf,
} from "./command.mjs";
import { noTerminal } from "./terminal.mjs";
import { answer, dshHome, text, turn, user, writeLog } from "./dsh-store.mjs";
import { root, temporaryFolder } from "./support.mjs";

const wide =
  "修复报表中的负数总计并为所有分支机构重新生成年度报告以便审计人员可以核对每一个数字";
const old = 1795333600000;
const skip = noTerminal;

/** Sessions with titles that do not fit, are wide, turn the direction, are empty, or command. */
const odd = (t) =>
  storeOf(
    t,
    ...[
      wide,
      "x".repeat(5000),
      "مرحبا بالعالم ".repeat(20),
      "👩‍👩‍👧 🎉 🇨🇳 ".repeat(30),
      "",
      attack,
      `${"e\u0301".repeat(300)}`,
    ].map((title, at) =>
      stored(`ses_odd${at}_${"0".repeat(30)}`, {
        title,
        directory: `/work/${"数据仓库/".repeat(at * 3)}end`,
        time: { created: old, updated: old - at },
      }),
    ),
    stored("ses_plain", {
      title: "Plain",
      directory: "/work/plain",
      time: { updated: old - 99 },
    }),
  );

test("a pipe gets id, time, messages, agent, folder and title, whole, between tabs", (t) => {
  const store = odd(t);
  const { status, stdout } = run(["--list", "--store", store]);
  assert.equal(status, 0);
  assert.doesNotMatch(stdout, obeyed);
  const rows = stdout
    .trimEnd()
    .split("\n")
    .map((line) => line.split("\t"));
  assert.equal(rows.length, 8);
  for (const row of rows) assert.equal(row.length, 6);
  assert.deepEqual(rows.at(-1), [
    ...["ses_plain", new Date(old - 99).toISOString(), "1"],
    ...["OpenCode", "/work/plain", "Plain"],
  ]);
  assert.equal(rows[0][5], wide);
  assert.equal(rows[1][5].length, 5000);
  assert.equal(rows[4][5], "Untitled session");
});

for (const columns of [40, 60, 80, 132])
  test(
    `a terminal of ${columns} columns gets lines that fit`,
    { skip },
    async (t) => {
      const terminal = onTerminal(t, ["--list", "--store", odd(t)], {
        columns,
      });
      assert.equal(await terminal.ended, 0);
      const lines = terminal.shown.trimEnd().split("\r\n");
      assert.equal(lines.length, 8);
      for (const line of lines) {
        assert.ok(widthOf(line) <= columns, `${widthOf(line)}: ${line}`);
        assert.doesNotMatch(line, obeyed);
      }
      const plain = lines.at(-1);
      assert.match(plain, /^ses_plain +2026-\d\d-\d\d \d\d:\d\d /);
      assert.match(plain, columns === 40 ? / {2}Plai/ : / {2}Plain$/);
      if (columns >= 56) assert.match(plain, / OpenCode /);
      if (columns >= 72) assert.match(plain, / \/work\/plain /);
      // A title that was cut ends with …, and the columns before it are straight.
      if (columns > 60) assert.match(lines[0], /修.*…$/);
    },
  );

test(
  "the id that a terminal shows is enough to name the session",
  { skip },
  async (t) => {
    const store = storeOf(
      t,
      stored("ses_aaaaaaaaaaaaaaaa1"),
      stored("ses_aaaaaaaaaaaaaaaa2"),
      stored("ses_bbbbbbbbbbbbbbbbb"),
      stored("ses_bbbbbbbbbchild", { parentID: "ses_bbbbbbbbbbbbbbbbb" }),
    );
    const terminal = onTerminal(t, ["--list", "--store", store]);
    await terminal.ended;
    const ids = terminal.shown
      .trimEnd()
      .split("\r\n")
      .map((line) => line.split(" ")[0]);
    assert.equal(ids.length, 3);
    for (const id of ids)
      assert.equal(run([id, "--store", store, "-o", "-"]).status, 0, id);
  },
);

test("ids are as short as they can be told apart", () => {
  const listed = [
    "a".repeat(30),
    `${"a".repeat(20)}b`,
    "short",
    "c".repeat(30),
  ];
  const short = shortIds(listed.map((sessionID) => ({ sessionID })));
  assert.deepEqual([...short.values()].sort(), [
    "a".repeat(21),
    `${"a".repeat(20)}b`,
    "c".repeat(12),
    "short",
  ]);
});

test("agents of several stores are told apart", (t) => {
  const home = dshHome(".dsh");
  const events = turn(1, [user("Hello."), answer(1, 1, [text("Hi.")])]);
  writeLog(home, { id: "0197aaaa-0000-7000-8000-000000000001" }, events);
  const { stdout } = run(["--list", "--store", home]);
  assert.equal(stdout.split("\t")[3], "DSH");
  for (const [log, agent] of [
    ["claude-code/2.1.332.jsonl", "Claude Code"],
    ["codex/0.171.0-thread.jsonl", "Codex"],
  ]) {
    const store = join(root, "__test__/fixtures", log);
    const { stdout } = run(["--list", "--store", store]);
    assert.equal(stdout.split("\t")[3], agent);
  }
});

for (const columns of [50, 80])
  test(
    `the picker of ${columns} columns shows each session in one line that fits`,
    { skip },
    async (t) => {
      const cwd = temporaryFolder(t);
      const terminal = onTerminal(t, ["--store", odd(t), "-f", "html"], {
        columns,
        cwd,
      });
      await terminal.until(/Plain/);
      const screen = terminal.shown;
      const plainLines = screen
        .replace(/\u001b\[[?\d;]*[A-Za-z]/g, "")
        .split("\r\n")
        .filter((line) => /2026-|ses_|Untitled/.test(line));
      assert.ok(plainLines.length >= 8, screen);
      for (const line of plainLines) {
        assert.ok(widthOf(line) < columns, `${widthOf(line)}: ${line}`);
        assert.doesNotMatch(line, obeyed);
      }
      if (columns === 80)
        assert.match(screen, /OpenCode {2}\/work\/plain +Plain|OpenCode {2}…/);
      terminal.type("plain");
      await terminal.until(/❯ [^\n]*Plain/);
      terminal.type("\r");
      assert.equal(await terminal.ended, 0, terminal.shown);
      assert.match(readdirSync(cwd).join(), /Fix|Plain/);
      assert.ok(readdirSync(cwd)[0].endsWith(".html"));
      assert.ok(!join(cwd).includes("\u001b"));
    },
  );

test("a text is cut by the columns that it takes, never within a character", () => {
  assert.equal(cut("short", 5), "short");
  assert.equal(cut("longer", 5), "long…");
  assert.equal(cut("修复报表", 7), "修复报…");
  assert.equal(cut("修复报表", 6), "修复…");
  assert.equal(cut("/work/acme/report", 8, "end"), "…/report");
  assert.equal(cut("e\u0301e\u0301e\u0301", 2), "e\u0301…");
  assert.equal(widthOf(padded("修", 6)), 6);
  const long = "x".repeat(5_000_000);
  const begun = performance.now();
  assert.equal(widthOf(cut(long, 80)), 80);
  assert.ok(performance.now() - begun < 1000);
  assert.deepEqual(table([], 80), []);
});
