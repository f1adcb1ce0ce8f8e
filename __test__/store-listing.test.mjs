// findStores, listSessions and listPublishedSessions.
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { addon, root, temporaryFolder, textPart } from "./support.mjs";
import {
  bun,
  database,
  fingerprint,
  folder,
  insert,
  messageRows,
  sessionRow,
  tables,
  writeDatabase,
} from "./stores.mjs";

const { listPublishedSessions, listSessions } = addon;

/** Evaluates an expression on the addon in a process with another home folder. */
function inHome(home, expression, variables = {}) {
  const code = `
    const addon = require(${JSON.stringify(root)});
    Promise.resolve()
      .then(() => ${expression})
      .catch(({ code, message }) => ({ code, message }))
      .then((value) => console.log(JSON.stringify(value)));
  `;
  const { XDG_DATA_HOME, XDG_CONFIG_HOME, OPENCODE_DB, ...env } = process.env;
  const output = execFileSync(process.execPath, ["--eval", code], {
    encoding: "utf8",
    env: {
      ...env,
      HOME: home,
      USERPROFILE: home,
      APPDATA: join(home, "AppData/Roaming"),
      ...variables,
    },
  });
  return JSON.parse(output);
}

/** Electron's folder of application data. */
const config =
  {
    darwin: "Library/Application Support",
    win32: "AppData/Roaming",
  }[process.platform] ?? ".config";

const share = (sessionID, url, time) =>
  insert("session_share", {
    session_id: sessionID,
    id: "shr",
    secret: "the-share-secret",
    url,
    time_created: time,
    time_updated: time,
  });

test("findStores finds what OpenCode and PawWork left, by product, channel and generation", (t) => {
  const home = temporaryFolder(t);
  assert.deepEqual(inHome(home, "addon.findStores()"), []);
  const data = join(home, ".local/share/opencode");
  const one = [...tables, sessionRow({ id: "ses_1" })];
  const two = insert("session_message", {
    id: "msg_1",
    session_id: "ses_1",
    type: "user",
    seq: 1,
    time_created: 1,
    time_updated: 1,
    data: "{}",
  });
  writeDatabase(join(data, "opencode.db"), one);
  writeDatabase(join(data, "opencode-next.db"), [...one, two]);
  writeFileSync(join(data, "opencode-broken.db"), "no database");
  writeFileSync(join(data, "other.db"), "");
  const storage = folder(t, {
    "storage/session/p/ses_0.json": { id: "ses_0" },
  });
  for (const [id, place] of [
    ["ses_0", "storage/session/p"],
    ["ses_00", "project/work/storage/session/info"],
  ]) {
    mkdirSync(join(data, place), { recursive: true });
    writeFileSync(join(data, place, `${id}.json`), JSON.stringify({ id }));
  }
  const pawwork = join(home, config, "ai.pawwork.desktop/data/pawwork");
  const beta = join(home, config, "ai.pawwork.desktop.beta/data/pawwork");
  writeDatabase(join(pawwork, "pawwork.db"), one);
  writeDatabase(join(pawwork, "pawwork-nightly.db"), one);
  writeDatabase(join(beta, "pawwork.db"), one);

  const found = inHome(home, "addon.findStores()");
  assert.deepEqual(
    found.map(({ product, channel, path, generation }) => [
      product,
      channel,
      path,
      generation,
    ]),
    [
      ["opencode", "broken", join(data, "opencode-broken.db"), undefined],
      ["opencode", "next", join(data, "opencode-next.db"), 2],
      ["opencode", undefined, join(data, "opencode.db"), 1],
      ["opencode", undefined, join(data, "storage"), 0],
      ["opencode", undefined, join(data, "project/work/storage"), 0],
      ["pawwork", "nightly", join(pawwork, "pawwork-nightly.db"), 1],
      ["pawwork", undefined, join(pawwork, "pawwork.db"), 1],
      ["pawwork", "beta", join(beta, "pawwork.db"), 1],
    ],
  );
  assert.equal(found[0].bytes, "no database".length);
  assert.equal(found[3].bytes, undefined);

  // The variables count as they do for OpenCode.
  const elsewhere = inHome(home, "addon.findStores()", {
    XDG_DATA_HOME: dirname(data),
    OPENCODE_DB: "opencode-next.db",
  });
  assert.equal(elsewhere[0].path, join(data, "opencode-next.db"));
  assert.equal(elsewhere.length, found.length);
  const moved = inHome(home, "addon.findStores()", { XDG_DATA_HOME: storage });
  assert.ok(moved.every(({ product }) => product === "pawwork"));
});

