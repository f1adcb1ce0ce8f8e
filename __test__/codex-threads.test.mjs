// Threads of Codex that consist of several files, and files of other forms.
import assert from "node:assert/strict";
import test from "node:test";
import {
  Rollout,
  answers,
  basedOn,
  homeOf,
  json,
  prompts,
  shown,
  threadID,
} from "./codex-store.mjs";
import { addon } from "./support.mjs";

const begun = () => {
  const first = new Rollout().turnOf("A1", "a1");
  const [end, bytes] = [first.ordinal, Buffer.byteLength(first.text)];
  return { first: first.turnOf("A2", "a2"), end, bytes };
};
const partID = (at) => threadID(at).replace("-8000-", "-9000-");

test("after going back in another time zone the file begun last is the live one, whatever its name says", () => {
  const { first, end, bytes } = begun();
  const meta = basedOn(first.id, end, bytes);
  const again = new Rollout({ from: end, meta }).turnOf("A2 again", "a2 again");
  const store = homeOf({
    [first.name("2026-11-20T10-00-00")]: first.text,
    [again.name("2026-11-20T04-00-00", partID(9))]: again.text,
  });
  const session = json(store);
  assert.deepEqual(prompts(session), ["A1", "A2 again"]);
  assert.deepEqual(prompts(session.children[0]), ["A2"]);
});

test("a thread was created when its first file was, not when the user went back", () => {
  const { first, end, bytes } = begun();
  const timestamp = "2026-11-20T12:00:00.000Z";
  const meta = { ...basedOn(first.id, end, bytes), timestamp };
  const again = new Rollout({ from: end, meta }).turnOf("A3", "a3");
  const store = homeOf({
    [first.name()]: first.text,
    [again.name("2026-11-20T12-00-00", partID(9))]: again.text,
  });
  assert.equal(json(store).info.time.created, Date.UTC(2026, 10, 20, 10));
});

test("a fork has the lines that their numbers tell, where the file before it was rewritten", () => {
  const { first, end } = begun();
  const meta = basedOn(first.id, end, 300);
  const fork = new Rollout({ id: threadID(2), from: end, meta });
  fork.turnOf("B1", "b1");
  const store = homeOf({
    [first.name()]: first.text,
    [fork.name("2026-11-20T11-00-00")]: fork.text,
  });
  const session = json(store, threadID(2));
  assert.deepEqual(prompts(session), ["A1", "B1"]);
  assert.deepEqual(answers(session), ["a1", "b1"]);
});

test("a fork of a fork, files that name each other, and three returns show each prompt once", () => {
  const { first, end, bytes } = begun();
  const fork = new Rollout({
    id: threadID(2),
    from: end,
    meta: basedOn(first.id, end, bytes),
  }).turnOf("B1", "b1");
  const [forkEnd, forkBytes] = [fork.ordinal, Buffer.byteLength(fork.text)];
  fork.turnOf("B2", "b2");
  const last = new Rollout({
    id: threadID(3),
    from: forkEnd,
    meta: basedOn(fork.id, forkEnd, forkBytes),
  }).turnOf("C1", "c1");
  const loop = new Rollout({
    id: threadID(4),
    from: 9,
    meta: basedOn(threadID(5), 9),
  });
  const back = new Rollout({
    id: threadID(5),
    from: 9,
    meta: basedOn(threadID(4), 9),
  });
  const again = [7, 8, 9].map((at) =>
    new Rollout({
      from: end,
      meta: basedOn(first.id, end, bytes),
    }).turnOf(`A2 ${at}`, `a2 ${at}`),
  );
  const files = { [first.name()]: first.text };
  for (const [at, file] of again.entries())
    files[file.name(`2026-11-20T11-00-0${at}`, partID(7 + at))] = file.text;
  for (const file of [
    fork,
    last,
    loop.turnOf("D1", "d1"),
    back.turnOf("E", "e"),
  ])
    files[file.name("2026-11-20T12-00-00")] = file.text;
  const store = homeOf(files);
  assert.deepEqual(prompts(json(store, threadID(3))), ["A1", "B1", "C1"]);
  assert.deepEqual(prompts(json(store, threadID(4))), ["D1"]);
  const session = json(store);
  assert.deepEqual(prompts(session), ["A1", "A2 9"]);
  const left = session.children.flatMap(prompts).sort();
  assert.deepEqual(left, ["A2", "A2 7", "A2 8"]);
});

