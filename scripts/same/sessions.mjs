// The sessions that are compared, each as JSON, in a database and in a folder, below one temporary folder that both
// builds read.
import { spawnSync } from "node:child_process";
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { makeSession } from "../../benchmark/make-session.mjs";
import {
  bun,
  insert,
  message,
  messageRows,
  sessionFiles,
  sessionRow,
  sessionRows,
  tables,
  writeFiles,
} from "../../__test__/stores.mjs";
import { fail, root } from "../setup.mjs";

/** A session of 1.5 MB passes every buffer and every slice; the others are small enough for every option. */
const generated = {
  "few secrets": [0.15, { secretsEvery: 1_000, outputBytes: 4_000 }],
  "many secrets": [0.15, { secretsEvery: 8, outputBytes: 4_000 }],
  "large, few secrets": [1.5, { secretsEvery: 8_000 }],
  "large, many secrets": [1.5, { secretsEvery: 60 }],
};

/** The sessions of the project and those that are made, by name, as text. */
function ownSessions(home) {
  const read = (folder, file) =>
    readdirSync(join(root, folder)).map((name) => [
      `${folder}/${name}`,
      readFileSync(join(root, folder, name, file), "utf8"),
    ]);
  const made = Object.entries(generated).map(([name, [megabytes, options]]) => [
    name,
    // The home folder of the builds stands in them too, and becomes `~`.
    JSON.stringify(makeSession(megabytes, options)).replaceAll(
      "/home/jordan",
      home.replaceAll("\\", "/"),
    ),
  ]);
  return [
    ...read("tests/golden", "session.json"),
    ...read("__test__/sessions", ""),
    ...made,
  ];
}

/** Rows of a session that has the messages of OpenCode 2. */
const typedRows = ({ info, messages }) => [
  sessionRow(info),
  ...messages.map(({ id, type, ...data }, seq) =>
    insert("session_message", {
      id: id ?? `msg_${seq}`,
      session_id: info.id,
      type,
      seq,
      time_created: data.time?.created ?? seq,
      time_updated: data.time?.created ?? seq,
      data: JSON.stringify(data),
    }),
  ),
];

const hasIds = ({ info, messages, children = [] } = {}) =>
  typeof info?.id === "string" &&
  Array.isArray(messages) &&
  messages.every(
    (one) =>
      typeof one?.info?.id === "string" &&
      one.parts?.every?.((part) => typeof part?.id === "string"),
  ) &&
  children.every(hasIds);

/** What a session is in a store; nothing where its shape is none that a store holds. */
function inStores(text) {
  let session;
  try {
    session = JSON.parse(text);
  } catch {
    return {};
  }
  session = session?.session ?? session;
  if (hasIds(session))
    return {
      id: session.info.id,
      rows: sessionRows(session),
      files: sessionFiles(session),
    };
  const isTyped = session?.messages?.every?.((one) => one?.type);
  if (isTyped && typeof session.info?.id === "string")
    return { id: session.info.id, rows: typedRows(session) };
  return {};
}

/** Stores as hostile as a disk can make them, by name. */
function oddStores(folder) {
  const info = { id: "ses_odd", title: "Odd" };
  const rows = [
    ...tables,
    sessionRow(info),
    ...messageRows("ses_odd", message(1, "first")),
    ...messageRows("ses_odd", message(2, "second")),
  ];
  const broken = [
    ...rows,
    ["UPDATE part SET data = '{\"type\":\"text\",' WHERE id = 'prt_1'"],
    ["DELETE FROM message WHERE id = 'msg_2'"],
  ];
  const [, typed] = typedRows({
    info,
    messages: [{ id: "msg_3", type: "user", text: "third" }],
  });
  writeFiles(folder, {
    "text.db": "this is no database\n".repeat(500),
    "cut/storage/session/p/ses_odd.json": '{"id":"ses_odd","title":',
    "odd/storage/session/p/ses_odd.json": info,
    "odd/storage/message/ses_odd/msg_1.json": "[]",
  });
  return [
    ["broken rows", "broken.db", broken],
    ["two generations", "both.db", [...rows, typed]],
    ["a text", "text.db"],
    ["a folder with a damaged session", "cut"],
    ["a folder with a damaged message", "odd"],
    ["nothing", "nothing.db"],
  ].map(([name, file, statements]) => ({
    name: `store: ${name}`,
    path: join(folder, file),
    ids: ["ses_odd"],
    statements,
  }));
}

