// Puts a session from a JSON file into a database of OpenCode's shape. Run by Bun:
// bun benchmark/make-bench-store.mjs <session.json> <database>
import { readFileSync } from "node:fs";
import { Database } from "bun:sqlite";
import { sessionRows, tables } from "../__test__/stores.mjs";

const [json, path] = process.argv.slice(2);
const session = JSON.parse(readFileSync(json, "utf8"));
const database = new Database(path);
database.run("PRAGMA journal_mode = WAL");
for (const [sql] of tables) database.run(sql);
database.transaction(() => {
  for (const [sql, ...values] of sessionRows(session))
    database.query(sql).run(...values);
})();
database.close();
