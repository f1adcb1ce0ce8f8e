// attachments: "extract" writes what was attached into a folder beside the document: safely named, each
// content once, redacted where it is text, and all or nothing together with the document.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { Parser } from "commonmark";
import {
  addon,
  failure,
  fixed,
  githubToken,
  sessionOf,
  sessionText,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

const { exportSession, suggestFileName, verifyExport, writeExport } = addon;

const options = { ...fixed, attachments: "extract" };
const dataUrl = (mime, content) =>
  `data:${mime};base64,${Buffer.from(content).toString("base64")}`;
const file = (filename, mime, content) => ({
  id: `prt_${filename}`,
  type: "file",
  filename,
  mime,
  url: dataUrl(mime, content),
});
const sha256 = (content) => createHash("sha256").update(content).digest("hex");
const short = (content) => sha256(content).slice(0, 8);
const png = Buffer.from("89504e470d0a1a0a", "hex");

test("images show, other files are linked, and the report names the folder", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "2026 a (b).md");
  const report = await writeExport(path, sessionText("attachments"), options);
  assert.equal(report.attachmentFolder, join(folder, "2026 a (b)_files"));
  const names = readdirSync(report.attachmentFolder).sort();
  const text = readFileSync(path, "utf8");
  assert.ok(names.length > 0);
  for (const name of names) {
    const content = readFileSync(join(report.attachmentFolder, name));
    assert.ok(text.includes(`SHA-256 ${sha256(content).slice(0, 12)}…`), name);
    const address = `2026%20a%20%28b%29_files/${encodeURIComponent(name).replace(/[()]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`;
    assert.ok(text.includes(`](${address})`), name);
    if (name.endsWith(".png")) {
      assert.match(
        text,
        new RegExp(`^!\\[.*\\]\\(${address.replaceAll(".", "\\.")}`, "m"),
      );
    }
  }
  assert.ok(
    !report.omitted.some(({ reason }) => reason === "attachment-content"),
  );
  assert.match(
    text,
    /- Attachments are in the folder `2026 a \(b\)_files` beside this file/,
  );
  if (process.platform !== "win32") {
    assert.equal(statSync(report.attachmentFolder).mode & 0o777, 0o700);
    assert.equal(
      statSync(join(report.attachmentFolder, names[0])).mode & 0o777,
      0o600,
    );
  }
  assert.equal((await verifyExport(path)).intact, true);
});

test("each content is written once, under names that are safe", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "s.md");
  const session = sessionOf([
    userMessage(
      file("../../evil.png", "image/png", png),
      file("../../evil.png", "image/png", png),
      file("evil.png", "image/png", Buffer.concat([png, png])),
      file("CON", "text/plain", "device"),
      file("run.bat", "application/octet-stream", "@echo off"),
      file("page", "text/html", "<script>alert(1)</script>"),
      file("a\u202Egnp.exe", "image/png", "x"),
      file("", "image/jpeg", "jpeg"),
    ),
  ]);
  const report = await writeExport(path, session, options);
  assert.deepEqual(
    readdirSync(report.attachmentFolder).sort(),
    [
      `attachment-${short("jpeg")}.jpg`,
      ...readdirSync(report.attachmentFolder).filter((name) =>
        name.endsWith(`${short("x")}.png`),
      ),
      `evil-${short(Buffer.concat([png, png]))}.png`,
      `evil-${short(png)}.png`,
      `page-${short("<script>alert(1)</script>")}.html.txt`,
      `run-${short("@echo off")}.bat.txt`,
      `session CON-${short("device")}.txt`,
    ].sort(),
  );
  assert.ok(
    !readdirSync(report.attachmentFolder).some((name) =>
      name.includes("\u202E"),
    ),
  );
  assert.deepEqual(readdirSync(folder).sort(), ["s.md", "s_files"]);
});

test("texts are redacted, by the values that were found elsewhere too", async (t) => {
  const [token, later] = [githubToken(1), "correct-horse-battery-7"];
  const session = sessionOf([
    userMessage(
      file("notes.txt", "text/plain", `one ${token}\r\ntwo ${later}\n`),
      file("clean.csv", "text/csv", "a,b\r\n1,\t2\r\n"),
      textPart(`password: "${later}"`),
    ),
  ]);
  const path = join(temporaryFolder(t), "s.md");
  const report = await writeExport(path, session, options);
  const contents = readdirSync(report.attachmentFolder).map((name) =>
    readFileSync(join(report.attachmentFolder, name), "utf8"),
  );
  assert.deepEqual(contents.sort(), [
    "a,b\r\n1,\t2\r\n",
    "one [redacted:github-token#1]\ntwo [redacted:named-secret#1]\n",
  ]);
  assert.ok(
    report.redactions.some(
      ({ rule, field }) => rule === "github-token" && field === "content",
    ),
  );
  const text = readFileSync(path, "utf8");
  for (const content of contents)
    assert.ok(text.includes(sha256(content).slice(0, 12)));
  // Left as it is, nothing of it is shown, and its own hash is told.
  const omitted = exportSession(session, fixed);
  const hash = sha256(`one ${token}\r\ntwo ${later}\n`);
  assert.ok(omitted.includes(hash.slice(0, 12)));
});

