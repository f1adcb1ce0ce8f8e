// Every stored row is found in the document, or counted with a reason: for the bundled sessions, most of
// which the real OpenCode wrote, and for those in the folder that SESSIONS names.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { database, sessionRows, tables } from "./stores.mjs";
import { addon, fixed, root, temporaryFolder } from "./support.mjs";

const { exportSession, writeExport } = addon;

const everything = {
  ...fixed,
  redact: "off",
  tools: "full",
  diffs: "full",
  reasoning: true,
};

const folders = [join(root, "__test__/sessions"), process.env.SESSIONS];
const sessions = [
  ...readdirSync(join(root, "tests/golden")).map((name) => [
    name,
    join(root, "tests/golden", name, "session.json"),
  ]),
  ...folders
    .filter((folder) => folder !== undefined)
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true })
        .filter((name) => name.endsWith(".json"))
        .map((name) => [name, join(folder, name)]),
    ),
].filter(([name]) => !/^(opencode-2|odd-data)$/.test(name)); // See the test of their own.

/** Letters and digits only: what a reader reads, however it is quoted, escaped or wrapped. */
const letters = (text) =>
  text
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(
      /(?:\u001B\[|\u009B)[0-9;:]*[A-Za-z]|\u001B\][^\u0007]*\u0007?/g,
      "",
    )
    // What controls the direction of writing is shown by its number.
    .replace(/\[U\+[0-9A-F]{4,5}\]/g, "")
    .normalize()
    .replace(/[^\p{L}\p{N}]/gu, "");

