// Files that another program has open. On Windows it decides what others may do with them meanwhile: virus scanners,
// indexers and sync programs open each new file for some milliseconds, and an editor keeps one for hours.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readdirSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import * as claude from "./claude-code-store.mjs";
import * as codex from "./codex-store.mjs";
import { run } from "./command.mjs";
import { home as dshHomeWith } from "./dsh-session.mjs";
import * as dsh from "./dsh-store.mjs";
import { database, sessionRows, tables } from "./stores.mjs";
import {
  addon,
  afterwards,
  failure,
  fixed,
  root,
  session,
  sessionText,
  temporaryFolder,
} from "./support.mjs";

const skip =
  process.platform !== "win32" &&
  "elsewhere than on Windows an open file can be read, replaced and removed";

/** libuv's own flag of Windows: nobody else may do anything with the file. */
const ALONE = 0x10000000;

const typical = session("typical");

/** Keeps a file open, so that nobody else can use it. */
function hold(t, path) {
  const file = openSync(path, constants.O_RDONLY | ALONE);
  let isOpen = true;
  const release = () => {
    if (isOpen) closeSync(file);
    isOpen = false;
  };
  afterwards(t, release);
  return release;
}

const overwrite = { ...fixed, overwrite: true };

test("of forty exports to one file all succeed", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "a.md");
  writeFileSync(path, "before");
  const exports = Array.from({ length: 40 }, () =>
    addon.writeExport(path, typical, overwrite),
  );
  await Promise.all(exports);
  assert.equal((await addon.verifyExport(path)).intact, true);
  assert.deepEqual(readdirSync(folder), ["a.md"]);
});

test("a file that is open for a moment is replaced", { skip }, async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "a.md");
  writeFileSync(path, "before");
  const release = hold(t, path);
  const written = addon.writeExport(path, typical, overwrite);
  await pause(300);
  release();
  await written;
  assert.equal((await addon.verifyExport(path)).intact, true);
  assert.deepEqual(readdirSync(folder), ["a.md"]);
});

test(
  "a file that stays open is left as it is, and the error says what to do",
  {
    skip,
  },
  async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, "a.md");
    writeFileSync(path, "before");
    const release = hold(t, path);
    const error = await failure(() =>
      addon.writeExport(path, typical, overwrite),
    );
    assert.equal(error.code, "ERR_WRITE_FAILED");
    assert.equal(error.cause.code, "EBUSY");
    assert.match(
      error.message,
      /EBUSY\. Another program has it open: close it there, or choose another name\. Nothing was left behind\.$/,
    );
    const { status, stderr } = run(["-", "-o", path, "--overwrite"], {
      input: sessionText("typical"),
    });
    assert.equal(status, 1);
    assert.match(stderr, /close it there, or name another with --output\./);
    release();
    assert.equal(readFileSync(path, "utf8"), "before");
    assert.deepEqual(readdirSync(folder), ["a.md"]);
  },
);

test(
  "whoever aborts does not wait for another program",
  { skip },
  async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, "a.md");
    writeFileSync(path, "before");
    hold(t, path);
    const start = Date.now();
    const signal = AbortSignal.timeout(300);
    const error = await failure(() =>
      addon.writeExport(path, typical, { ...overwrite, signal }),
    );
    assert.equal(error.code, "ERR_ABORTED");
    assert.ok(Date.now() - start < 1500);
    assert.deepEqual(readdirSync(folder), ["a.md"]);
  },
);

test(
  "an attachment that is open for a moment is replaced, and one that stays open is named",
  {
    skip,
  },
  async (t) => {
    const folder = temporaryFolder(t);
    const path = join(folder, "a.md");
    const url = `data:text/plain;base64,${Buffer.from("note").toString("base64")}`;
    const note = {
      type: "file",
      mime: "text/plain",
      filename: "note.txt",
      url,
    };
    const info = { id: "msg_1", role: "user", time: { created: 1 } };
    const input = {
      info: { id: "ses_1", title: "T", time: { created: 1 } },
      messages: [{ info, parts: [note] }],
    };
    const options = { ...overwrite, attachments: "extract" };
    await addon.writeExport(path, input, options);
    const [name] = readdirSync(join(folder, "a_files"));
    const attachment = join(folder, "a_files", name);
    let release = hold(t, attachment);
    const written = addon.writeExport(path, input, options);
    await pause(300);
    release();
    await written;
    release = hold(t, attachment);
    const error = await failure(() => addon.writeExport(path, input, options));
    release();
    assert.equal(error.cause.code, "EBUSY");
    assert.ok(error.message.startsWith(attachment), error.message);
    assert.deepEqual(readdirSync(folder).sort(), ["a.md", "a_files"]);
    assert.deepEqual(readdirSync(join(folder, "a_files")), [name]);
  },
);

test("a file to verify that is open elsewhere says so", { skip }, async (t) => {
  const path = join(temporaryFolder(t), "a.md");
  await addon.writeExport(path, typical, fixed);
  const release = hold(t, path);
  const error = await failure(() => addon.verifyExport(path));
  assert.equal(error.code, "ERR_READ_FAILED");
  assert.equal(error.cause.code, "EBUSY");
  assert.match(
    error.message,
    /EBUSY\. Another program has it open: close it there, and try again\.$/,
  );
  const later = addon.verifyExport(path);
  await pause(200);
  release();
  assert.equal((await later).intact, true);
});