test("a text in another encoding, or with a NUL in it, is redacted too", async (t) => {
  const token = githubToken(3);
  const texts = [
    Buffer.from(`\ufeffkey ${token}\n`, "utf16le"),
    Buffer.from(`caf\u00e9 ${token}\n`, "latin1"),
    Buffer.from(`a\0b ${token}\n`),
  ];
  const parts = texts.map((text, index) =>
    file(`${index}.txt`, "text/plain", text),
  );
  const clean = Buffer.from("caf\u00e9\r\n", "latin1");
  const session = sessionOf([
    userMessage(...parts, file("clean.txt", "text/plain", clean)),
  ]);
  const path = join(temporaryFolder(t), "s.md");
  const { attachmentFolder } = await writeExport(path, session, options);
  const contents = readdirSync(attachmentFolder).map((name) =>
    readFileSync(join(attachmentFolder, name)),
  );
  assert.equal(contents.length, 4);
  assert.equal(contents.filter((content) => content.equals(clean)).length, 1);
  const redacted = contents
    .map(String)
    .filter((text) => text.includes("[redacted:"));
  assert.equal(redacted.length, 3);
  for (const content of contents) {
    assert.ok(!content.toString("latin1").includes(token));
    assert.ok(!content.toString("utf16le").includes(token));
  }
});

test("a PDF whose bytes are all ASCII stays as it is, and a text that is called one is redacted", async (t) => {
  const token = githubToken(4);
  const pdf = `%PDF-1.4\n1 0 obj <</Root /root /Author (${token})>>\n/Root ~\n`;
  const parts = [
    file("a.pdf", "application/pdf", pdf),
    file("b", "application/octet-stream", pdf),
    file("c.pdf", "application/pdf", `no PDF, ${token}\n`),
    file("d.txt", "text/plain", `%PDF-1.4 begins one, ${token}\n`),
  ];
  const path = join(temporaryFolder(t), "s.md");
  const report = await writeExport(path, sessionOf([userMessage(...parts)]), {
    ...options,
  });
  const text = readFileSync(path, "utf8");
  const names = readdirSync(report.attachmentFolder).sort();
  assert.equal(names.length, 4);
  for (const [index, name] of names.entries()) {
    const content = readFileSync(join(report.attachmentFolder, name), "utf8");
    assert.equal(content.includes(token), index < 2, name);
    if (index < 2) assert.equal(content, pdf);
    // What is listed is what is written.
    assert.ok(text.includes(sha256(content).slice(0, 12)), name);
  }
});