test("without a store all are searched, and the database wins over the folder", (t) => {
  const home = temporaryFolder(t);
  const data = join(home, ".local/share/opencode");
  const title = (id) =>
    inHome(
      home,
      `addon.exportSession({ sessionID: ${JSON.stringify(id)} }).split("\\n")[0]`,
    );
  assert.equal(title("ses_1").code, "ERR_STORE_NOT_FOUND");
  assert.match(title("ses_1").message, /No session of PawWork, OpenCode/);
  assert.equal(
    inHome(home, "addon.listSessions()").code,
    "ERR_STORE_NOT_FOUND",
  );

  writeDatabase(join(data, "opencode.db"), [
    ...tables,
    sessionRow({ id: "ses_both", title: "In the database" }),
  ]);
  mkdirSync(join(data, "storage/session/p"), { recursive: true });
  for (const id of ["ses_both", "ses_old"]) {
    const file = join(data, "storage/session/p", `${id}.json`);
    writeFileSync(file, JSON.stringify({ id, title: "In the folder" }));
  }
  assert.equal(title("ses_both"), "# In the database");
  assert.equal(title("ses_b"), "# In the database");
  assert.equal(title("ses_old"), "# In the folder");
  assert.equal(title("ses_none").code, "ERR_SESSION_NOT_FOUND");
  const listed = inHome(home, "addon.listSessions()");
  assert.deepEqual(
    listed.map(({ sessionID }) => sessionID),
    ["ses_both", "ses_old"],
  );

  // A session may be in the store that cannot be read: that is what the user has to know.
  writeFileSync(join(data, "opencode-next.db"), "no database");
  assert.equal(title("ses_both"), "# In the database");
  assert.equal(title("ses_none").code, "ERR_STORE_UNREADABLE");
});

test("listSessions tells what a list shows, newest first", async (t) => {
  const message = (id) => ({
    info: { id, role: "user", time: { created: 1 } },
    parts: [textPart("x")],
  });
  const store = database(t, [
    ...tables,
    sessionRow({
      id: "ses_old",
      title: "Old",
      directory: "/home/jordan/a",
      time: { created: 1000, updated: 2000 },
    }),
    ...messageRows("ses_old", message("msg_1")),
    ...messageRows("ses_old", { ...message("msg_2"), parts: [] }),
    sessionRow({
      id: "ses_new",
      title: "",
      parentID: "ses_old",
      time: { created: 1500, updated: 3000 },
      share: { url: "https://share.example.com/new" },
    }),
    share("ses_old", "https://share.example.com/old", 5),
  ]);
  const before = fingerprint(dirname(store));
  assert.deepEqual(await listSessions(store), [
    {
      sessionID: "ses_new",
      product: "opencode",
      created: 1500,
      updated: 3000,
      messageCount: 0,
      parentID: "ses_old",
      directory: "/work",
      published: true,
      archived: false,
      store,
    },
    {
      sessionID: "ses_old",
      product: "opencode",
      title: "Old",
      created: 1000,
      updated: 2000,
      messageCount: 2,
      directory: "/home/jordan/a",
      published: true,
      archived: false,
      store,
    },
  ]);
  assert.deepEqual(fingerprint(dirname(store)), before);
});

/** The stores of OpenCode and PawWork in a new home folder. */
function homeWith(t, { opencode, pawwork }) {
  const home = temporaryFolder(t);
  const paths = {
    opencode: join(home, ".local/share/opencode/opencode.db"),
    pawwork: join(home, config, "ai.pawwork.desktop/data/pawwork/pawwork.db"),
  };
  for (const [name, rows] of Object.entries({ opencode, pawwork })) {
    if (Array.isArray(rows)) writeDatabase(paths[name], [...tables, ...rows]);
    else if (rows !== undefined) {
      mkdirSync(dirname(paths[name]), { recursive: true });
      writeFileSync(paths[name], rows);
    }
  }
  return { home, ...paths };
}

const sessionWith = (title, updated, messages) => [
  sessionRow({ id: "ses_both", title, time: { created: 1, updated } }),
  ...messages.flatMap(([id, text, created]) =>
    messageRows("ses_both", {
      info: { id, role: "user", time: { created } },
      parts: [{ ...textPart(text), id: `prt_${id}` }],
    }),
  ),
];

const cli = (home, ...args) => {
  const { XDG_DATA_HOME, XDG_CONFIG_HOME, OPENCODE_DB, ...env } = process.env;
  return spawnSync(process.execPath, [join(root, "cli/main.mjs"), ...args], {
    encoding: "utf8",
    env: {
      ...env,
      HOME: home,
      USERPROFILE: home,
      APPDATA: join(home, "AppData/Roaming"),
    },
  });
};