/** Sessions and stores that the caller named: files, stores, and folders of them. */
async function* given(path, listSessions) {
  const isFolder = statSync(path).isDirectory();
  const isDatabase = /\.db$/.test(path);
  const ids =
    isFolder || isDatabase
      ? // A store that cannot be read gives the same error from both builds.
        await listSessions(path).catch(() => [])
      : [];
  if (isDatabase || ids.length > 0) yield { store: path, ids };
  else if (!isFolder) yield { text: readFileSync(path, "utf8") };
  else
    for (const name of readdirSync(path).sort()) {
      const inside = join(path, name);
      if (/\.(json|db)$/.test(name) || statSync(inside).isDirectory())
        yield* given(inside, listSessions);
    }
}

/**
 * Writes everything below `folder`, and gives the list of it: sessions with the file of their JSON and the stores that
 * hold them, and stores alone. `listSessions` gives the ids in a store;
 * `onlyGiven` leaves out the sessions of the project.
 */
export async function writeSessions(
  folder,
  home,
  paths,
  listSessions,
  onlyGiven,
) {
  const databases = [];
  const stores = [];
  const sessions = [];
  const add = (name, text) => {
    const base = join(folder, String(sessions.length));
    mkdirSync(base);
    const session = { name, file: join(base, "session.json") };
    writeFileSync(session.file, text);
    const { id, rows, files } = inStores(text);
    if (rows) {
      session.id = id;
      session.database = join(base, "opencode.db");
      databases.push({
        path: session.database,
        statements: [...tables, ...rows],
      });
    }
    if (files) {
      session.folder = join(base, "old");
      writeFiles(session.folder, files);
    }
    sessions.push(session);
  };
  if (!onlyGiven) for (const [name, text] of ownSessions(home)) add(name, text);
  for (const path of paths) {
    let found = 0;
    for await (const { text, store, ids } of given(
      resolve(path),
      listSessions,
    )) {
      found += 1;
      const name = `${path} ${found}`;
      if (text !== undefined) add(name, text);
      else stores.push({ name, path: store, ids });
    }
    if (found === 0) fail(`${path} holds no session and no store.`);
  }
  const odd = join(folder, "odd");
  mkdirSync(odd);
  for (const { statements, ...store } of oddStores(odd)) {
    if (statements) databases.push({ path: store.path, statements });
    stores.push(store);
  }
  // `findStores` finds two stores here, which share a session.
  const data = join(home, ".local/share/opencode");
  mkdirSync(data, { recursive: true });
  for (const [name, number] of [
    ["opencode.db", 1],
    ["opencode-next.db", 2],
  ])
    databases.push({
      path: join(data, name),
      statements: [
        ...tables,
        sessionRow({ id: "ses_shared", title: `In store ${number}` }),
        ...messageRows("ses_shared", message(number, `message ${number}`)),
        sessionRow({ id: `ses_only${number}` }),
        insert("session_share", {
          session_id: `ses_only${number}`,
          id: "shr",
          secret: "the-share-secret",
          url: `https://share.example.com/${number}`,
          time_created: number,
          time_updated: number,
        }),
      ],
    });
  writeAll(databases, join(folder, "databases.json"));
  stores.push({
    name: "the stores of this computer",
    ids: ["ses_shared", "ses_only1", "ses_on", "ses_none"],
  });
  return { sessions, stores };
}

function writeAll(databases, jobs) {
  writeFileSync(jobs, JSON.stringify(databases));
  const script = join(root, "scripts/same/write-databases.mjs");
  const { status, stderr, error } = spawnSync(bun, [script, jobs], {
    encoding: "utf8",
  });
  if (status !== 0)
    fail(`The databases could not be written: ${error?.message ?? stderr}`);
}