test("a session in a file that is open elsewhere says so", { skip }, (t) => {
  const path = join(temporaryFolder(t), "session.json");
  writeFileSync(path, sessionText("typical"));
  hold(t, path);
  const { status, stderr } = run([path]);
  assert.equal(status, 2);
  assert.match(
    stderr,
    /\(EBUSY\): another program has it open: close it there, and try again\./,
  );
});

test(
  "a store that is open elsewhere says so, and is read once it is free",
  {
    skip,
  },
  async (t) => {
    const info = { id: "ses_1", title: "Test", time: { created: 1 } };
    const rows = [...tables, ...sessionRows({ info, messages: [] })];
    const path = database(t, rows);
    const release = hold(t, path);
    const error = await failure(() => addon.listSessions(path));
    assert.equal(error.code, "ERR_STORE_UNREADABLE");
    assert.match(
      error.message,
      /\(EBUSY\); another program has it open: close that program, or try again later\.$/,
    );
    const listed = addon.listSessions(path);
    await pause(200);
    release();
    assert.equal((await listed).length, 1);
  },
);

/** Homes of agents that write logs, each with one session. */
const homes = {
  "Claude Code": () =>
    claude.homeOf([
      claude.prompt("Fix it"),
      claude.answer("m1", claude.text("Done.")),
    ]),
  Codex: () => {
    const log = new codex.Rollout({ isOld: true });
    log.event({ type: "user_message", message: "Fix it" });
    const name = `sessions/2026/11/20/rollout-2026-11-20T10-00-00-${log.id}.jsonl`;
    return codex.homeOf({ [name]: `${log.lines.join("\n")}\n` });
  },
  DSH: () =>
    dshHomeWith(
      dsh.turn(1, [dsh.user("Fix it"), dsh.answer(1, 1, [dsh.text("Done.")])]),
    ),
};

for (const [agent, make] of Object.entries(homes))
  test(
    `a log of ${agent} that is open elsewhere is told by a list, and waited for by an export`,
    { skip },
    async (t) => {
      const home = make();
      const names = readdirSync(home, { recursive: true });
      const log = join(
        home,
        names.find((name) => /\.jsonl(\.zstd)?$/.test(name)),
      );
      const [{ sessionID }] = await addon.listSessions(home);
      const release = hold(t, log);
      const held = await addon.listSessions(home);
      assert.equal(held.unreadable.length, 1);
      assert.match(
        held.unreadable[0].message,
        /1 of its logs could not be opened.*\(EBUSY\); another program has it open/,
      );
      const { status } = run(["--store", home, "--list"]);
      assert.equal(status, 1);
      const path = join(temporaryFolder(t), "a.md");
      const written = addon.writeExport(
        path,
        { sessionID, store: home },
        fixed,
      );
      await pause(300);
      release();
      await written;
      assert.match(readFileSync(path, "utf8"), /Fix it/);
      assert.deepEqual((await addon.listSessions(home)).unreadable, []);
    },
  );

test(
  "a prepared export whose file is open for a moment is saved",
  { skip },
  async (t) => {
    const prepared = await addon.prepareExport(typical, fixed);
    t.after(() => prepared.dispose());
    const path = join(temporaryFolder(t), "a.md");
    const release = hold(t, prepared.path);
    const saved = prepared.save(path);
    await pause(300);
    release();
    await saved;
    assert.equal((await addon.verifyExport(path)).intact, true);
  },
);

/** Opens a file in another process, which shares it with nobody, for some milliseconds. */
async function openElsewhere(t, path, milliseconds) {
  const code = `require("fs").openSync(process.argv[1], ${ALONE}); console.log("open"); setTimeout(() => {}, ${milliseconds});`;
  const other = spawn(process.execPath, ["-e", code, path]);
  const ended = once(other, "close");
  afterwards(t, () => {
    other.kill();
    return ended;
  });
  await once(other.stdout, "data");
}

test(
  "an application does not wait for a prepared export whose file is open for a moment, and nothing is left of it",
  { skip },
  async (t) => {
    const prepared = await addon.prepareExport(typical, fixed);
    const folder = dirname(prepared.path);
    await openElsewhere(t, prepared.path, 1500);
    const start = Date.now();
    prepared.dispose();
    assert.ok(Date.now() - start < 700);
    assert.equal(existsSync(folder), true);
    for (let i = 0; existsSync(folder) && i < 60; i += 1) await pause(50);
    assert.equal(existsSync(folder), false);
  },
);

test(
  "a prepared export whose file is open for long is removed when the next one is disposed of",
  { skip },
  async (t) => {
    const [first, second] = [
      await addon.prepareExport(typical, fixed),
      await addon.prepareExport(typical, fixed),
    ];
    const folder = dirname(first.path);
    const release = hold(t, first.path);
    first.dispose();
    await pause(2500);
    assert.equal(existsSync(folder), true);
    release();
    second.dispose();
    assert.equal(existsSync(folder), false);
  },
);

test(
  "nothing is left of a prepared export whose file is open for a moment when the process ends",
  { skip },
  async (t) => {
    for (const end of [
      "prepared.dispose(); process.exit()",
      "process.exit()",
    ]) {
      const code = `
        const { prepareExport } = require(".");
        prepareExport({ info: {}, messages: [] }).then((prepared) => {
          console.log(prepared.path);
          process.stdin.once("data", () => { ${end} });
        });
      `;
      const other = spawn(process.execPath, ["-e", code], { cwd: root });
      const ended = once(other, "close");
      const [line] = await once(other.stdout, "data");
      const path = String(line).trim();
      await openElsewhere(t, path, 500);
      other.stdin.end("end");
      assert.deepEqual(await ended, [0, null]);
      assert.equal(existsSync(dirname(path)), false, end);
    }
  },
);
