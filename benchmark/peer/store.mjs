// What an application reads a session from a store with: Bun's own SQLite, Node's from 22.5 on, or
// better-sqlite3, where it is installed (`npm install --no-save better-sqlite3`).

/** Gives all rows of a query, one at a time; `undefined` where there is nothing to read a database with. */
export async function openDatabase(path) {
  const driver = await findDriver();
  const database = driver?.(path);
  return database && ((query) => database.prepare(query).iterate());
}

async function findDriver() {
  if (process.versions.bun !== undefined) {
    const { Database } = await import("bun:sqlite");
    return (path) => new Database(path, { readonly: true });
  }
  try {
    const { DatabaseSync } = await import("node:sqlite");
    return (path) => new DatabaseSync(path, { readOnly: true });
  } catch {
    const module = await import("better-sqlite3").catch(() => undefined);
    return module && ((path) => new module.default(path, { readonly: true }));
  }
}

/** The session of a store with only one, as OpenCode's `export` prints it. */
export async function readStore(path) {
  const rows = await openDatabase(path);
  const parts = new Map();
  for (const row of rows("SELECT * FROM part")) {
    if (!parts.has(row.message_id)) parts.set(row.message_id, []);
    parts.get(row.message_id).push(JSON.parse(row.data));
  }
  const query = "SELECT * FROM message ORDER BY time_created, id";
  const messages = Array.from(rows(query), ({ id, data }) => ({
    info: { id, ...JSON.parse(data) },
    parts: parts.get(id) ?? [],
  }));
  const [row] = rows("SELECT * FROM session");
  const time = { created: row.time_created, updated: row.time_updated };
  return { info: { ...row, time }, messages };
}
