// The README shows what the package does.
import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
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

/** The headings of a document, as links name them. */
const anchors = (text) =>
  text
    .replace(/^(`{3,})[^]*?^\1$/gm, "")
    .match(/^#+ .+$/gm)
    .map((heading) =>
      heading
        .replace(/^#+ /, "")
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    );

test("a link of the documentation leads nowhere", () => {
  const pages = [
    "README.md",
    "examples/electron/README.md",
    ...readdirSync(join(root, "docs"))
      .filter((name) => name.endsWith(".md"))
      .map((name) => `docs/${name}`),
  ];
  for (const page of pages) {
    const text = readFileSync(join(root, page), "utf8");
    for (const [, link] of text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path, anchor] = link.split("#");
      const target = path ? join(root, dirname(page), path) : join(root, page);
      assert.ok(existsSync(target), `${page}: ${link}`);
      if (anchor)
        assert.ok(
          anchors(readFileSync(target, "utf8")).includes(anchor),
          `${page}: ${link}`,
        );
    }
  }
});

test("every call, option and error code is documented", () => {
  const types = readFileSync(join(root, "index.d.ts"), "utf8");
  const api = readFileSync(join(root, "docs/api.md"), "utf8");
  const calls = types.matchAll(/^export declare function (\w+)/gm);
  for (const [, name] of calls) assert.ok(api.includes(`\`${name}(`), name);
  for (const [code] of types.matchAll(/(?<=\| ")ERR_\w+/g))
    assert.ok(api.includes(`\`${code}\``), code);
  for (const name of ["RedactOptions", "ExportOptions", "WriteOptions"]) {
    const [block] = new RegExp(`interface ${name} [^]*?\n}`).exec(types);
    for (const [, option] of block.matchAll(/^ {2}(\w+)\??:/gm))
      assert.ok(api.includes(`\`${option}\``), `${name}: ${option}`);
  }
  const { exports } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  );
  for (const path of Object.keys(exports).filter((it) => it !== "."))
    assert.ok(api.includes(path.slice(1)) || path === "./package.json", path);
});