test("a fork of versions that name no turns counts only its own tokens", () => {
  const first = new Rollout({ isOld: true }).turnOf("A1", "a1");
  const count = (input_tokens, total_tokens) => ({
    type: "token_count",
    info: {
      total_token_usage: { total_tokens },
      last_token_usage: { input_tokens, output_tokens: 1 },
    },
  });
  first.event(count(100, 101));
  const fork = new Rollout({
    id: threadID(2),
    isOld: true,
    meta: { forked_from_id: first.id },
  });
  const time = (line) =>
    line.replace(
      /"timestamp":"[^"]+"/,
      '"timestamp":"2026-11-20T10:00:01.000Z"',
    );
  fork.lines.push(...first.lines.map(time));
  fork.seconds = 60;
  fork.turnOf("B1", "b1").event(count(50, 152));
  const session = json(fork.home(), threadID(2));
  assert.deepEqual(prompts(session), ["A1", "B1"]);
  const counted = session.messages.map(({ info }) => info.tokens?.input ?? 0);
  assert.equal(
    counted.reduce((sum, one) => sum + one),
    50,
  );
});

test("a fork whose beginning is gone names the session that it came from", () => {
  const meta = { ...basedOn(threadID(9), 30), forked_from_id: threadID(9) };
  const fork = new Rollout({ from: 30, meta }).turnOf("A1", "a1");
  const document = shown(fork.home());
  assert.match(document, /Lines of the log are missing here/);
  assert.ok(document.includes(threadID(9)));
});

test("a log whose first line is lost is listed and shown, and says that lines are missing", async () => {
  const rollout = new Rollout({ meta: null }).turnOf("A1", "a1");
  const store = rollout.home();
  const [listed] = await addon.listSessions(store);
  assert.equal(listed.sessionID, threadID(1));
  const document = shown(store);
  assert.match(document, /Lines of the log are missing here/);
  assert.deepEqual(prompts(json(store)), ["A1"]);
});

test("a session of the program in TypeScript is read from its one object", async () => {
  const id = "1bf8a107-47e7-4ef1-8d9f-5460416b5926";
  const message = (role, type, text) => ({
    type: "message",
    role,
    content: [{ type, text }],
  });
  const output = JSON.stringify({ output: "x\n", metadata: { exit_code: 2 } });
  const session = {
    session: {
      timestamp: "2025-04-17T10:00:00.000Z",
      id,
      instructions: "Rule",
    },
    items: [
      message("user", "input_text", "Old prompt"),
      {
        type: "function_call",
        name: "shell",
        arguments: '{"command":["bash","-lc","ls old"]}',
        call_id: "c1",
      },
      { type: "function_call_output", call_id: "c1", output },
      message("system", "input_text", "Connection interrupted"),
      message("assistant", "output_text", "Old answer"),
    ],
  };
  const store = homeOf({
    [`sessions/rollout-2025-04-17-${id}.json`]: JSON.stringify(
      session,
      null,
      2,
    ),
    [`sessions/rollout-2025-04-18-2${id.slice(1)}.json`]: '{"session":{"id',
  });
  const listed = await addon.listSessions(store);
  assert.deepEqual(
    listed.map(({ title }) => title),
    ["Old prompt"],
  );
  const document = shown(store, { tools: "full" }, id);
  assert.match(document, /`ls old` — failed \(exit code 2\)/);
  assert.ok(!document.includes("Rule"));
  assert.deepEqual(prompts(json(store, id)), ["Old prompt"]);
  assert.deepEqual(answers(json(store, id)), ["Old answer"]);
});
