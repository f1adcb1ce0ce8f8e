// Sessions of Codex.
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import test, { after } from "node:test";
import { changedLog, numbers } from "./changed-records.mjs";
import { addon, fixed, githubToken, root } from "./support.mjs";

const { exportSession, listSessions } = addon;
const formats = ["markdown", "html", "json"];
const folder = join(root, "__test__/fixtures/codex");
const threadID = "01a21bf1-46dd-77a2-bdd6-51f0a5efc782";
const partID = "01a21bf1-632b-7030-9295-114a30dbe377";
const forkID = "01a21bf1-90be-7b43-a8f9-e64bc5416844";
const time = "2026-11-27T07:35:54.000Z";

const fixture = (name) => readFileSync(join(folder, `${name}.jsonl`), "utf8");
const idOf = (log) => {
  const first = JSON.parse(log.split("\n", 1)[0]);
  return (first.payload ?? first).id;
};

/** A home with rollouts, by the time and the ids in their names. */
const homeOf = (files) => {
  const home = mkdtempSync(join(tmpdir(), "codex-home-"));
  after(() => rmSync(home, { recursive: true, force: true }));
  for (const [name, log] of Object.entries(files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, log);
  }
  return home;
};
const day = "sessions/2026/11/27/rollout-2026-11-27T08";
const homeWith = (log) => homeOf({ [`${day}-00-00-${idOf(log)}.jsonl`]: log });
const shown = (store, sessionID, options = {}) =>
  exportSession({ sessionID, store }, { ...fixed, ...options });
const json = (store, id) =>
  JSON.parse(shown(store, id, { format: "json", tools: "full" }));
const tools = (session) =>
  session.messages
    .flatMap(({ parts }) => parts)
    .filter(({ type }) => type === "tool");
const times = (document, words) => document.split(words).length - 1;
const underUser = (document) =>
  document
    .split(/^### /m)
    .filter((turn) => /^\d+\. User$/m.test(turn))
    .join("");
/** A frame of Zstandard with one block that is not compressed. */
const frameOf = (text) => {
  const bytes = Buffer.from(text);
  const head = Buffer.alloc(12);
  head.writeUInt32LE(0xfd2fb528, 0);
  head.writeUInt8(0xa0, 4);
  head.writeUInt32LE(bytes.length, 5);
  head.writeUIntLE((bytes.length << 3) | 1, 9, 3);
  return Buffer.concat([head, bytes]);
};
const line = (type, payload) =>
  `${JSON.stringify({ timestamp: time, type, payload })}\n`;

test("the script of code mode is shown with the commands that it ran", () => {
  const log = fixture("0.171.0-code");
  const session = json(homeWith(log), idOf(log));
  const ran = tools(session);
  const [script, read, missing] = ran;
  assert.equal(script.tool, "exec");
  assert.match(script.state.input.code, /tools\.exec_command/);
  assert.equal(read.state.input.command, "cat .env src/kettle.py docs/*.md");
  assert.equal(read.state.metadata.calledBy, script.callID);
  assert.equal(missing.state.metadata.exit, 2);
  const sum = (name) =>
    session.messages.reduce(
      (all, { info }) => all + (info.tokens?.[name] ?? 0),
      0,
    );
  assert.equal(sum("output") + sum("reasoning"), 1060);
});

test("what stands as an item and as an event is told once", () => {
  for (const name of ["0.63.0", "0.130.0", "0.171.0-typed"]) {
    const log = fixture(name);
    const document = shown(homeWith(log), idOf(log));
    const said = log.match(/"text":"(ALLDONE\d[^"]*|OLDDONE2|Continued\.)"/);
    assert.equal(times(document, said[1]), 1, `${name}: ${said[1]}`);
  }
});

test("only what a person typed stands under User, in every version", () => {
  for (const name of readdirSync(folder)) {
    const log = readFileSync(join(folder, name), "utf8");
    const document = shown(homeWith(log), idOf(log), { tools: "full" });
    const said = underUser(document);
    assert.doesNotMatch(
      said,
      /AGENTS\.md instructions|environment_context|turn_aborted|user_instructions|<permissions|Another language model/,
      name,
    );
  }
  const typed = fixture("0.171.0-typed");
  const said = underUser(shown(homeWith(typed), idOf(typed)));
  assert.match(
    said,
    /hello there[^]*push it[^]*run by the user[^]*talk slowly/,
  );
});

test("a command that the user did not allow and one that the user stopped are told so", () => {
  const log = fixture("0.171.0-typed");
  const document = shown(homeWith(log), idOf(log));
  assert.match(document, /git push origin main.*refused by the user/);
  assert.match(document, /echo go; sleep 30.*stopped by the user/);
});

