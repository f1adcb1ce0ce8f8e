// The list of comparisons: [name, call] for each document, report, list and error. Both builds go through the same list.
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { invalidCalls } from "./invalid.mjs";

/** With these the same session gives the same bytes. */
const fixed = { timeZone: "utc", exportedAt: 1795400000000 };

const formats = [{}, { format: "html" }, { format: "json" }];
const everything = { tools: "full", diffs: "full", reasoning: true };
const details = [
  {},
  {
    tools: "none",
    diffs: "none",
    reasoning: false,
    usage: false,
    children: false,
  },
  everything,
];
const levels = [{}, { redact: "strict" }, { redact: "off" }];
const budgets = [{ maxPartBytes: 300 }, { maxBytes: 20_000 }];

/** Every list's options with those of every other. */
const cross = (...lists) =>
  lists.reduce(
    (all, list) =>
      all.flatMap((one) => list.map((more) => ({ ...one, ...more }))),
    [{}],
  );

const single = [
  { maxBytes: 4_000 },
  { maxBytes: 4_000, format: "html" },
  { maxBytes: 200_000, tools: "full", maxPartBytes: 5_000 },
  { format: "json", jsonShape: "pawwork" },
  { locale: "zh", tools: "full", diffs: "full" },
  { locale: "zh", format: "html" },
  { diffs: "full", reasoning: true, children: false },
  { app: { name: "PawWork", version: "9.9" }, models: { "fake/fake-1": "F" } },
  {
    format: "json",
    jsonShape: "pawwork",
    runtimeContext: { app_version: "9.9", token: "password=sunflower77" },
  },
  {
    tools: "full",
    redactTerms: ["jordan", "report", "the test"],
    redactPatterns: [{ id: "row", pattern: "row (\\d+)" }],
    keep: ["sunflower"],
  },
];

/** For most sessions, and for those that take a hundred times as long. */
const many = [
  ...cross(formats, details, levels),
  ...cross(formats, details, budgets),
  ...cross(formats, [everything], levels.slice(1), budgets),
  ...single,
];
const few = [
  ...cross(formats, details),
  { tools: "full", redact: "strict" },
  { tools: "full", redact: "off" },
  { tools: "full", maxBytes: 300_000 },
  { format: "json", maxBytes: 300_000 },
];
const LARGE = 700_000;

/** Those of which the report is compared too: a written file is slow, as it is flushed to the disk. */
const written = [
  {},
  { format: "html", ...everything },
  { format: "json" },
  { attachments: "extract", tools: "full" },
  { redact: "strict", tools: "full", maxBytes: 20_000 },
];

const hints = [
  {},
  { filePath: ".env" },
  { filePath: "src/main.rs" },
  { language: "yaml" },
  { command: "pass show shop/db" },
  { tool: "postgres_query" },
];

