// npm run demo [-- path/to/session.json]: exports a session to a Markdown file and says where it is.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { build, fail, root } from "./setup.mjs";

// npm changes the working folder; what the user typed is relative to theirs.
const argument = process.argv[2];
const input = argument
  ? resolve(process.env.INIT_CWD ?? process.cwd(), argument)
  : join(root, "tests/golden/sub-agents/session.json");

build();
const { suggestFileName, writeExport } = createRequire(import.meta.url)(root);

try {
  const session = readFileSync(input);
  const folder = join(root, "exports");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, suggestFileName(session));
  const report = await writeExport(path, session, { overwrite: true });
  const redacted = report.redactions.reduce((sum, { count }) => sum + count, 0);
  console.log(
    `Exported ${report.messages.rendered} messages (${report.bytes} bytes, ${redacted} places redacted) to\n${report.path}`,
  );
} catch (error) {
  fail(`${error.code ?? "Error"}: ${error.message}`);
}
