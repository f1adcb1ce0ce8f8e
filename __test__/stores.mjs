// Stores for the tests, made by the same statements as OpenCode's own.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { afterwards, root, temporaryFolder } from "./support.mjs";

/** A runtime that has SQLite, for what another process does to a store. Its package calls it so on every system. */
export const bun = join(root, "node_modules/bun/bin/bun.exe");

const times = "time_created integer NOT NULL, time_updated integer NOT NULL";
const session = `session_id text NOT NULL`;

/** The tables of OpenCode 1.18 that hold sessions. */
export const tables = [
  [
    `CREATE TABLE session (id text PRIMARY KEY, project_id text NOT NULL, workspace_id text,
     parent_id text, slug text NOT NULL, directory text NOT NULL, path text, title text NOT NULL,
     version text NOT NULL, share_url text, summary_additions integer, summary_deletions integer,
     summary_files integer, summary_diffs text, metadata text, cost real DEFAULT 0 NOT NULL,
     tokens_input integer DEFAULT 0 NOT NULL, tokens_output integer DEFAULT 0 NOT NULL,
     tokens_reasoning integer DEFAULT 0 NOT NULL, tokens_cache_read integer DEFAULT 0 NOT NULL,
     tokens_cache_write integer DEFAULT 0 NOT NULL, revert text, permission text, agent text,
     model text, ${times}, time_compacting integer, time_archived integer)`,
  ],
  [
    `CREATE TABLE message (id text PRIMARY KEY, ${session}, ${times}, data text NOT NULL)`,
  ],
  [
    `CREATE TABLE part (id text PRIMARY KEY, message_id text NOT NULL, ${session}, ${times},
     data text NOT NULL)`,
  ],
  [
    `CREATE TABLE todo (${session}, content text NOT NULL, status text NOT NULL,
     priority text NOT NULL, position integer NOT NULL, ${times}, PRIMARY KEY (session_id, position))`,
  ],
  [
    `CREATE TABLE session_share (session_id text PRIMARY KEY, id text NOT NULL, secret text NOT NULL,
     url text NOT NULL, ${times})`,
  ],
  [
    `CREATE TABLE session_message (id text PRIMARY KEY, ${session}, type text NOT NULL,
     seq integer NOT NULL, ${times}, data text NOT NULL)`,
  ],
  [
    "CREATE INDEX message_session_time_created_id_idx ON message (session_id, time_created, id)",
  ],
  ["CREATE INDEX part_message_id_id_idx ON part (message_id, id)"],
  ["CREATE INDEX part_session_idx ON part (session_id)"],
  ["CREATE INDEX session_parent_idx ON session (parent_id)"],
];

/** A statement that inserts a row. */
export function insert(table, row) {
  const names = Object.keys(row).filter((name) => row[name] !== undefined);
  const places = names.map(() => "?").join(", ");
  return [
    `INSERT INTO ${table} (${names.join(", ")}) VALUES (${places})`,
    ...names.map((name) => row[name]),
  ];
}

const json = (value) =>
  value === undefined ? undefined : JSON.stringify(value);

/** The row of a session, from the `info` that OpenCode's API gives. */
export const sessionRow = ({ id, ...info }) =>
  insert("session", {
    id,
    project_id: info.projectID ?? "global",
    parent_id: info.parentID,
    slug: info.slug ?? "slug",
    directory: info.directory ?? "/work",
    path: info.path,
    title: info.title ?? "Test",
    version: info.version ?? "1.18.33",
    share_url: info.share?.url,
    summary_additions: info.summary?.additions,
    summary_deletions: info.summary?.deletions,
    summary_files: info.summary?.files,
    metadata: json(info.metadata),
    cost: info.cost ?? 0,
    tokens_input: info.tokens?.input ?? 0,
    tokens_output: info.tokens?.output ?? 0,
    tokens_reasoning: info.tokens?.reasoning ?? 0,
    tokens_cache_read: info.tokens?.cache?.read ?? 0,
    tokens_cache_write: info.tokens?.cache?.write ?? 0,
    revert: json(info.revert),
    permission: json(info.permission),
    agent: info.agent,
    model: json(info.model),
    time_created: info.time?.created ?? 1795333600000,
    time_updated: info.time?.updated ?? 1795333600000,
    time_archived: info.time?.archived,
  });