/** A document without the entities that stand in it for signs, as a renderer shows them outside of code. */
const withoutEntities = (document) =>
  document.replace(/&(?:#(\d+)|(lt|gt|amp|quot));/g, (_, code, name) =>
    code
      ? String.fromCodePoint(Number(code))
      : { lt: "<", gt: ">", amp: "&", quot: '"' }[name],
  );

/** Every string of a value. */
const strings = (value) =>
  typeof value === "string"
    ? [value]
    : value && typeof value === "object"
      ? Object.values(value).flatMap(strings)
      : [];

/** A file as a tool for reading gave it, without the tags and numbers that the tool put around it. */
const withoutWrapper = (text) =>
  /<(content|file)>/.test(text ?? "")
    ? text
        .replace(/^\s*(<path>.*<\/path>|<type>.*<\/type>)\n/gm, "")
        .replace(/<\/?(content|file)>/g, "")
        .replace(/^\d+(: |\| )/gm, "")
    : text;

/** What of a part must be found in the document; `undefined` where it has to be counted. */
function expected(part) {
  switch (part.type) {
    case "text":
    case "reasoning":
      return part.text.trim() === "" ? undefined : [withoutWrapper(part.text)];
    case "tool": {
      const { input, output, error, raw, title, attachments } = part.state;
      // Said in other words: the call's line tells it.
      const told = [
        "The user rejected permission to use this specific tool call.",
        "Tool execution aborted",
        "The user dismissed this question",
        "Cancelled",
        "Wrote file successfully.",
        "Edit applied successfully.",
      ];
      const isEdit = part.state.metadata?.diff !== undefined;
      const isTodos = /^todo(write|read)$/.test(part.tool);
      const shown = isEdit
        ? [part.state.metadata.diff]
        : isTodos
          ? (input.todos ?? []).map(({ content }) => content)
          : strings(input);
      return [
        // The exporter has words for those that everybody knows.
        /^(read|write|edit|apply_patch|patch|bash|shell|glob|grep|list|todo\w+|task|web\w+|codesearch|skill|question|batch|invalid)$/.test(
          part.tool,
        )
          ? undefined
          : part.tool,
        ...shown,
        ...(isTodos || told.includes(output) || output?.includes(input?.error)
          ? []
          : [withoutWrapper(lastStates(part.tool, output))]),
        ...(told.includes(error) ? [] : [error]),
        raw,
        ...(attachments ?? []).map(({ mime }) => mime),
        ...(isTodos || strings(input).length > 0 ? [] : [title]),
      ];
    }
    case "file":
      return [part.filename, part.mime];
    case "agent":
    case "skill":
      return [part.name];
    case "subtask":
      return [part.agent, part.description, part.prompt];
    case "patch":
      return part.files;
    case "retry":
      return [part.error?.name, part.error?.data?.message];
    case "compaction":
      return ["replaced by a summary"];
    case "notice":
      return [part.kind];
    case "step-start":
    case "step-finish":
    case "snapshot":
      return undefined;
    default:
      return strings(part).filter((text) => text !== part.id);
  }
}

/** What a command wrote over in its terminal is not shown. */
function lastStates(tool, output) {
  if (!/^(bash|shell)$/.test(tool)) return output;
  return output?.replace(/[^\r\n]*\r(?=[^\r\n])/g, "");
}

function check(session, document, rows) {
  const found = [document, withoutEntities(document)].map(letters);
  const lacks = (text) => {
    const folder = session.info.directory;
    // Paths inside the session's folder are shown relative to it.
    const shown = folder ? text.replaceAll(`${folder}/`, "") : text;
    // The first line of a patch names the file that the next one names.
    const patch = /^Index: (.*)\n=+\n(?=--- \1[\t\n])/;
    return ![
      text,
      shown,
      text.replace(patch, ""),
      shown.replace(patch, ""),
    ].some((text) => found.some((found) => found.includes(letters(text))));
  };
  rows.sessions += 1;
  const { info } = session;
  for (const text of [info.id, info.title, info.agent])
    if (text) assert.ok(!lacks(text), text);
  for (const { info, parts } of session.messages) {
    rows.messages += 1;
    if (info.error) {
      const { name, data } = info.error;
      const isAbort = name === "MessageAbortedError";
      for (const text of [
        isAbort
          ? "Stopped by the user"
          : name === "MessageOutputLengthError"
            ? "cut off at the model's output limit"
            : name,
        isAbort ? undefined : data?.message,
        data?.statusCode && `HTTP ${data.statusCode}`,
      ])
        if (text && text !== "UnknownError") assert.ok(!lacks(text), text);
    }
    for (const diff of info.summary?.diffs ?? [])
      for (const text of [diff.file, diff.patch])
        if (text) assert.ok(!lacks(text), text);
    for (const part of parts) {
      rows.parts += 1;
      const texts = expected(part);
      if (texts === undefined) {
        rows.omitted += 1;
        continue;
      }
      for (const text of texts)
        if (text) assert.ok(!lacks(text), `${part.type} ${part.id}: ${text}`);
    }
  }
  for (const todo of session.todos ?? [])
    assert.ok(!lacks(todo.content), todo.content);
  for (const child of session.children ?? []) check(child, document, rows);
}

for (const [name, path] of sessions) {
  const text = readFileSync(path, "utf8");
  const stored = JSON.parse(text);
  const session = stored.session ?? stored;

  test(`nothing of ${name} is lost`, async (t) => {
    const rows = { sessions: 0, messages: 0, parts: 0, omitted: 0 };
    const file = join(temporaryFolder(t), "session.md");
    const report = await writeExport(file, text, everything);
    const document = readFileSync(file, "utf8");
    check(session, document, rows);
    for (const what of ["sessions", "messages", "parts"])
      assert.equal(report[what].stored, rows[what], what);
    assert.equal(report.sessions.rendered, rows.sessions);
    assert.equal(report.messages.rendered, rows.messages);
    assert.equal(report.parts.rendered, rows.parts - rows.omitted);
    const ofParts = ["step-marker", "empty-text", "unreadable", "orphan"];
    const omitted = report.omitted
      .filter(({ reason }) => ofParts.includes(reason))
      .reduce((sum, { count }) => sum + count, 0);
    assert.equal(omitted, rows.omitted);
  });

  test(`${name} gives the same bytes from every source`, (t) => {
    const options = { ...fixed, tools: "full", diffs: "full" };
    const document = exportSession(text, options);
    assert.equal(exportSession(stored, options), document);
    assert.equal(exportSession(Buffer.from(text), options), document);
    // A store has no place for what a snapshot tells of the application, or for changes of a session.
    if (stored.format !== undefined || session.diffs !== undefined) return;
    // Without the session that started it, a store is odd, and the document says so.
    if (session.info.parentID !== undefined) return;
    const store = database(t, [...tables, ...sessionRows(session)]);
    const sessionID = session.info.id;
    assert.equal(exportSession({ sessionID, store }, options), document);
  });
}
