// The homes of DSH, and lists of their sessions.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { home, id, json, shown } from "./dsh-session.mjs";
import {
  answer,
  dshHome,
  frame,
  lines,
  text,
  turn,
  user,
  writeLog,
} from "./dsh-store.mjs";
import { addon, root } from "./support.mjs";

const { listSessions } = addon;

test("a list showed of a large log what stands neither at its beginning nor at its end", async () => {
  const long = "A long answer that takes up room. ".repeat(300);
  const talk = (number) =>
    turn(number, [
      user(`Question ${number}`),
      answer(number, 1, [text(`${number} ${long}`)]),
    ]);
  const store = home([
    ...turn(1, [user("Question 1"), answer(1, 1, [text("Yes")])]),
    ["session/title", { title: "The first title" }],
    ...Array.from({ length: 40 }, (_, at) => talk(at + 2)).flat(),
    ["session/title", { title: "The last title" }],
  ]);
  const [listed] = await listSessions(store);
  assert.equal(listed.title, "The last title");
  assert.equal(listed.updated, json(store).info.time.updated);
  const { messages } = json(store);
  assert.ok(listed.messageCount > messages.length / 4, listed.messageCount);
  assert.ok(listed.messageCount < messages.length * 4, listed.messageCount);
});

test("a list of thousands of logs lost titles, times or sessions", async () => {
  const store = dshHome();
  const rules = user("Rules of the house. ".repeat(400), "r", { kind: "x" });
  const all = Array.from({ length: 2100 }, (_, number) => `session-${number}`);
  for (const id of all) {
    const asked = user(`Prompt of ${id}`, "u");
    const waits = { target: "next-turn", start: 0, inserted: [asked[1]] };
    const given = lines({ id, version: 4 }, [
      ["agent/inbox/spliced", waits],
      ...turn(1, [asked, rules, answer(1, 1, [text("Yes")])]),
    ]);
    // The prompt stands again in a large frame that is not looked at.
    const bytes = Buffer.concat([
      ...given.slice(0, 3).map(frame),
      frame(given.slice(3, 6).join("")),
      ...given.slice(6).map(frame),
    ]);
    writeLog(store, { id }, [], { bytes });
  }
  const listed = await listSessions(store);
  assert.deepEqual(
    listed.map(({ sessionID, title }) => [sessionID, title]).sort(),
    all.map((id) => [id, `Prompt of ${id}`]).sort(),
  );
  const { info } = json(store, {}, "session-7");
  const one = listed.find(({ sessionID }) => sessionID === "session-7");
  assert.equal(one.updated, info.time.updated);
  assert.ok(one.messageCount >= 1 && one.messageCount <= 3, one.messageCount);
});

test(
  "folders that could not be read were left out without a word",
  {
    skip:
      process.platform === "win32"
        ? "permissions of Windows are not set by chmod"
        : process.getuid() === 0 && "the superuser may read everything",
  },
  async () => {
    const store = home(turn(1, [user("Hello")]));
    writeLog(store, { id: "hidden" }, turn(1, [user("Hidden")]));
    const other = { project: "--home-ada-other--" };
    writeLog(store, { id: "other" }, turn(1, [user("Other")]), other);
    const sessions = join(store, "sessions");
    const folders = ["--home-ada-work--/hidden", other.project];
    for (const folder of folders) chmodSync(join(sessions, folder), 0);
    const listed = await listSessions(store);
    assert.deepEqual(
      listed.map(({ sessionID }) => sessionID),
      [id],
    );
    assert.match(listed.unreadable[0].message, /: 2 of its folders could not/);
    assert.match(shown(store), /folders of the store could not be read/);
    assert.throws(() => shown(store, {}, "hidden"), {
      code: "ERR_STORE_UNREADABLE",
    });
    for (const folder of folders) chmodSync(join(sessions, folder), 0o700);
    assert.deepEqual((await listSessions(store)).unreadable, []);
  },
);

test("a session that was opened and left stood in the list", async () => {
  const store = home([["sandbox/mode", { mode: "workspace-write" }]]);
  writeLog(store, { id: "used" }, turn(1, [user("Hello")]));
  writeFileSync(
    join(store, "storages/workspace.json"),
    JSON.stringify({ global: { archivedSessionIds: ["used"] } }),
  );
  const listed = await listSessions(store);
  assert.deepEqual(
    listed.map(({ sessionID, title, archived }) => [
      sessionID,
      title,
      archived,
    ]),
    [["used", "Hello", true]],
  );
  assert.match(shown(store), /no messages/i);
  assert.ok(dirname(store));
});

test("the homes of PawWork and DSH were not found, or one of them twice", () => {
  const user = dirname(dirname(dshHome()));
  const config = {
    darwin: "Library/Application Support",
    win32: "AppData/Roaming",
  };
  const places = [
    ".pawwork/dsh",
    ".pawwork/dsh-dev",
    ".dsh",
    join(config[process.platform] ?? ".config", "ai.pawwork.desktop", "dsh"),
  ];
  const events = turn(1, [["todo/write", { todos: [] }]]);
  for (const place of [...places, "elsewhere"])
    writeLog(join(user, place), { id: place }, events);
  // A file that an interrupted move left behind, and keys.
  writeLog(join(user, ".pawwork/dsh.migrating"), { id: "half" }, events);
  const code = `console.log(JSON.stringify(require(${JSON.stringify(root)}).findStores()))`;
  const { XDG_DATA_HOME, XDG_CONFIG_HOME, OPENCODE_DB, ...env } = process.env;
  const found = (variables) =>
    JSON.parse(
      execFileSync(process.execPath, ["--eval", code], {
        encoding: "utf8",
        env: {
          ...env,
          HOME: user,
          USERPROFILE: user,
          APPDATA: join(user, "AppData/Roaming"),
          ...variables,
        },
      }),
    ).map(({ product, channel, path, generation }) => [
      product,
      channel,
      path.slice(user.length + 1).replaceAll("\\", "/"),
      generation,
    ]);
  const expected = [
    ["pawwork", undefined, places[0], 3],
    ["pawwork", "dev", places[1], 3],
    ["dsh", undefined, places[2], 3],
    ["pawwork", undefined, places[3].replaceAll("\\", "/"), 3],
  ];
  assert.deepEqual(found({}), expected);
  assert.deepEqual(found({ DSH_HOME: join(user, "elsewhere") }), [
    ["dsh", undefined, "elsewhere", 3],
    ...expected,
  ]);
  // It is the one that is known already.
  assert.deepEqual(
    found({ DSH_HOME: join(user, ".dsh") }).map(([, , path]) => path),
    [places[2], places[0], places[1], expected[3][2]],
  );
});
