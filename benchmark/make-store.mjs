// Writes a database of invented sessions. Run by Bun:
// bun benchmark/make-store.mjs <path> <megabytes of the first session> [other sessions of 50 MB]
// [secrets]
// or, for a list: bun benchmark/make-store.mjs <path> list <sessions>
import { Database } from "bun:sqlite";
import { rmSync } from "node:fs";
import { tables } from "../__test__/stores.mjs";

const [path, size, count, secrets] = process.argv.slice(2);
for (const suffix of ["", "-wal", "-shm"])
  rmSync(path + suffix, { force: true });
const database = new Database(path);
database.run("PRAGMA journal_mode = WAL");
database.run("PRAGMA synchronous = OFF");
for (const [sql] of tables) database.run(sql);

// Lines as tools give them: code, logs, lists of files, prose; no line is there twice.
const lines = [
  (n) =>
    `  const total${n} = rows.reduce((sum, row) => sum + row.amount, 0); // ${n}`,
  (n) =>
    `[2026-11-22T07:46:${String(n % 60).padStart(2, "0")}Z] INFO worker-${n % 8} handled request ${n} in ${n % 97} ms`,
  (n) =>
    `-rw-r--r-- 1 jordan staff ${n * 13} Nov 22 07:46 src/components/Report${n}.tsx`,
  (n) =>
    `The report adds the amounts of ${n} rows, and the test checks that the sum is what the table says.`,
  (n) => `| row ${n} | ${n * 3} | ${n * 7} | ok |`,
  (n) => `    at Object.render (/work/acme/src/render.js:${n % 900}:${n % 80})`,
  (n) => `diff --git a/src/file${n}.ts b/src/file${n}.ts`,
  (n) =>
    `export function handle${n}(request: Request): Response { return new Response("ok", { status: 200 }); }`,
];
let line = 0;
function text(bytes) {
  let result = "";
  while (result.length < bytes) {
    line += 1;
    result += `${lines[line % lines.length](line)}\n`;
    if (secrets && line % 10_000 === 0) {
      result += `password: Zebra-Crossing-${line % 7}0\n`;
    }
  }
  return result;
}

const insertSession = database.query(
  `INSERT INTO session (id, project_id, slug, directory, title, version, time_created, time_updated)
   VALUES (?, 'global', 'slug', '/home/jordan/work', ?, '1.18.33', ?, ?)`,
);
const insertMessage = database.query(
  "INSERT INTO message VALUES (?, ?, ?, ?, ?)",
);
const insertPart = database.query("INSERT INTO part VALUES (?, ?, ?, ?, ?, ?)");
let ids = 0;
const id = (kind) => `${kind}_${String((ids += 1)).padStart(12, "0")}`;

// A turn: a question, and an answer with four tool calls of 20 KB each and a text.
function addTurn(session, time) {
  const add = (data, parts) => {
    const message = id("msg");
    insertMessage.run(message, session, time, time, JSON.stringify(data));
    for (const part of parts) {
      insertPart.run(
        id("prt"),
        message,
        session,
        time,
        time,
        JSON.stringify(part),
      );
    }
    return message;
  };
  const parentID = add({ role: "user", time: { created: time } }, [
    { type: "text", text: text(300) },
  ]);
  const call = () => ({
    type: "tool",
    tool: "bash",
    callID: id("call"),
    state: {
      status: "completed",
      input: { command: `npm test -- ${ids}`, description: "Run the tests" },
      output: text(20_000),
      title: "Run the tests",
      metadata: { exit: 0 },
      time: { start: time, end: time + 900 },
    },
  });
  add(
    {
      role: "assistant",
      parentID,
      modelID: "fake-1",
      providerID: "fake",
      agent: "build",
      path: { cwd: "/home/jordan/work", root: "/home/jordan/work" },
      cost: 0.01,
      tokens: {
        input: 1000,
        output: 200,
        reasoning: 0,
        cache: { read: 0, write: 0 },
      },
      time: { created: time + 1, completed: time + 5000 },
      finish: "stop",
    },
    [
      { type: "step-start" },
      call(),
      call(),
      call(),
      call(),
      { type: "text", text: text(1500) },
    ],
  );
}

function addSession(session, megabytes) {
  insertSession.run(
    session,
    `Session ${session}`,
    1795333600000,
    1795333600000,
  );
  const turns = Math.ceil((megabytes * 1e6) / 85_000);
  database.transaction(() => {
    for (let turn = 0; turn < turns; turn += 1)
      addTurn(session, 1795333600000 + turn * 10_000);
  })();
}

if (size === "list") {
  database.transaction(() => {
    for (let number = 0; number < Number(count); number += 1) {
      const session = id("ses");
      insertSession.run(
        session,
        text(40),
        1795333600000 + number,
        1795333600000 + number,
      );
      for (let message = 0; message < 10; message += 1) {
        insertMessage.run(
          id("msg"),
          session,
          number,
          number,
          '{"role":"user"}',
        );
      }
    }
  })();
} else {
  addSession("ses_large", Number(size));
  for (let number = 0; number < Number(count ?? 0); number += 1) {
    addSession(`ses_other${number}`, 50);
  }
}
database.close();
