// A question on the terminal that is answered with yes or no; Enter is no.
import { createInterface } from "node:readline/promises";
import { safe } from "./terminal.mjs";

export async function agrees(question, signal) {
  const { stdin: input, stderr: output } = process;
  const lines = createInterface({ input, output });
  // In raw mode the terminal hands Ctrl-C over as a key.
  lines.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  // Ctrl-D ends the input without an answer.
  const closed = new Promise((resolve) => lines.on("close", () => resolve("")));
  try {
    const asked = lines.question(`${safe(question)} [y/N] `, { signal });
    const answer = await Promise.race([asked, closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
