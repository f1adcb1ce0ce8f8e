// A process of its own that writes a database, as a runtime would. Run by Bun, which has SQLite.
// Takes one JSON line: { path, statements: [[sql, ...values]], then }.
import { Database } from "bun:sqlite";
import { createInterface } from "node:readline";

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { path, statements, then } = JSON.parse((await lines.next()).value);

const database = new Database(path);
database.run("PRAGMA journal_mode = WAL");
database.run("PRAGMA wal_autocheckpoint = 50");
for (const [sql, ...values] of statements) database.run(sql, values);

// A message with its parts in one transaction, again and again, waiting for nobody.
function insertUntilTold() {
  let inserted = 0;
  let failed = 0;
  let longest = 0;
  const insert = database.transaction((number) => {
    const id = `msg_loop${String(number).padStart(8, "0")}`;
    const time = 1795400000000 + number;
    const data = { role: "user", time: { created: time } };
    database.run("INSERT INTO message VALUES (?, ?, ?, ?, ?)", [
      ...[id, "ses_loop", time, time, JSON.stringify(data)],
    ]);
    for (const half of ["first", "second"]) {
      const text = `The ${half} half of ${number}. ${"x".repeat(500)}`;
      database.run("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)", [
        ...[`prt_loop${number}${half}`, id, "ses_loop", time, time],
        JSON.stringify({ type: "text", text }),
      ]);
    }
  });
  const timer = setInterval(() => {
    const start = performance.now();
    try {
      insert(inserted);
      inserted += 1;
      longest = Math.max(longest, performance.now() - start);
    } catch (error) {
      failed += 1;
      console.error(error.message);
    }
  }, 1);
  return () => {
    clearInterval(timer);
    return { inserted, failed, longest };
  };
}

if (then === "close") {
  database.close();
} else if (then === "kill") {
  process.kill(process.pid, "SIGKILL");
} else {
  const stop = then === "insert" ? insertUntilTold() : () => ({});
  console.log("ready");
  await lines.next();
  console.log(JSON.stringify(stop()));
  if (then !== "hold and kill") database.close();
  else process.kill(process.pid, "SIGKILL");
}
process.exit();
