// A terminal for a command, made by `script` of util-linux.
import { spawn, spawnSync } from "node:child_process";

const path = "/usr/bin/script";

/** A reason to skip a test that needs a terminal. The `script` of macOS and the BSDs takes other options. */
export const noTerminal =
  !/util-linux/.test(
    spawnSync(path, ["--version"], { encoding: "utf8" }).stdout ?? "",
  ) && "no `script` of util-linux here, which makes a terminal";

/** Starts a line of the shell on a terminal. What it shows comes from `stdout`, and `stdin` are keys. */
export const startOnTerminal = (line, { cwd, env }) =>
  spawn(path, ["-qec", line, "/dev/null"], {
    cwd,
    env: { ...env, TERM: "xterm" },
  });
