// Stores behind links: what stands beside the real file belongs to the store.
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import test from "node:test";
import { addon, failure, fixed, temporaryFolder } from "./support.mjs";
import {
  database,
  folder,
  message,
  messageRows,
  sessionRow,
  tables,
} from "./stores.mjs";

const { exportSession, listSessions, writeExport } = addon;
const sessionID = "ses_x";
const skip =
  process.platform === "win32" && "links need a privilege on Windows";

/** A database of ten messages, all of them still in its log. */
const inLog = (t) =>
  database(
    t,
    [
      ...tables,
      sessionRow({ id: sessionID }),
      ...Array.from({ length: 10 }, (_, index) =>
        messageRows(sessionID, message(index, `text ${index}`)),
      ).flat(),
    ],
    "kill",
  );

const links = {
  "to the file": (real, place) => {
    symlinkSync(real, join(place, "opencode.db"));
    return join(place, "opencode.db");
  },
  "to a link to a link": (real, place) => {
    symlinkSync(real, join(place, "a"));
    symlinkSync(join(place, "a"), join(place, "b"));
    symlinkSync("b", join(place, "opencode.db"));
    return join(place, "opencode.db");
  },
  "relative, out of another folder": (real, place) => {
    const inner = join(place, "inner");
    mkdirSync(inner);
    symlinkSync(relative(inner, real), join(inner, "opencode.db"));
    return join(inner, "opencode.db");
  },
  "to the folder": (real, place) => {
    symlinkSync(dirname(real), join(place, "data"));
    return join(place, "data", basename(real));
  },
  "of another name": (real, place) => {
    symlinkSync(real, join(place, "current"));
    return join(place, "current");
  },
};

for (const [what, link] of Object.entries(links)) {
  test(
    `a store behind a link ${what} is read with its log`,
    { skip },
    async (t) => {
      const real = inLog(t);
      const store = link(realpathSync(real), realpathSync(temporaryFolder(t)));
      const before = readdirSync(dirname(real));
      const text = exportSession({ sessionID, store }, fixed);
      assert.match(text, /\| Messages \| 10 \|/);
      for (let index = 0; index < 10; index += 1) {
        assert.match(text, new RegExp(`^text ${index}$`, "m"));
      }
      const [listed] = await listSessions(store);
      assert.equal(listed.messageCount, 10);
      assert.equal(listed.store, store);
      const path = join(temporaryFolder(t), "a.md");
      const report = await writeExport(path, { sessionID, store }, fixed);
      assert.equal(report.messages.rendered, 10);
      assert.deepEqual(readdirSync(dirname(real)), before);
    },
  );
}

test(
  "a link that leads nowhere, or in a circle, is a coded error",
  { skip },
  async (t) => {
    const place = temporaryFolder(t);
    symlinkSync("nothing.db", join(place, "dangling.db"));
    symlinkSync("b.db", join(place, "a.db"));
    symlinkSync("a.db", join(place, "b.db"));
    const expected = {
      "dangling.db": /a link to a file that is not there/,
      "a.db": /links do not lead in a circle/,
    };
    for (const [name, pattern] of Object.entries(expected)) {
      const store = join(place, name);
      for (const call of [
        () => exportSession({ sessionID, store }, fixed),
        () => listSessions(store),
      ]) {
        const error = await failure(call);
        assert.equal(error.code, "ERR_STORE_UNREADABLE");
        assert.match(error.message, pattern);
      }
    }
  },
);

test(
  "folders of JSON files behind links are read, and a link to a file is counted",
  { skip },
  async (t) => {
    const real = folder(t, {
      "p/ses_x.json": { id: sessionID, title: "Links" },
      "message/ses_x/msg_1.json": { id: "msg_1", role: "user" },
      "part/msg_1/prt_1.json": { type: "text", text: "of the store" },
      "elsewhere.json": { type: "text", text: "from elsewhere" },
    });
    const store = mkdtempSync(join(temporaryFolder(t), "store-"));
    mkdirSync(join(store, "storage/session"), { recursive: true });
    symlinkSync(join(real, "p"), join(store, "storage/session/p"));
    symlinkSync(join(real, "message"), join(store, "storage/message"));
    symlinkSync(join(real, "part"), join(store, "storage/part"));
    symlinkSync("../../elsewhere.json", join(real, "part/msg_1/prt_2.json"));
    const link = join(temporaryFolder(t), "link");
    symlinkSync(store, link);
    const text = exportSession({ sessionID, store: link }, fixed);
    assert.match(text, /of the store/);
    assert.doesNotMatch(text, /from elsewhere/);
    assert.match(text, /Stored: 1 session, 1 message, 2 parts/);
    assert.equal((await listSessions(link))[0].store, link);
  },
);
