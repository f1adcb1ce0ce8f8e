// The README shows what the package does.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { addon, root } from "./support.mjs";

test("the README's example holds lines that the demo does not write", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [, example] = /^````text\n([^]*?)^````$/m.exec(readme);
  const session = readFileSync(
    join(root, "tests/golden/sub-agents/session.json"),
  );
  const lines = addon.exportSession(session, { timeZone: "utc" }).split("\n");
  // The time of the export is told in it.
  const shown = (line) => line.replace(/(this hash: `).*/, "$1");
  let at = 0;
  for (const line of example.trimEnd().split("\n").map(shown)) {
    const found = lines.findIndex(
      (written, index) => index >= at && shown(written) === line,
    );
    assert.ok(found >= 0, line);
    at = found + 1;
  }
});