test("names that differ in case or Unicode form only are different files", async (t) => {
  const names = ["A.png", "a.png", "\u00c9.png", "e\u0301.png", "E\u0301.png"];
  const parts = names.map((name) => file(name, "image/png", png));
  for (const extension of ["md", "json"]) {
    const path = join(temporaryFolder(t), `s.${extension}`);
    const report = await writeExport(
      path,
      sessionOf([userMessage(...parts)]),
      options,
    );
    const written = readdirSync(report.attachmentFolder);
    const folded = written.map((name) => name.normalize("NFD").toLowerCase());
    assert.equal(new Set(folded).size, names.length, `${written}`);
    const text = readFileSync(path, "utf8");
    const linked = text.matchAll(/s_files\/([^")\s]+)/g);
    const links = new Set(
      [...linked].map(([, link]) => decodeURIComponent(link)),
    );
    assert.deepEqual([...links].sort(), written.sort());
  }
});

test("an export that is aborted keeps what another one published", async (t) => {
  const session = sessionOf([userMessage(file("a.png", "image/png", png))]);
  for (let round = 0; round < 40; round += 1) {
    const folder = temporaryFolder(t);
    const path = join(folder, "s.md");
    const write = (signal) =>
      writeExport(path, session, { ...options, overwrite: true, signal });
    const controller = new AbortController();
    const pair = [write(controller.signal), write()];
    setTimeout(() => controller.abort(), round / 8);
    await Promise.allSettled(pair);
    await pair[1];
    assert.ok(existsSync(join(folder, "s_files", `a-${short(png)}.png`)));
    assert.deepEqual(readdirSync(folder).sort(), ["s.md", "s_files"]);
  }
});

test("a name cannot lead a link elsewhere", async (t) => {
  const path = join(temporaryFolder(t), "s.md");
  const names = [
    "a](https://evil.example/x.png) [b.png",
    "![x](https://evil.example/y.png)",
    '"><img src=https://evil.example/z.png>',
    "]]]((([[[",
    "\\",
    "`a` **b** <b>",
    "https://evil.example/q.png",
    "[a]: https://evil.example",
  ];
  const parts = names.map((name, index) =>
    file(name, "image/png", Buffer.from(`image ${index}`)),
  );
  await writeExport(path, sessionOf([userMessage(...parts)]), options);
  const walker = new Parser().parse(readFileSync(path, "utf8")).walker();
  const destinations = { link: [], image: [] };
  for (let step = walker.next(); step; step = walker.next()) {
    const { type, destination } = step.node;
    assert.ok(!type.startsWith("html"), step.node.literal);
    // The summary leads to turns.
    if (step.entering && !destination?.startsWith("#"))
      destinations[type]?.push(decodeURI(destination));
  }
  const files = readdirSync(join(path, "../s_files")).map(
    (n) => `s_files/${n}`,
  );
  assert.equal(files.length, names.length);
  for (const type of ["link", "image"])
    assert.deepEqual(destinations[type].sort(), files.sort());
});

test("JSON links them too", async (t) => {
  const path = join(temporaryFolder(t), "s.json");
  const session = sessionOf([userMessage(file("a.png", "image/png", png))]);
  await writeExport(path, session, options);
  const [part] = JSON.parse(readFileSync(path, "utf8")).messages[0].parts;
  assert.equal(part.url, `s_files/a-${short(png)}.png`);
  assert.equal(part.sha256, sha256(png));
});

test("a session without attachments makes no folder", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "s.md");
  const session = sessionOf([userMessage(textPart("hello"))]);
  const report = await writeExport(path, session, options);
  assert.equal(report.attachmentFolder, undefined);
  assert.deepEqual(readdirSync(folder), ["s.md"]);
});

test("what is not shown is not extracted", async (t) => {
  const folder = temporaryFolder(t);
  const tool = {
    id: "prt_tool",
    type: "tool",
    tool: "read",
    state: {
      status: "completed",
      input: {},
      output: "",
      attachments: [file("a.png", "image/png", png)],
    },
  };
  const session = sessionOf([userMessage(tool)]);
  await writeExport(join(folder, "s.md"), session, {
    ...options,
    tools: "none",
  });
  assert.deepEqual(readdirSync(folder), ["s.md"]);
});

test("an existing folder is ERR_EXISTS, or keeps its other files", async (t) => {
  const folder = temporaryFolder(t);
  const session = sessionOf([userMessage(file("a.png", "image/png", png))]);
  mkdirSync(join(folder, "s_files"));
  writeFileSync(join(folder, "s_files/mine.txt"), "mine");
  const error = await failure(() =>
    writeExport(join(folder, "s.md"), session, options),
  );
  assert.equal(error.code, "ERR_EXISTS");
  assert.deepEqual(readdirSync(folder), ["s_files"]);
  assert.deepEqual(readdirSync(join(folder, "s_files")), ["mine.txt"]);
  await writeExport(join(folder, "s.md"), session, {
    ...options,
    overwrite: true,
  });
  assert.deepEqual(readdirSync(join(folder, "s_files")).sort(), [
    `a-${short(png)}.png`,
    "mine.txt",
  ]);
});

test("nothing is left of a folder whose document fails", async (t) => {
  const folder = temporaryFolder(t);
  const session = sessionOf([userMessage(file("a.png", "image/png", png))]);
  // The document cannot take the place of a folder; that shows at the very end.
  mkdirSync(join(folder, "s.md"));
  const error = await failure(() =>
    writeExport(join(folder, "s.md"), session, { ...options, overwrite: true }),
  );
  assert.equal(error.code, "ERR_WRITE_FAILED");
  assert.deepEqual(readdirSync(folder), ["s.md"]);
});

test("a link in the folder's place is not followed", async (t) => {
  if (process.platform === "win32")
    return t.skip("links need a privilege there");
  const folder = temporaryFolder(t);
  mkdirSync(join(folder, "other"));
  symlinkSync(join(folder, "other"), join(folder, "s_files"));
  const session = sessionOf([userMessage(file("a.png", "image/png", png))]);
  const error = await failure(() =>
    writeExport(join(folder, "s.md"), session, { ...options, overwrite: true }),
  );
  assert.equal(error.code, "ERR_WRITE_FAILED");
  assert.deepEqual(readdirSync(join(folder, "other")), []);
  assert.ok(!existsSync(join(folder, "s.md")));
});

test("a string has no folder to put them beside", async () => {
  const error = await failure(() =>
    exportSession(sessionText("typical"), options),
  );
  assert.equal(error.code, "ERR_INVALID_OPTION");
  assert.match(error.message, /use writeExport/);
  assert.ok(suggestFileName(sessionText("typical"), options).endsWith(".md"));
  const unknown = await failure(() =>
    exportSession(sessionText("typical"), { attachments: "inline" }),
  );
  assert.match(
    unknown.message,
    /"attachments" must be "omit" or "extract" or "embed"/,
  );
});
