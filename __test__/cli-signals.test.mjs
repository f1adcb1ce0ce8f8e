// What ends the command from outside: it says so by its exit code, and leaves nothing of what is not whole.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { test } from "node:test";
import { database, message, sessionRows, tables } from "./stores.mjs";
import { addon, largeSession, root, temporaryFolder } from "./support.mjs";
import { noTerminal, startOnTerminal } from "./terminal.mjs";

const command = join(root, "cli/main.mjs");
const skip = process.platform === "win32" && "Windows has no signals";
const signals = [
  ["SIGINT", 130],
  ["SIGTERM", 143],
  ["SIGHUP", 129],
];
const time = 1795333600000;

/** A running command, and what it tells. */
function start(args, more = {}) {
  const child = spawn(process.execPath, [command, ...args], more);
  const running = { child, told: "", ended: once(child, "exit") };
  child.stderr.on("data", (data) => (running.told += data));
  return running;
}

async function until(isSo, { child }) {
  while (!isSo() && child.exitCode === null) await pause(5);
}

/** Whether a signal would be handled by now, as Linux tells it. */
function handles(pid, number) {
  const [, mask] = /^SigCgt:\s*(\w+)/m.exec(
    readFileSync(`/proc/${pid}/status`, "utf8"),
  );
  return (BigInt(`0x${mask}`) >> BigInt(number - 1)) & 1n;
}

const storeOf = (t, count, text) =>
  database(t, [
    ...tables,
    ...Array.from({ length: count }, (_, i) =>
      sessionRows({
        info: {
          id: `ses_${i}`,
          title: `Session ${i}`,
          version: "1.18.33",
          directory: "/work/acme",
          time: { created: time, updated: time - i },
        },
        messages: [message(i, `${i} ${text}`)],
      }),
    ).flat(),
  ]);

for (const [signal, code] of signals) {
  test(
    `${signal} while a file is written ends with ${code} and leaves nothing`,
    { skip },
    async (t) => {
      const folder = temporaryFolder(t);
      const file = join(folder, "session.json");
      writeFileSync(file, JSON.stringify(largeSession(100)));
      const running = start([
        ...[file, "-o", join(folder, "a.md"), "--tools", "full"],
      ]);
      // Until its temporary file is there, which has no name on Linux.
      const fds = `/proc/${running.child.pid}/fd`;
      const isOpen = (fd) => {
        try {
          return readlinkSync(join(fds, fd)).endsWith("(deleted)");
        } catch {
          return false;
        }
      };
      await until(
        () =>
          readdirSync(folder).length > 1 ||
          (existsSync(fds) && readdirSync(fds).some(isOpen)),
        running,
      );
      running.child.kill(signal);
      assert.deepEqual(await running.ended, [code, null], running.told);
      assert.match(running.told, /Nothing was written/);
      assert.deepEqual(readdirSync(folder), ["session.json"]);
    },
  );

  test(
    `${signal} under --all ends with ${code}, and all that is left is whole`,
    { skip },
    async (t) => {
      const folder = join(temporaryFolder(t), "all");
      const store = storeOf(t, 40, "A line of text.\n".repeat(60_000));
      const running = start(["--all", "--store", store, "-o", folder]);
      await until(() => /Written/.test(running.told), running);
      running.child.kill(signal);
      assert.deepEqual(await running.ended, [code, null], running.told);
      const { sessions } = JSON.parse(readFileSync(join(folder, "index.json")));
      const files = sessions.map(({ file }) => file);
      assert.deepEqual(
        readdirSync(folder).sort(),
        [...files, "index.html", "index.json"].sort(),
      );
      assert.match(
        running.told,
        new RegExp(`Stopped. ${files.length} of 40 sessions`),
      );
      for (const file of files)
        assert.ok((await addon.verifyExport(join(folder, file))).intact, file);
    },
  );

  test(
    `${signal} while standard input is waited for ends with ${code}`,
    { skip: skip || (!existsSync("/proc/self/status") && "asks Linux") },
    async (t) => {
      const folder = temporaryFolder(t);
      const running = start(["-", "-o", join(folder, "a.md")]);
      // The last of the three that is asked for.
      await until(() => handles(running.child.pid, 1), running);
      await pause(100);
      running.child.kill(signal);
      assert.deepEqual(await running.ended, [code, null], running.told);
      assert.match(running.told, /Stopped/);
      assert.deepEqual(readdirSync(folder), []);
    },
  );

  test(
    `${signal} ends a command at once whose reader has stopped to read`,
    { skip },
    async (t) => {
      const store = storeOf(t, 1, "A line of text.\n".repeat(60_000));
      const running = start(["ses_0", "--store", store, "-o", "-"]);
      await once(running.child.stdout, "readable");
      running.child.kill(signal);
      // Shells show it as the same number.
      assert.deepEqual(await running.ended, [null, signal], running.told);
      assert.equal(running.told, "");
    },
  );
}

test(
  "SIGTERM in the picker ends with 143, and is not told as a failure",
  { skip: noTerminal },
  async (t) => {
    const folder = temporaryFolder(t);
    const words = [process.execPath, command, "--store", storeOf(t, 2, "Text")];
    const line = words.map((word) => `'${word}'`).join(" ");
    const pid = join(folder, "pid");
    const script = `echo $$ > '${pid}'; exec ${line}`;
    const child = startOnTerminal(script, {
      cwd: folder,
      env: process.env,
    });
    let shown = "";
    child.stdout.on("data", (data) => (shown += data));
    const ended = once(child, "exit");
    await until(() => /Session 1/.test(shown), { child });
    process.kill(Number(readFileSync(pid, "utf8")), "SIGTERM");
    const [code] = await ended;
    assert.equal(code, 143, shown);
    assert.doesNotMatch(shown, /Prompt|aborted/);
    assert.deepEqual(readdirSync(folder), ["pid"]);
  },
);
