// Stores that cannot be read, or only in part: a coded error that says what to do, or a document
// that says what is missing.
import assert from "node:assert/strict";
import {
  chmodSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import test from "node:test";
import { addon, failure, fixed, temporaryFolder } from "./support.mjs";
import {
  database,
  fingerprint,
  folder,
  message,
  messageRows,
  openDatabase,
  sessionRow,
  tables,
} from "./stores.mjs";

const {
  exportSession,
  listPublishedSessions,
  listSessions,
  suggestFileName,
  writeExport,
} = addon;

const sessionID = "ses_x";

/** Every function that reads a store fails in the same way, and leaves nothing. */
async function assertFails(t, store, code, pattern, listingFails = true) {
  const target = temporaryFolder(t);
  const calls = [
    () => exportSession({ sessionID, store }, fixed),
    () => suggestFileName({ sessionID, store }),
    () => writeExport(join(target, "a.md"), { sessionID, store }),
  ];
  if (listingFails) {
    calls.push(
      () => listSessions(store),
      () => listPublishedSessions(store),
    );
  }
  for (const call of calls) {
    const error = await failure(call);
    assert.equal(error.code, code, error.message);
    assert.match(error.message, pattern);
    assert.ok(error instanceof Error);
  }
  assert.deepEqual(readdirSync(target), []);
}

const file = (t, content) => {
  const path = join(temporaryFolder(t), "opencode.db");
  writeFileSync(path, content);
  return path;
};

const unreadable = {
  empty: [(t) => file(t, ""), /is empty: no session was stored/],
  "a text": [(t) => file(t, "x".repeat(5000)), /not an SQLite database/],
  "shorter than a header": [
    (t) => file(t, "SQLite format 3\0"),
    /not an SQLite database/,
  ],
  "a folder of something else": [
    (t) => temporaryFolder(t),
    /not one in which OpenCode kept sessions/,
  ],
  "a database of something else": [
    (t) => database(t, [["CREATE TABLE bookmarks (url text)"]]),
    /not one of OpenCode or PawWork/,
  ],
  "a view instead of a table": [
    (t) =>
      database(t, [
        ...tables.slice(1, 6),
        [
          "CREATE VIEW session AS SELECT 'ses_x' AS id, 1 AS time_created, 'x' AS title",
        ],
      ]),
    /not one of OpenCode or PawWork/,
  ],
  "tables of a later version": [
    (t) =>
      database(t, [
        ["CREATE TABLE session (uuid text, created text)"],
        ["CREATE TABLE entry (uuid text, body blob)"],
      ]),
    /version that this exporter does not know; a newer exporter/,
  ],
  "messages of a later version": [
    (t) =>
      database(t, [tables[0], ["CREATE TABLE message (id text, body blob)"]]),
    /version that this exporter does not know/,
  ],
  "cut off after its header": [
    (t) => {
      const path = database(t, [...tables, sessionRow({ id: sessionID })]);
      truncateSync(path, 4096);
      return path;
    },
    /damaged/,
  ],
};

for (const [what, [make, pattern]] of Object.entries(unreadable)) {
  test(`ERR_STORE_UNREADABLE: ${what}`, async (t) => {
    const store = make(t);
    const before = statSync(store).isFile() && fingerprint(dirname(store));
    await assertFails(t, store, "ERR_STORE_UNREADABLE", pattern);
    if (before) assert.deepEqual(fingerprint(dirname(store)), before);
  });
}

test("ERR_STORE_UNREADABLE: locked by another process", async (t) => {
  const store = join(temporaryFolder(t), "opencode.db");
  await openDatabase(
    t,
    store,
    [
      ...tables,
      ["PRAGMA journal_mode = DELETE"],
      ["BEGIN EXCLUSIVE"],
      sessionRow({ id: sessionID }),
    ],
    "hold",
  );
  const error = await failure(() => exportSession({ sessionID, store }));
  assert.equal(error.code, "ERR_STORE_UNREADABLE");
  assert.match(error.message, /another program holds it locked; close/);
});

test("findStores waits for no lock", async (t) => {
  const store = join(temporaryFolder(t), "opencode.db");
  await openDatabase(
    t,
    store,
    [...tables, ["PRAGMA journal_mode = DELETE"], ["BEGIN EXCLUSIVE"]],
    "hold",
  );
  process.env.OPENCODE_DB = store;
  t.after(() => delete process.env.OPENCODE_DB);
  const start = performance.now();
  const found = addon.findStores().find(({ path }) => path === store);
  const took = performance.now() - start;
  assert.ok(took < 250, `it took ${took} ms`);
  assert.equal(found.product, "opencode");
  assert.equal(found.generation, undefined);
});

test(
  "ERR_STORE_UNREADABLE: a pipe, which would make the reader wait forever",
  {
    skip:
      process.platform === "win32" && "Windows has no named pipes in folders",
  },
  async (t) => {
    const store = join(temporaryFolder(t), "opencode.db");
    assert.equal(spawnSync("mkfifo", [store]).status, 0);
    await assertFails(t, store, "ERR_STORE_UNREADABLE", /it is not a file/);
  },
);

test(
  "ERR_STORE_UNREADABLE: no permission",
  {
    skip:
      process.platform === "win32"
        ? "permissions of Windows are not set by chmod"
        : process.getuid() === 0 && "the superuser may read everything",
  },
  async (t) => {
    const store = file(t, "x");
    chmodSync(store, 0);
    await assertFails(
      t,
      store,
      "ERR_STORE_UNREADABLE",
      /check that you may read/,
    );
  },
);

test("ERR_STORE_NOT_FOUND", async (t) => {
  const store = join(temporaryFolder(t), "nothing", "opencode.db");
  await assertFails(t, store, "ERR_STORE_NOT_FOUND", /no store at/);
  assert.ok(!readdirSync(dirname(dirname(store))).length);
  const error = await failure(() => listSessions(5));
  assert.equal(error.code, "ERR_INVALID_OPTION");
});

test("ERR_SESSION_NOT_FOUND, and the start of an id is enough", async (t) => {
  const store = database(t, [
    ...tables,
    ...["ses_a1", "ses_a2", "ses_a2x", "ses_b1"].map((id) =>
      sessionRow({ id, title: `Title ${id}` }),
    ),
    ...Array.from({ length: 30 }, (_, index) =>
      sessionRow({ id: `ses_many${String(index).padStart(2, "0")}` }),
    ),
    sessionRow({ id: "ses_c<script>\n" }),
    sessionRow({ id: "ses_cc" }),
  ]);
  const files = Object.fromEntries(
    ["ses_a1", "ses_a2", "ses_a2x", "ses_b1"].map((id) => [
      `storage/session/p/${id}.json`,
      { id, title: `Title ${id}` },
    ]),
  );
  for (const place of [store, folder(t, files)]) {
    const title = (id) =>
      exportSession({ sessionID: id, store: place }, fixed).split("\n")[0];
    assert.match(title("ses_b"), /ses.*b1/);
    // A whole id wins, also where another starts with it.
    assert.match(title("ses_a2"), /a2$/);
    for (const id of [
      "ses_none",
      "ses_%",
      "../session/p/ses_a1",
      "ses_a1.json",
    ]) {
      const error = await failure(() => title(id));
      assert.equal(error.code, "ERR_SESSION_NOT_FOUND");
      assert.equal(error.matches, undefined);
      assert.match(error.message, /There is no session/);
    }
    const error = await failure(() => title("ses_a"));
    assert.equal(error.code, "ERR_SESSION_NOT_FOUND");
    assert.deepEqual(error.matches, ["ses_a1", "ses_a2", "ses_a2x"]);
    assert.match(error.message, /Several sessions.*ses_a1, ses_a2, ses_a2x/);
  }
  const many = await failure(() =>
    exportSession({ sessionID: "ses_m", store }),
  );
  assert.equal(many.matches.length, 10);
  // What an id holds is not repeated as it is.
  const odd = await failure(() => exportSession({ sessionID: "ses_c", store }));
  assert.deepEqual(odd.matches, ["ses_cscript", "ses_cc"]);
});

test(
  "a link in a folder of JSON files is not followed",
  {
    skip: process.platform === "win32" && "links need a privilege on Windows",
  },
  (t) => {
    const elsewhere = folder(t, {
      "secret.json": { type: "text", text: "from elsewhere" },
    });
    const store = folder(t, {
      "storage/session/p/ses_x.json": { id: sessionID, title: "Links" },
      "storage/message/ses_x/msg_1.json": { id: "msg_1", role: "user" },
      "storage/part/msg_1/prt_1.json": { type: "text", text: "of the store" },
    });
    symlinkSync(
      join(elsewhere, "secret.json"),
      join(store, "storage/part/msg_1/prt_2.json"),
    );
    const text = exportSession({ sessionID, store }, fixed);
    assert.match(text, /of the store/);
    assert.doesNotMatch(text, /from elsewhere/);
  },
);

test("a damaged page loses the rows on it, which are said, and nothing else", (t) => {
  const store = database(t, [
    ...tables,
    sessionRow({ id: sessionID }),
    ...Array.from({ length: 40 }, (_, index) =>
      messageRows(
        sessionID,
        message(index, `text ${index} ${"x".repeat(3000)}`),
      ),
    ).flat(),
  ]);
  // A part's page is found by the text on it.
  const bytes = readFileSync(store);
  const place = bytes.indexOf("text 20 ");
  const page = Math.floor(place / 4096) * 4096;
  const descriptor = openSync(store, "r+");
  writeSync(descriptor, Buffer.alloc(4096, 0xff), 0, 4096, page);
  const text = exportSession({ sessionID, store }, fixed);
  assert.match(text, /the database is damaged here/);
  assert.match(text, /damaged row/);
  const shown = [...text.matchAll(/^text (\d+) /gm)].map(
    ([, number]) => number,
  );
  assert.ok(shown.length >= 35 && shown.length < 40, `${shown.length}`);
});

test("damage anywhere gives a document or a coded error, and never a crash", (t) => {
  const store = database(t, [
    ...tables,
    sessionRow({ id: sessionID }),
    ...Array.from({ length: 20 }, (_, index) =>
      messageRows(sessionID, message(index, `text ${index}`)),
    ).flat(),
  ]);
  const whole = readFileSync(store);
  const path = join(temporaryFolder(t), "opencode.db");
  let state = 1;
  const random = (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  let documents = 0;
  for (let round = 0; round < 300; round += 1) {
    const bytes = Buffer.from(whole);
    for (let count = 1 + random(20); count > 0; count -= 1) {
      bytes[100 + random(bytes.length - 100)] = random(256);
    }
    writeFileSync(path, bytes);
    try {
      exportSession({ sessionID, store: path }, fixed);
      documents += 1;
    } catch (error) {
      assert.match(
        error.code,
        /^ERR_(STORE_UNREADABLE|SESSION_NOT_FOUND)$/,
        error.message,
      );
    }
  }
  assert.ok(documents > 50, `${documents}`);
});