test("the older of two stores won silently: the fuller and newer one wins, and nothing of the other is lost", (t) => {
  const five = [1, 2, 3, 4, 5].map((n) => [`msg_${n}`, `words ${n}`, 10 * n]);
  const { home, opencode, pawwork } = homeWith(t, {
    opencode: sessionWith("Old title", 20, [["msg_0", "only old", 15]]),
    pawwork: sessionWith("New title", 60, five),
  });
  const [report, text] = inHome(
    home,
    `addon
      .writeExport(${JSON.stringify(join(home, "a.md"))}, { sessionID: "ses_both" })
      .then((report) => [report, require("node:fs").readFileSync(report.path, "utf8")])`,
  );
  assert.match(text, /^# New title/);
  const words = ["words 1", "only old", "words 2", "words 5"];
  const places = words.map((word) => text.indexOf(word));
  assert.ok(!places.includes(-1), text);
  assert.deepEqual(
    places,
    places.toSorted((a, b) => a - b),
  );
  assert.match(text, /it is in several stores; the messages of all are shown/);
  assert.equal(report.messages.rendered, 6);
  assert.equal(report.origin.path, pawwork);
  assert.deepEqual(report.origin.alsoIn, [opencode]);

  const [listed, ...more] = inHome(home, "addon.listSessions()");
  assert.deepEqual(more, []);
  assert.deepEqual(
    [listed.title, listed.messageCount, listed.store, listed.alsoIn],
    ["New title", 6, pawwork, [opencode]],
  );
  // The command takes all of it too.
  const out = join(home, "out");
  const { status, stderr } = cli(home, "--all", "--output", out);
  assert.equal(status, 0, stderr);
  const [{ messages }] = JSON.parse(
    readFileSync(join(out, "index.json"), "utf8"),
  ).sessions;
  assert.equal(messages, 6);
  // A store that is named is the only one that is read.
  const named = JSON.stringify({ sessionID: "ses_both", store: opencode });
  const only = inHome(home, `addon.exportSession(${named})`);
  assert.match(only, /^# Old title/);
  assert.ok(!only.includes("words 1"));
});

test("of three stores the list told of another copy than the document, and counted other messages", (t) => {
  const words = (from, to) =>
    Array.from({ length: to - from + 1 }, (_, n) => from + n).map((n) => [
      `msg_${n}`,
      `words ${n}`,
      10 * n,
    ]);
  // Nearly empty and changed last; full and old; as full and newer.
  const { home, opencode, pawwork } = homeWith(t, {
    opencode: sessionWith("Nearly empty", 900, words(1, 1)),
    pawwork: sessionWith("Full", 500, words(2, 6)),
  });
  const folderStore = join(home, ".local/share/opencode/storage");
  const write = (name, value) => {
    const path = join(folderStore, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(value));
  };
  write("session/p/ses_both.json", {
    id: "ses_both",
    title: "Old",
    time: { created: 1, updated: 20 },
  });
  for (const [id, text, created] of words(5, 9)) {
    const info = { id, role: "user", time: { created } };
    write(`message/ses_both/${id}.json`, info);
    write(`part/${id}/prt_${id}.json`, { ...textPart(text), id: `prt_${id}` });
  }
  const target = JSON.stringify(join(home, "a.json"));
  const [listed, ...more] = inHome(home, "addon.listSessions()");
  const report = inHome(
    home,
    `addon.writeExport(${target}, { sessionID: "ses_both" })`,
  );
  const document = JSON.parse(readFileSync(report.path, "utf8"));
  assert.deepEqual(more, []);
  assert.deepEqual(
    [listed.title, listed.updated, listed.messageCount, listed.store],
    ["Full", 900, 9, pawwork],
  );
  assert.deepEqual(listed.alsoIn, [
    inHome(home, "addon.findStores()").find(
      ({ generation }) => generation === 0,
    ).path,
    opencode,
  ]);
  assert.equal(document.info.title, listed.title);
  assert.equal(document.info.time.updated, listed.updated);
  assert.equal(document.messages.length, listed.messageCount);
  assert.equal(report.messages.stored, listed.messageCount);
  assert.equal(report.origin.path, listed.store);
  assert.deepEqual(report.origin.alsoIn, listed.alsoIn);
});

test("of stores of which none can be read only the first was named", (t) => {
  const { home, opencode, pawwork } = homeWith(t, {
    opencode: "no database",
    pawwork: "neither",
  });
  const target = JSON.stringify(join(home, "a.md"));
  for (const call of [
    `addon.exportSession({ sessionID: "ses_both" })`,
    `addon.writeExport(${target}, { sessionID: "ses_both" })`,
    "addon.listSessions()",
    "addon.listPublishedSessions()",
  ]) {
    const { code, message } = inHome(home, call);
    assert.equal(code, "ERR_STORE_UNREADABLE", call);
    for (const store of [opencode, pawwork]) {
      assert.ok(message.includes(store), message);
    }
  }
});

test("a session that is the same in two stores is shown once, and nothing is said", (t) => {
  const rows = sessionWith("Same", 60, [["msg_1", "the words", 10]]);
  const { home } = homeWith(t, { opencode: rows, pawwork: rows });
  const text = inHome(home, `addon.exportSession({ sessionID: "ses_both" })`);
  assert.equal(text.split("the words").length, 2);
  assert.ok(!text.includes("several stores"));
});

test("a sub-agent session that only one store holds is shown under its session", (t) => {
  const child = [
    sessionRow({ id: "ses_child", parentID: "ses_both", title: "Child" }),
    ...messageRows("ses_child", {
      info: { id: "msg_c", role: "user", time: { created: 30 } },
      parts: [{ ...textPart("words of the child"), id: "prt_c" }],
    }),
  ];
  const { home } = homeWith(t, {
    opencode: [...sessionWith("Old", 20, [["msg_1", "a", 10]]), ...child],
    pawwork: sessionWith("New", 60, [["msg_1", "a", 10]]),
  });
  const text = inHome(home, `addon.exportSession({ sessionID: "ses_both" })`);
  assert.match(text, /^# New/);
  assert.match(text, /Sub-agent 1\n\n\*\*Child\*\*/);
  assert.match(text, /words of the child/);
});

test("the command's list did not say that a session is in another store too", (t) => {
  const { home, opencode } = homeWith(t, {
    opencode: sessionWith("Old", 20, [["msg_1", "a", 10]]),
    pawwork: sessionWith("New", 60, [
      ["msg_1", "a", 10],
      ["msg_2", "b", 20],
    ]),
  });
  const { status, stdout, stderr } = cli(home, "--list");
  assert.equal(status, 0, stderr);
  assert.equal(stdout.trimEnd().split("\n").length, 1);
  assert.ok(stderr.includes(`ses_both is also in ${opencode}`), stderr);
});

test("a store that cannot be read was skipped with exit code 0: it is reported", (t) => {
  const { home, opencode } = homeWith(t, {
    opencode: "no database",
    pawwork: sessionWith("Kept", 60, [["msg_1", "the words", 10]]),
  });
  for (const call of ["listSessions", "listPublishedSessions"]) {
    const [problem, ...more] = inHome(
      home,
      `addon.${call}().then(({ unreadable }) => unreadable)`,
    );
    assert.deepEqual(more, []);
    assert.equal(problem.store, opencode);
    assert.equal(problem.code, "ERR_STORE_UNREADABLE");
    assert.match(problem.message, /opencode\.db/);
  }
  assert.equal(inHome(home, "addon.listSessions()").length, 1);
  const out = join(home, "out");
  for (const args of [["--all", "--output", out], ["--list"]]) {
    const { status, stdout, stderr } = cli(home, ...args);
    assert.equal(status, 1, stderr);
    assert.match(stderr, /Not listed: .*opencode\.db.*ERR_STORE_UNREADABLE/);
    if (args[0] === "--list") assert.match(stdout, /^ses_both\t/);
  }
  assert.equal(
    JSON.parse(readFileSync(join(out, "index.json"), "utf8")).sessions.length,
    1,
  );
  // More of the session may be in it.
  const text = inHome(home, `addon.exportSession({ sessionID: "ses_both" })`);
  assert.match(text, /the words/);
  assert.match(text, /another store of this computer could not be read/);
});

test(
  "a database, a folder of sessions and a data folder that cannot be looked at are reported, not skipped",
  {
    skip: process.platform === "win32" && "links need a right there",
  },
  (t) => {
    const { home, opencode } = homeWith(t, {
      pawwork: sessionWith("Kept", 60, [["msg_1", "the words", 10]]),
    });
    const data = dirname(opencode);
    mkdirSync(data, { recursive: true });
    symlinkSync(join(home, "gone.db"), opencode);
    // A circle cannot be read by the superuser either.
    const storage = join(data, "storage");
    symlinkSync(storage, storage);
    const headless = join(home, ".local/share/pawwork");
    symlinkSync(headless, headless);
    const unreadable = inHome(
      home,
      "addon.listSessions().then(({ unreadable }) => unreadable)",
    );
    assert.deepEqual(
      unreadable.map(({ store, code }) => [store, code]),
      [opencode, storage, headless].map((store) => [
        store,
        "ERR_STORE_UNREADABLE",
      ]),
    );
    assert.equal(inHome(home, "addon.listSessions()").length, 1);
  },
);

test("listPublishedSessions tells where, and never the secret", async (t) => {
  const rows = [
    ...tables,
    sessionRow({ id: "ses_1", title: "First" }),
    sessionRow({
      id: "ses_2",
      title: "Second",
      share: { url: "https://share.example.com/2" },
    }),
    sessionRow({ id: "ses_3" }),
    share("ses_1", "https://share.example.com/1", 7),
    // Deleted since, and still public.
    share("ses_gone", "https://share.example.com/gone", 9),
  ];
  const expected = [
    ["ses_gone", undefined, "https://share.example.com/gone", 9],
    ["ses_1", "First", "https://share.example.com/1", 7],
    ["ses_2", "Second", "https://share.example.com/2", undefined],
  ];
  const withoutColumn = ["ALTER TABLE session_share DROP COLUMN secret"];
  for (const statements of [rows, [...rows, withoutColumn]]) {
    const store = database(t, statements);
    const published = await listPublishedSessions(store);
    assert.deepEqual(
      published.map((one) => [
        one.sessionID,
        one.title,
        one.url,
        one.publishedAt,
      ]),
      expected,
    );
    assert.ok(!JSON.stringify(published).includes("the-share-secret"));
  }
  const old = folder(t, {
    "storage/session/p/ses_1.json": { id: "ses_1", title: "First" },
    "storage/session_share/ses_1.json": {
      secret: "the-share-secret",
      url: "https://share.example.com/1",
    },
  });
  assert.deepEqual(await listPublishedSessions(old), [
    {
      sessionID: "ses_1",
      title: "First",
      url: "https://share.example.com/1",
      store: old,
    },
  ]);
});

for (const [size, bytes] of [
  ["small", 1],
  // In which a thread counts the messages.
  ["large", 9_000_000],
])
  test(`a list of many is complete and in order: a ${size} store`, async (t) => {
    // More than become objects at a time.
    const ids = Array.from({ length: 1201 }, (_, index) => `ses_${index}`);
    const rows = ids.map((id, index) =>
      sessionRow({ id, time: { created: index, updated: index } }),
    );
    const messages = ids.flatMap((session, index) =>
      Array.from({ length: index % 4 }, (_, number) =>
        messageRows(session, {
          info: { id: `msg_${index}_${number}`, time: { created: 1 } },
          parts: [],
        }),
      ).flat(),
    );
    const large = messageRows("ses_gone", {
      info: { id: "msg_gone", time: { created: 1 }, text: "x".repeat(bytes) },
      parts: [],
    });
    const all = [...rows, ...messages, ...large];
    const store = database(t, [...tables, ["BEGIN"], ...all, ["COMMIT"]]);
    const listed = await listSessions(store);
    assert.deepEqual(
      listed.map(({ sessionID, messageCount }) => [sessionID, messageCount]),
      ids.map((id, index) => [id, index % 4]).toReversed(),
    );
  });

test("a list is refused where what takes longer fails, however early", async () => {
  const source = readFileSync(`${root}/src/binding/lists/list.js`, "utf8");
  const expression = source.trimEnd().replace(/;$/, "");
  const makeItems = new Function(`return (${expression})`)();
  const slices = Array(3).fill(JSON.stringify([1, { sessionID: ["ses_1"] }]));
  const failed = new Error("counting");
  await assert.rejects(
    makeItems(() => slices.pop(), Promise.reject(failed)),
    failed,
  );
});

test("stores are read under Bun too", (t) => {
  const store = database(t, [...tables, sessionRow({ id: "ses_1" })]);
  const target = join(temporaryFolder(t), "a.md");
  const code = `
    const { listSessions, writeExport } = require(${JSON.stringify(root)});
    const [store, path] = process.argv.slice(-2);
    const [{ sessionID }] = await listSessions(store);
    const told = [];
    const onProgress = (progress) => told.push(progress);
    const report = await writeExport(path, { sessionID, store }, { onProgress });
    console.log(sessionID, report.origin.generation, told.length > 0, told.at(-1).phase);
  `;
  const output = execFileSync(bun, ["--eval", code, store, target], {
    encoding: "utf8",
  });
  assert.equal(output.trim(), "ses_1 1 true write");
});
