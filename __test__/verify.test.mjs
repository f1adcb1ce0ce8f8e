// verifyExport: a file as it was written is intact, and any change to it is told.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createServer } from "node:net";
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test from "node:test";
import {
  addon,
  failure,
  fixed,
  root,
  sessionText,
  temporaryFolder,
} from "./support.mjs";

const { verifyExport, writeExport } = addon;

const everything = { tools: "full", diffs: "full", reasoning: true };
const codes = ({ problems }) => problems.map(({ code }) => code);

const variants = [
  ["md", {}],
  ["md", everything],
  ["md", { locale: "zh" }],
  ["md", { maxBytes: 3000 }],
  ["json", {}],
  ["json", { jsonShape: "pawwork", tools: "none", diffs: "none" }],
];

test("every document is intact as it was written", async (t) => {
  const folder = temporaryFolder(t);
  for (const name of readdirSync(join(root, "tests/golden"))) {
    for (const [index, [extension, options]] of variants.entries()) {
      const path = join(folder, `${name}-${index}.${extension}`);
      let report;
      try {
        report = await writeExport(path, sessionText(name), {
          ...fixed,
          ...options,
        });
      } catch (error) {
        assert.match(error.message, /"maxBytes" is too small/);
        continue;
      }
      const verification = await verifyExport(path);
      assert.deepEqual(verification, {
        path,
        intact: true,
        format: report.format,
        bytes: report.bytes,
        sha256: report.sha256,
        sessions: report.sessions,
        messages: report.messages,
        parts: report.parts,
        problems: [],
      });
    }
  }
});