/** Every string of a session, once. */
function strings(value, found = new Set()) {
  if (typeof value === "string") found.add(value);
  else if (value && typeof value === "object")
    for (const inner of Object.values(value)) strings(inner, found);
  return found;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** All that a written export left: the report, the document, and the files beside it. */
async function write({ writeExport }, folder, session, options) {
  const extension = options.format ?? "md";
  const path = join(folder, `document.${extension}`);
  const report = await writeExport(path, session, { ...fixed, ...options });
  const left = readdirSync(folder, { recursive: true })
    .sort()
    .filter((name) => statSync(join(folder, name)).isFile())
    .map((name) => `${name}:\n${readFileSync(join(folder, name), "latin1")}`);
  return [report, ...left];
}

/** What is told of a document that is whole, and of one that somebody changed. */
async function verify({ exportSession, verifyExport }, folder, text, options) {
  const path = join(folder, `document.${options.format ?? "md"}`);
  const document = exportSession(text, { ...fixed, ...options });
  const found = [];
  const look = async () => found.push(await verifyExport(path));
  writeFileSync(path, document);
  await look();
  appendFileSync(path, "more\n");
  await look();
  truncateSync(path, Math.floor(Buffer.byteLength(document) / 2));
  await look();
  writeFileSync(path, document.replace(/e/, "a"));
  await look();
  writeFileSync(path, document.split("\n").toSpliced(20, 5).join("\n"));
  await look();
  return found;
}

function* ofSession(addon, folder, { name, file, id, database, folder: old }) {
  const { exportSession, redactText, suggestFileName } = addon;
  const text = readFileSync(file, "utf8");
  const value = parsed(text);
  const forms = { text, bytes: readFileSync(file) };
  if (value !== undefined) forms.object = value;
  if (database) forms.database = { sessionID: id, store: database };
  if (old) forms.folder = { sessionID: id, store: old };
  for (const [form, session] of Object.entries(forms)) {
    const at = `${name} | ${form}`;
    for (const options of text.length > LARGE ? few : many)
      yield [
        `${at} | exportSession ${JSON.stringify(options)}`,
        () => exportSession(session, { ...fixed, ...options }),
      ];
    for (const options of written)
      yield [
        `${at} | writeExport ${JSON.stringify(options)}`,
        () => write(addon, folder, session, options),
      ];
    yield [
      `${at} | exportSession and writeExport`,
      async () => {
        exportSession(session, fixed);
        return write(
          { writeExport: (path) => addon.writeExport(path) },
          folder,
          undefined,
          {},
        );
      },
    ];
    yield [
      `${at} | suggestFileName`,
      () => suggestFileName(session, { timeZone: "utc" }),
    ];
  }
  for (const options of formats)
    yield [
      `${name} | verifyExport ${JSON.stringify(options)}`,
      () => verify(addon, folder, text, options),
    ];
  if (text.length > LARGE) return;
  const texts = [...strings(value)];
  const redact = (options) => texts.map((one) => redactText(one, options));
  for (const level of levels)
    yield [
      `${name} | redactText ${JSON.stringify(level)}`,
      () => redact(level),
    ];
  for (const hint of hints)
    yield [
      `${name} | redactText ${JSON.stringify({ hint })}`,
      () => redact({ hint }),
    ];
}

function* ofStore(addon, folder, { name, path: store, ids }) {
  const listed = (list) => [...list, { unreadable: list.unreadable }];
  for (const list of ["listSessions", "listPublishedSessions"])
    yield [
      `${name} | ${list}`,
      async () => listed(await addon[list](...(store ? [store] : []))),
    ];
  for (const sessionID of ids) {
    const session = { sessionID, store };
    for (const options of cross(formats, details))
      yield [
        `${name} | ${sessionID} | exportSession ${JSON.stringify(options)}`,
        () => addon.exportSession(session, { ...fixed, ...options }),
      ];
    yield [
      `${name} | ${sessionID} | writeExport`,
      () => write(addon, folder, session, {}),
    ];
  }
}

/** `fixtures` as `writeSessions` gives them; `folder` is for what this build writes. */
export function* comparisons(addon, { sessions, stores }, folder) {
  for (const [name, call] of all(addon, { sessions, stores }, folder))
    yield [
      name,
      async () => {
        mkdirSync(folder, { recursive: true });
        try {
          return await call();
        } finally {
          rmSync(folder, { recursive: true });
        }
      },
    ];
}

function* all(addon, { sessions, stores }, folder) {
  for (const [name, call] of invalidCalls(addon, folder))
    yield [`invalid | ${name}`, call];
  yield ["findStores", () => addon.findStores()];
  for (const locale of ["en", "zh", "fr"])
    yield [
      `webPublishingWarning ${locale}`,
      () => addon.webPublishingWarning(locale),
    ];
  for (const store of stores) yield* ofStore(addon, folder, store);
  for (const session of sessions) yield* ofSession(addon, folder, session);
}
