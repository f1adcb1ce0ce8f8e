// Shared by the tests of the command: they run it as a process, on a terminal too, with small stores.
import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { database, message, sessionRows, tables } from "./stores.mjs";
import { root, temporaryFolder } from "./support.mjs";
import { startOnTerminal } from "./terminal.mjs";

export const command = join(root, "cli/main.mjs");
export const day = 86_400_000;

/** What a terminal obeys or hides, other than the line ends and tabs of the command itself. */
export const obeyed = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** A text that tries to command a terminal, to turn the direction of a line, and to be markup. */
export const attack =
  "\u001b]0;owned\u0007\u001b[31m\u009b31m\u202e\u2066\u200b\u2028x\nses_forged\t2026-01-01\t9\tForged";

/** The environment of a user who has no stores but those that are named. */
const env = (folder, more) => ({ ...process.env, HOME: folder, ...more });

export function run(args, { cwd, input, env: more } = {}) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [command, ...args],
    {
      cwd,
      input,
      env: { ...process.env, ...more },
      encoding: "utf8",
      maxBuffer: 2 ** 28,
      timeout: 60_000,
    },
  );
  return { status, stdout, stderr };
}

/** A session of a database: with a text, or messages of its own. */
export const stored = (id, { text = "Text.", messages, ...info } = {}) =>
  sessionRows({
    info: {
      id,
      title: "Fix the totals",
      directory: "/work/acme",
      version: "1.18.33",
      time: { created: 1795333600000, updated: 1795333600000 },
      ...info,
    },
    messages: messages ?? [
      message(Buffer.from(id).toString("hex"), text, 1795333600000),
    ],
  });

export const storeOf = (t, ...sessions) =>
  database(t, [...tables, ...sessions.flat()]);

const quoted = (word) => `'${word.replaceAll("'", "'\\''")}'`;

/** The command on a terminal of so many columns: what it shows, keys for it, and how it ends. */
export function onTerminal(t, args, { columns = 80, cwd, env: more } = {}) {
  const folder = cwd ?? temporaryFolder(t);
  const line = [process.execPath, command, ...args].map(quoted).join(" ");
  const script = `stty cols ${columns} rows 24; exec ${line}`;
  const child = startOnTerminal(script, {
    cwd: folder,
    env: env(folder, more),
  });
  const terminal = {
    shown: "",
    ended: once(child, "exit").then(([code]) => code),
    type: (keys) => child.stdin.write(keys),
    async until(words) {
      for (let i = 0; i < 800 && !words.test(terminal.shown); i += 1)
        await pause(25);
      if (!words.test(terminal.shown)) throw new Error(terminal.shown);
    },
  };
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (data) => (terminal.shown += data));
  t.after(() => child.kill("SIGKILL"));
  return terminal;
}