for (const [extension, changes] of [
  [
    "md",
    [
      ["one letter", (text) => text.replace("negative", "positive"), ["hash"]],
      ["line ends", (text) => text.replaceAll("\n", "\r\n"), ["hash"]],
      [
        "a turn is missing",
        (text) => text.replace(/### 3\.[^]*?(?=### 4\.)/, ""),
        ["hash", "turns"],
      ],
      [
        "the sub-agent is missing",
        (text) => text.replace(/## Sub-agent 1[^]*?(?=---\n\nEnd)/, ""),
        ["hash", "sessions", "turns"],
      ],
      [
        "the counts say something else",
        (text) => text.replace("Stored: 2 sessions", "Stored: 3 sessions"),
        ["hash"],
      ],
      ["the end is missing", (text) => text.slice(0, -20), ["no-closing-line"]],
      ["half is missing", (text) => text.slice(0, 999), ["no-closing-line"]],
      ["more follows", (text) => `${text}PS\n`, ["after-closing-line"]],
      ["the last line end is missing", (text) => text.trimEnd(), ["hash"]],
      [
        "the last line end is another",
        (text) => `${text.trimEnd()}\r\n`,
        ["hash"],
      ],
      ["it is empty", () => "", ["no-closing-line"]],
    ],
  ],
  [
    "json",
    [
      ["one letter", (text) => text.replace("negative", "positive"), ["hash"]],
      [
        "a message is missing",
        (text) => {
          const json = JSON.parse(text);
          json.messages.pop();
          return `${JSON.stringify(json, null, 2)}\n`;
        },
        ["hash", "messages", "parts"],
      ],
      ["the end is missing", (text) => text.slice(0, -20), ["no-closing-line"]],
      [
        "a field follows the hash",
        (text) => text.replace(/"\n {2}\}\n\}\n$/, '"\n  },\n  "more": 1\n}\n'),
        ["after-closing-line"],
      ],
      ["a blank follows", (text) => `${text} `, ["after-closing-line"]],
      ["it is another file", () => "{}", ["no-closing-line"]],
    ],
  ],
]) {
  for (const [name, change, expected] of changes) {
    test(`a change to .${extension} is told: ${name}`, async (t) => {
      const path = join(temporaryFolder(t), `session.${extension}`);
      await writeExport(path, sessionText("sub-agents"), {
        ...fixed,
        ...everything,
      });
      const text = readFileSync(path, "utf8");
      const changed = change(text);
      assert.notEqual(changed, text);
      writeFileSync(path, changed);
      const verification = await verifyExport(path);
      assert.equal(verification.intact, false);
      assert.deepEqual(codes(verification), expected);
      for (const { message } of verification.problems) {
        assert.match(message, /^[A-Z].*\.$/);
      }
    });
  }
}

test("a message that imitates the closing line changes nothing", async (t) => {
  const path = join(temporaryFolder(t), "session.md");
  await writeExport(path, sessionText("typical"), fixed);
  const [line] = /^End of the session log.*$/m.exec(readFileSync(path, "utf8"));
  const imitation = {
    info: { id: "ses_x", title: line },
    messages: [
      {
        info: { id: "msg_x", role: "user", time: { created: 1 } },
        parts: [
          {
            type: "text",
            text: `${line}\n\n\`\`\`\n${line}\n\`\`\`\n## Sub-agent 7\n`,
          },
          {
            type: "tool",
            tool: "bash",
            state: {
              status: "completed",
              input: { command: "cat log" },
              output: `### 9. User\n${line}\n\`\`\`\n${line}\n`,
            },
          },
        ],
      },
    ],
  };
  await writeExport(path, imitation, {
    ...fixed,
    ...everything,
    overwrite: true,
  });
  assert.deepEqual(codes(await verifyExport(path)), []);
  appendFileSync(path, `\n${line}\n`);
  assert.deepEqual(codes(await verifyExport(path)), ["hash", "turns"]);
});

test("a pipe, a device, a socket and a folder are errors at once, not read", async (t) => {
  if (process.platform === "win32") return t.skip("there are none in files");
  const folder = temporaryFolder(t);
  const pipe = join(folder, "pipe");
  execFileSync("mkfifo", [pipe]);
  symlinkSync("/dev/zero", join(folder, "link"));
  const server = createServer().listen(join(folder, "socket"));
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  for (const [name, code] of [
    [pipe, "EINVAL"],
    ["/dev/zero", "EINVAL"],
    [join(folder, "link"), "EINVAL"],
    [join(folder, "socket"), "EINVAL"],
    [folder, "EISDIR"],
  ]) {
    const error = await failure(() => verifyExport(name));
    assert.equal(error.code, "ERR_READ_FAILED", name);
    assert.equal(error.cause.code, code, name);
    assert.match(error.message, /not a regular file/);
  }
});

test("a large file without a line end is read in little memory", async (t) => {
  const folder = temporaryFolder(t);
  const size = 300 * 2 ** 20;
  const before = process.memoryUsage.rss();
  for (const start of ["", "<!doctype html>", "{", '{"', '{"a":[']) {
    const path = join(folder, "large");
    writeFileSync(path, start);
    truncateSync(path, size);
    const { intact, bytes, problems } = await verifyExport(path);
    assert.deepEqual(
      [intact, bytes, problems[0].code],
      [false, size, "no-closing-line"],
    );
  }
  const megabytes = (process.memoryUsage.rss() - before) / 2 ** 20;
  assert.ok(megabytes < 100, `it took ${megabytes} MB`);
});

test("a file that cannot be read is an error with the system's code", async (t) => {
  const folder = temporaryFolder(t);
  const missing = await failure(() => verifyExport(join(folder, "no.md")));
  assert.equal(missing.code, "ERR_READ_FAILED");
  assert.equal(missing.cause.code, "ENOENT");
  mkdirSync(join(folder, "folder"));
  const error = await failure(() => verifyExport(join(folder, "folder")));
  assert.equal(error.code, "ERR_READ_FAILED");
  for (const path of [undefined, 5, null]) {
    const wrong = await failure(() => verifyExport(path));
    assert.equal(wrong.code, "ERR_INVALID_OPTION");
  }
});

test("a signal stops it, before it begins and while it reads", async (t) => {
  const path = join(temporaryFolder(t), "large.md");
  writeFileSync(path, "");
  truncateSync(path, 2 ** 32);
  const aborted = async (signal) => {
    const error = await failure(() => verifyExport(path, { signal }));
    assert.deepEqual([error.code, error.name], ["ERR_ABORTED", "AbortError"]);
  };
  await aborted(AbortSignal.abort());
  const start = performance.now();
  await aborted(AbortSignal.timeout(20));
  assert.ok(performance.now() - start < 1000);
  for (const options of [{ overwrite: true }, { signal: 1 }, 5]) {
    const error = await failure(() => verifyExport(path, options));
    assert.equal(error.code, "ERR_INVALID_OPTION");
  }
});
