// Sessions of DSH as JSON, which is read again as the same session.
import assert from "node:assert/strict";
import test from "node:test";
import { home, id, json, shown, tools } from "./dsh-session.mjs";
import {
  answer,
  began,
  call,
  dshHome,
  result,
  text,
  turn,
  user,
  writeLog,
} from "./dsh-store.mjs";
import { addon, fixed } from "./support.mjs";

const { exportSession } = addon;

test("cost, tokens and tools of imported sessions were lost", () => {
  const tool = {
    type: "pawwork-v1-tool",
    id: "prt_1",
    callId: "c",
    tool: "bash",
    state: {
      status: "completed",
      input: { command: "ls" },
      output: "a",
      metadata: { exit: 0 },
    },
  };
  const data = {
    role: "assistant",
    cost: 0.5,
    tokens: { input: 7, output: 8, reasoning: 0, cache: { read: 9, write: 0 } },
    time: { created: 1795765132000, completed: 1795765133000 },
    providerID: "p",
    modelID: "m",
    error: { name: "MessageAbortedError", data: { message: "aborted" } },
  };
  const stored = {
    schema: 1,
    sourceMessageId: "msg_2",
    data,
    skippedParts: [],
  };
  const store = dshHome();
  const imported = "pawwork-v1-ses_1";
  writeLog(store, { id: imported, version: 0, seedLength: 7 }, [
    [
      "pawwork-v1/session",
      { schema: 1, sourceSessionId: "ses_1", version: "1.2.27" },
    ],
    ["turn/start", { turn: 1 }],
    user("Old words"),
    ["pawwork-v1/message", stored],
    ["step/start", { turn: 1, step: 1 }],
    answer(1, 1, [text("Looking."), tool], { usage: undefined }),
    ["turn/end", { turn: 1, reason: { kind: "completed" } }],
    ["session/end-seed", {}],
  ]);
  const session = json(store, {}, imported);
  assert.equal(session.info.version, "1.2.27");
  assert.equal(session.messages[1].info.cost, 0.5);
  assert.equal(session.messages[1].info.error.name, "MessageAbortedError");
  assert.equal(tools(session)[0].state.output, "a");
  assert.ok(!shown(store, {}, imported).includes("forked"));
});

test("the export of a session as JSON was another session when it was read again", () => {
  const asked = call("c", "bash", { command: "ls" });
  const store = home([
    ...turn(1, [
      user("Hello"),
      user("Rules", "p", { kind: "agent-instructions" }),
      answer(1, 1, [{ type: "reasoning", text: "hm" }, text("Hi"), asked]),
      began(1, 1, asked),
      result(1, 1, "c", "a"),
    ]),
    ["sandbox/mode", { mode: "workspace-write" }],
    ["sandbox/mode", { mode: "danger-full-access" }],
    [
      "todo/write",
      { todos: [{ content: "Tell the team", status: "pending" }] },
    ],
  ]);
  const first = shown(store, { format: "json", tools: "full" });
  const again = exportSession(first, {
    ...fixed,
    format: "json",
    tools: "full",
  });
  assert.deepEqual(JSON.parse(again).messages, JSON.parse(first).messages);
  assert.deepEqual(JSON.parse(again).events, JSON.parse(first).events);
  const document = exportSession(first, { ...fixed, tools: "full" });
  for (const words of ["Rules", "Tell the team", "danger-full-access"])
    assert.ok(document.includes(words), words);
});

test("a session with everything in it was another document when its JSON was read again", () => {
  const ask = call("call_0", "bash", { command: "ls" });
  const start = call("call_1", "subagent", {
    description: "Count",
    prompt: "p",
  });
  const failure = { message: "busy", code: "SERVER", status: 503 };
  // Everything happens at once.
  const at = { time: 1795765132646 };
  const now = ([type, data, more]) => [type, data, { ...more, ...at }];
  const talk = (number) =>
    turn(number, [
      user(`Question ${number}`, `u${number}`),
      user("noon", `t${number}`, { kind: "time-context" }),
      ["llm/retry", { turn: number, step: 1, retry: 1, failure }],
      answer(number, 1, [text("Looking"), ask, start]),
      began(number, 1, ask),
      result(number, 1, "call_0", "a\n[exit code: 2]"),
      began(number, 1, start),
      result(number, 1, "call_1", "started subagent child"),
      answer(number, 2, [text(`Answer ${number}`)]),
    ]).map(now);
  const store = dshHome();
  writeLog(store, { id, cwd: "/home/ada/work" }, [
    ...[1, 2, 3, 4].flatMap(talk),
    now(["hook/invoked", {}]),
    now(["compaction/start", { compactionId: "x", turn: null }]),
    now([
      "compaction/summary",
      {
        compactionId: "x",
        summary: [text("It was long.")],
        usage: { inputTokens: 700, outputTokens: 30 },
      },
    ]),
    now(["compaction/end", { compactionId: "x", turn: null }]),
  ]);
  writeLog(
    store,
    { id: "child", parentSession: id, origin: "subagent" },
    turn(1, [user("Count"), answer(1, 1, [text("Two")])]),
  );
  const options = { tools: "full", children: true };
  const first = shown(store, { ...options, format: "json" });
  const read = (document) =>
    document.slice(0, document.indexOf("\n## Redacted"));
  const talked = (document) =>
    document
      .slice(document.indexOf("\n## Conversation"))
      .replace(/\n---\n\nEnd of[^]*/, "");
  const document = shown(store, options);
  const again = exportSession(first, { ...fixed, ...options });
  assert.equal(talked(again), talked(document));
  assert.equal(read(again), read(document));
  const { messages } = JSON.parse(first);
  const ids = new Set(messages.map(({ info }) => info.id));
  for (const { info } of messages)
    if (info.parentID) assert.ok(ids.has(info.parentID), info.parentID);
  const sorted = [...ids].sort();
  assert.deepEqual([...ids], sorted);
});