/** A message of the user with one text. */
export const message = (number, text, time = 1795333600000 + number) => ({
  info: { id: `msg_${number}`, role: "user", time: { created: time } },
  parts: [{ id: `prt_${number}`, type: "text", text }],
});

/** The rows of a message and its parts. */
export function messageRows(sessionID, { info, parts }) {
  const { id, sessionID: _, ...data } = info;
  const created = info.time.created;
  const row = {
    session_id: sessionID,
    time_created: created,
    time_updated: created,
  };
  return [
    insert("message", { id, ...row, data: JSON.stringify(data) }),
    ...parts.map(({ id: partID, sessionID: _, messageID: __, ...part }) =>
      insert("part", {
        id: partID,
        message_id: id,
        ...row,
        data: JSON.stringify(part),
      }),
    ),
  ];
}

/** The rows of a session with its messages and sub-agent sessions. */
export const sessionRows = ({ info, messages, todos = [], children = [] }) => [
  sessionRow(info),
  ...messages.flatMap((message) => messageRows(info.id, message)),
  ...todos.map((todo, position) =>
    insert("todo", {
      session_id: info.id,
      ...todo,
      position,
      time_created: 1,
      time_updated: 1,
    }),
  ),
  ...children.flatMap(sessionRows),
];

/** The files of a session in a folder of an old version, by their path in it. */
export const sessionFiles = ({ info, messages, children = [] }) =>
  Object.fromEntries([
    [`storage/session/project/${info.id}.json`, info],
    ...messages.flatMap(({ info: of, parts }) => [
      [`storage/message/${info.id}/${of.id}.json`, of],
      ...parts.map((part) => [`storage/part/${of.id}/${part.id}.json`, part]),
    ]),
    ...children.flatMap((child) => Object.entries(sessionFiles(child))),
  ]);

/**
 * A database that another process wrote. `then`: the process closes it, or is killed, which leaves
 * what it wrote in the log.
 */
export function database(t, statements, then = "close", name = "opencode.db") {
  const path = join(temporaryFolder(t), name);
  writeDatabase(path, statements, then);
  return path;
}

/** JSON in ASCII: some readers of lines take more than \n for the end of one. */
const oneLine = (value) =>
  JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

export function writeDatabase(path, statements, then = "close") {
  mkdirSync(dirname(path), { recursive: true });
  const job = oneLine({ path, statements, then });
  const { status, stderr } = spawnSync(
    bun,
    [join(root, "__test__/store-process.mjs")],
    { input: `${job}\n`, encoding: "utf8" },
  );
  // Windows has no signals: a process that is killed ends with 1 there.
  if (status !== 0 && then !== "kill") throw new Error(stderr);
}

/** A process that has a database open; `end` gives what it tells when it is told to end. */
export async function openDatabase(t, path, statements, then) {
  const child = spawn(bun, [join(root, "__test__/store-process.mjs")], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const closed = new Promise((resolve) => child.on("close", resolve));
  afterwards(t, () => {
    child.kill("SIGKILL");
    return closed;
  });
  const lines = createInterface({ input: child.stdout })[
    Symbol.asyncIterator
  ]();
  child.stdin.write(`${oneLine({ path, statements, then })}\n`);
  const { value } = await lines.next();
  if (value !== "ready") throw new Error("the other process did not start");
  return {
    async end() {
      child.stdin.write("end\n");
      const { value } = await lines.next();
      await closed;
      return JSON.parse(value);
    },
  };
}

/** What is in a folder: names, times and content. */
export const fingerprint = (folder) =>
  readdirSync(folder)
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const { mtimeMs, size } = statSync(path);
      return { name, mtimeMs, size, hash: hashOf(path) };
    });

/** The hash of a file; nothing where Windows gives nobody the bytes of it that are locked. */
function hashOf(path) {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch (error) {
    if (error.code !== "EBUSY") throw error;
    return undefined;
  }
}

/** Files of a folder by their path in it, as JSON. */
export function folder(t, files) {
  const path = temporaryFolder(t);
  writeFiles(path, files);
  return path;
}

export function writeFiles(path, files) {
  for (const [name, content] of Object.entries(files)) {
    const file = join(path, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(
      file,
      typeof content === "string" ? content : JSON.stringify(content, null, 2),
    );
  }
}
