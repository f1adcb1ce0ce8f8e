// --verify: whether a file is still what was written. The exit code is 0 where it is, 1 where it is not, and 2 where
// there is no such file.
import addon from "../index.js";
import { checkRegularFile } from "./session_file.mjs";
import { print } from "./stdout.mjs";
import { safe } from "./terminal.mjs";

const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

export async function verify({ verify: path }) {
  checkRegularFile(path, "name a file that session-export wrote");
  const checked = await addon.verifyExport(path);
  const { intact, sessions, messages, problems, sha256 } = checked;
  const lines = intact
    ? [
        `${path} is complete and unchanged: ${counted(sessions.rendered, "session")}, ${counted(messages.rendered, "message")}.`,
        `SHA-256 of the file: ${sha256}`,
      ]
    : [
        `${path} is not as it was written:`,
        ...problems.map(({ code, message }) => `  ${message} (${code})`),
      ];
  await print(lines.map((line) => `${safe(line)}\n`).join(""));
  if (!intact) process.exitCode = 1;
}
