// --verify: tells whether a file is still what was written, in words and by the exit code.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { obeyed, run } from "./command.mjs";
import { sessionText, temporaryFolder } from "./support.mjs";

function written(t, name) {
  const file = join(temporaryFolder(t), name);
  const { status, stderr } = run(["-", "-o", file], {
    input: sessionText("full"),
  });
  assert.equal(status, 0, stderr);
  return file;
}

for (const name of ["log.md", "log.html", "log.json"]) {
  test(`${name} as it was written is intact, and ends with 0`, (t) => {
    const file = written(t, name);
    const { status, stdout, stderr } = run(["--verify", file]);
    assert.deepEqual([status, stderr], [0, ""], stdout);
    assert.match(stdout, /is complete and unchanged: \d+ sessions?, \d+ mess/);
    assert.match(stdout, /SHA-256 of the file: [0-9a-f]{64}\n/);
  });

  test(`a changed, a shortened and a lengthened ${name} ends with 1 and says what does not agree`, (t) => {
    const file = written(t, name);
    const text = readFileSync(file, "utf8");
    for (const [changed, words] of [
      [text.replace("totals", "totale"), /\(hash\)/],
      [text.slice(0, text.length / 2), /\(no-closing-line\)/],
      ["nothing of ours", /\(no-closing-line\)/],
    ]) {
      writeFileSync(file, changed);
      const { status, stdout } = run(["--verify", file]);
      assert.equal(status, 1, stdout);
      assert.match(stdout, /is not as it was written:\n {2}\S/);
      assert.match(stdout, words);
    }
    writeFileSync(file, text);
    appendFileSync(file, "more\n");
    assert.equal(run(["--verify", file]).status, 1);
  });
}

test("what is no file is called missing, a folder or a pipe, and ends with 2", (t) => {
  const folder = temporaryFolder(t);
  const missing = run(["--verify", join(folder, "none\u001b[31m.md")]);
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /none.*\.md is missing/);
  assert.doesNotMatch(missing.stderr, obeyed);
  const aFolder = run(["--verify", folder]);
  assert.equal(aFolder.status, 2);
  assert.match(aFolder.stderr, /is a folder/);
  if (process.platform === "win32") return;
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  assert.match(run(["--verify", pipe]).stderr, /is not a regular file/);
});

test("--verify stands alone", () => {
  for (const more of [["ses_1"], ["--list"], ["-o", "a.md"]]) {
    const { status, stderr } = run(["--verify", "a.md", ...more]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /--verify/);
  }
});
