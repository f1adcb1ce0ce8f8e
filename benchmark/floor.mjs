// What no exporter can be faster than: reads the rows of a session in order and writes them to a
// file as they are. Run by Bun: bun benchmark/floor.mjs <database> <file>
import { Database } from "bun:sqlite";
import { closeSync, openSync, writeSync } from "node:fs";

const [path, target] = process.argv.slice(2);
const start = performance.now();
const database = new Database(path, { readonly: true });
const file = openSync(target, "w");
const messages = database.query(
  "SELECT id, data FROM message WHERE session_id = 'ses_large' ORDER BY time_created, id",
);
const parts = database.query(
  "SELECT data FROM part WHERE message_id = ? ORDER BY id",
);
let bytes = 0;
for (const { id, data } of messages.iterate()) {
  bytes += writeSync(file, data);
  for (const part of parts.iterate(id)) bytes += writeSync(file, part.data);
}
closeSync(file);
console.log(
  JSON.stringify({
    ms: Math.round(performance.now() - start),
    "document MB": Math.round(bytes / 1e6),
  }),
);