test("a thread of several files is one session, and what was left by going back a branch", async () => {
  const home = homeOf({
    [`${day}-38-46-${threadID}.jsonl`]: fixture("0.171.0-thread"),
    [`${day}-38-54-${threadID}_${partID}.jsonl`]: fixture("0.171.0-went-back"),
    [`${day}-39-05-${forkID}.jsonl`]: fixture("0.171.0-fork"),
    "session_index.jsonl": `${JSON.stringify({ id: threadID, thread_name: "First" })}\n${JSON.stringify({ id: threadID, thread_name: "Fruit" })}\n`,
  });
  const listed = await listSessions(home);
  assert.equal(listed.length, 2);
  const thread = listed.find(({ sessionID }) => sessionID === threadID);
  assert.equal(thread.title, "Fruit");
  const document = shown(home, threadID);
  for (const words of ["ALLDONE1", "ALLDONE2", "ALLDONE3", "ALLDONE4"]) {
    assert.equal(times(document, words), 1, words);
  }
  assert.ok(document.indexOf("ALLDONE2") > document.indexOf("ALLDONE4"));
  const fork = shown(home, forkID);
  assert.match(fork, /ALLDONE1[^]*copied from the session/);
  assert.doesNotMatch(fork, /ALLDONE2/);
});

test("a fork whose beginning is gone says so", () => {
  const log = fixture("0.171.0-fork");
  assert.match(shown(homeWith(log), forkID), /missing/);
});

test("a sub-agent stands under its call, without what was copied into it", () => {
  const [parent, child] = ["agents", "agent"].map((it) =>
    fixture(`0.171.0-${it}`),
  );
  const home = homeOf({
    [`${day}-37-11-${idOf(parent)}.jsonl`]: parent,
    [`${day}-37-11-${idOf(child)}.jsonl`]: child,
  });
  const document = shown(home, idOf(parent));
  assert.equal(times(document, "Two helpers."), 1);
  assert.match(document, /\*\*Start sub-agent\*\* taster.*Sub-agent 1/);
  assert.equal(times(document, "> It tastes of moss."), 1);
});

test("a compressed session, an archived one and a file by its path are read", async () => {
  const log = fixture("0.130.0");
  const id = idOf(log);
  const home = homeOf({
    [`${day}-00-00-${id}.jsonl.zst`]: frameOf(log),
    "archived_sessions/rollout-2026-11-27T07-00-00-01a21bf7-0000-70f0-ba0f-0778bd6e235c.jsonl":
      fixture("0.63.0"),
    "mine.jsonl": log,
  });
  assert.equal((await listSessions(home)).length, 2);
  const path = join(home, "mine.jsonl");
  const bare = (document) => document.replace(/^\|.*$/gm, "");
  assert.equal(bare(shown(home, id)), bare(shown(path, id)));
  assert.match(shown(home, "01a21bf7-0000"), /Done in the old way/);
});

test("copies of a secret are gone from what is shown, and the rest is not shown", () => {
  const token = githubToken(3);
  const id = "01a21bee-a589-7cd0-86ca-2950424ed806";
  const log = [
    line("session_meta", { id, git: { repository_url: token } }),
    line("event_msg", { type: "user_message", message: `use ${token}` }),
    line("response_item", {
      type: "function_call",
      call_id: "c",
      name: "exec_command",
      arguments: JSON.stringify({ cmd: `echo ${token}` }),
    }),
    line("response_item", {
      type: "function_call_output",
      call_id: "c",
      output: `Exit code: 0\nOutput:\n${token}`,
    }),
    line("compacted", {
      message: `kept ${token}`,
      replacement_history: [{ text: "never shown" }],
    }),
    line("later", { secret: "never shown" }),
  ].join("");
  for (const format of formats) {
    const document = shown(homeWith(log), id, { format, tools: "full" });
    assert.ok(!document.includes(token) && !document.includes("never shown"));
  }
  assert.match(shown(homeWith(log), id), /later/);
});

test("records that were changed give a document or an error with a code", async () => {
  const next = numbers();
  for (const name of readdirSync(folder)) {
    const log = readFileSync(join(folder, name), "utf8");
    const path = `${day}-00-00-${idOf(log)}.jsonl`;
    for (let round = 0; round < 20; round += 1) {
      const text = changedLog(log, round, next);
      const home = homeOf({ [path]: text });
      for (const format of formats) {
        try {
          assert.ok(shown(home, idOf(log), { format }).length > 0);
        } catch (error) {
          assert.match(error.code ?? error.message, /^ERR_(STORE|SESSION)_/);
        }
      }
      await listSessions(home).catch(({ code }) => assert.match(code, /^ERR_/));
    }
  }
});
