// Databases as Crush and the first OpenCode write them, in the tables of any of their versions.
import { join } from "node:path";
import { insert, writeDatabase } from "./stores.mjs";

const times = "updated_at INTEGER NOT NULL, created_at INTEGER NOT NULL";

/** The tables of the first OpenCode, of April 2025. */
const first = [
  [
    `CREATE TABLE sessions (id TEXT PRIMARY KEY, parent_session_id TEXT, title TEXT NOT NULL,
     message_count INTEGER NOT NULL DEFAULT 0, prompt_tokens INTEGER NOT NULL DEFAULT 0,
     completion_tokens INTEGER NOT NULL DEFAULT 0, cost REAL NOT NULL DEFAULT 0.0, ${times})`,
  ],
  [
    `CREATE TABLE files (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, path TEXT NOT NULL,
     content TEXT NOT NULL, version TEXT NOT NULL, ${times})`,
  ],
  [
    `CREATE TABLE messages (id TEXT PRIMARY KEY, session_id TEXT NOT NULL, role TEXT NOT NULL,
     parts TEXT NOT NULL default '[]', model TEXT, ${times}, finished_at INTEGER)`,
  ],
  ["CREATE INDEX idx_messages_session_id ON messages (session_id)"],
  [
    "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY, version_id INTEGER)",
  ],
];

/** The columns and tables that each later version added, in order. */
const added = {
  summary: "ALTER TABLE sessions ADD COLUMN summary_message_id TEXT",
  provider: "ALTER TABLE messages ADD COLUMN provider TEXT",
  isSummary:
    "ALTER TABLE messages ADD COLUMN is_summary_message INTEGER DEFAULT 0 NOT NULL",
  todos: "ALTER TABLE sessions ADD COLUMN todos TEXT",
  readFiles:
    "CREATE TABLE read_files (session_id TEXT NOT NULL, path TEXT NOT NULL, read_at INTEGER NOT NULL)",
};

/** The statements that make the tables, up to one of the additions. */
export function tables(until) {
  const names = Object.keys(added);
  const last = names.indexOf(until);
  return [...first, ...names.slice(0, last + 1).map((name) => [added[name]])];
}

/** A time, in seconds, as both programs store it. */
export const start = 1751119200;

export const sessionRow = ({ id, title = "Test", created = start, ...more }) =>
  insert("sessions", {
    id,
    title,
    created_at: created,
    updated_at: created + 60,
    ...more,
  });

/** A part as it is stored. */
export const part = (type, data) => ({ type, data });
export const text = (words) => part("text", { text: words });
export const finish = (reason, more = {}) =>
  part("finish", { reason, time: start + 9, ...more });
export const call = (id, name, input, more = {}) =>
  part("tool_call", {
    id,
    name,
    input: typeof input === "string" ? input : JSON.stringify(input),
    type: "function",
    finished: true,
    ...more,
  });
export const result = (id, content, { metadata = "", ...more } = {}) =>
  part("tool_result", {
    tool_call_id: id,
    name: "",
    content,
    metadata: metadata && JSON.stringify(metadata),
    is_error: false,
    ...more,
  });
/** When a tool ran, in milliseconds. */
export const ran = { start_time: start * 1000, end_time: start * 1000 + 1500 };

/** The row of a message. What no model wrote ends with a part that says nothing. */
export function messageRow(session, id, role, parts, more = {}) {
  const isAnswer = role === "assistant";
  const stored = isAnswer
    ? parts
    : [...parts, part("finish", { reason: "stop", time: 0 })];
  return insert("messages", {
    id,
    session_id: session,
    role,
    parts: JSON.stringify(stored),
    model: isAnswer ? "claude-4-sonnet" : "",
    created_at: start,
    updated_at: start,
    finished_at: isAnswer ? start + 9 : undefined,
    ...more,
  });
}

export const fileRow = (session, number, content) =>
  insert("files", {
    id: `file-${number}`,
    session_id: session,
    path: "/home/robin/shop/total.js",
    content,
    version: String(number),
    created_at: start,
    updated_at: start,
  });

/** Writes a database of Crush, or of the first OpenCode, into the folder of a project; gives its path. */
export function writeProject(
  folder,
  statements,
  { until, program, then } = {},
) {
  const isCrush = program !== "opencode";
  const name = isCrush ? "crush" : "opencode";
  const path = join(folder, `.${name}`, `${name}.db`);
  const made = tables(until ?? (isCrush ? "readFiles" : "summary"));
  writeDatabase(path, [...made, ...statements], then);
  return path;
}
