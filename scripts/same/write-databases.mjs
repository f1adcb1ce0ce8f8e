// Writes databases for the comparison, many in one process. Run by Bun, which has SQLite:
// bun scripts/same/write-databases.mjs <jobs.json>, a list of { path, statements: [[sql, ...values]] }.
import { Database } from "bun:sqlite";
import { readFileSync } from "node:fs";

for (const { path, statements } of JSON.parse(
  readFileSync(process.argv[2], "utf8"),
)) {
  const database = new Database(path);
  database.transaction(() => {
    for (const [sql, ...values] of statements) database.run(sql, values);
  })();
  database.close();
}
