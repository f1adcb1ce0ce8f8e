// Sessions of DSH, which PawWork runs on since August 2026: what a document tells of their conversations.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { home, id, json, shown, tools } from "./dsh-session.mjs";
import {
  answer,
  began,
  call,
  dshHome,
  frame,
  lines,
  result,
  text,
  turn,
  user,
  writeLog,
} from "./dsh-store.mjs";
import { addon, githubToken } from "./support.mjs";

const { listSessions } = addon;

test("what a program added stood as the user's words", () => {
  const store = home(
    turn(1, [
      user("Hello"),
      user("Time: noon", "t", { kind: "time-context" }),
      user("Rules of the house", "p", { kind: "plugin", plugin: "rules" }),
      answer(1, 1, [text("Hi")]),
    ]),
  );
  const document = shown(store);
  assert.ok(!document.includes("Rules of the house"));
  assert.match(
    document,
    /### 3\. Runtime\n\n[^\n]+\n\n- Added by the runtime \(18 bytes\): `rules`/,
  );
  assert.match(shown(store, { tools: "full" }), /Rules of the house/);
  const { messages } = json(store);
  assert.deepEqual(
    messages.map(({ info }) => info.role),
    ["user", "assistant"],
  );
});

test("a failed command, a refusal and an allowed call looked like successes", () => {
  const calls = [
    call("c0", "bash", { command: "false" }),
    call("c1", "bash", { command: "rm x" }),
    call("c2", "bash", { command: "ls" }),
    call("c3", "edit", {
      file_path: "a",
      old_string: "x\ny",
      new_string: "x\nz\n1",
    }),
  ];
  const approve = (id, callId, outcome) => [
    ["approval/asked", { id, callId, toolName: "bash", reason: "outside" }],
    ["approval/decided", { id, outcome }],
  ];
  for (const old of [false, true]) {
    const store = home(
      turn(1, [
        user("Go"),
        answer(1, 1, calls),
        began(1, 1, calls[0]),
        began(1, 1, calls[1]),
        result(1, 1, "c0", "out\n[stderr]\nbad\n[exit code: 3]", { old }),
        ...approve("a", "c1", "rejected"),
        result(1, 1, "c1", "Error: refused", { old, isError: true }),
        began(1, 1, calls[2]),
        ...approve("b", "c2", "allowed-once"),
        result(1, 1, "c2", "a b", { old }),
        began(1, 1, calls[3]),
        result(1, 1, "c3", "done", { old }),
      ]),
      { version: old ? 0 : 4 },
    );
    const [first, second, third, fourth] = tools(json(store));
    assert.equal(first.state.metadata.exit, 3);
    assert.equal(first.state.output, "out\n[stderr]\nbad\n[exit code: 3]");
    assert.equal(second.state.status, "error");
    assert.equal(third.state.metadata.approval.outcome, "allowed-once");
    assert.deepEqual(fourth.state.metadata.filediff, {
      additions: 2,
      deletions: 1,
    });
    const document = shown(store);
    assert.match(document, /failed \(exit code 3\)/);
    assert.match(document, /— refused by the user/);
    assert.match(document, /allowed once by the user/);
  }
});

test("call ids that a provider uses again got the results of each other", () => {
  const store = home([
    ...turn(1, [
      user("One"),
      answer(1, 1, [call("call_0", "bash", { command: "a" })]),
      result(1, 1, "call_0", "first"),
    ]),
    ...turn(2, [
      user("Two"),
      answer(2, 1, [call("call_0", "bash", { command: "b" })]),
      result(2, 1, "call_0", "second"),
    ]),
  ]);
  const outputs = tools(json(store)).map(({ state }) => state.output);
  assert.deepEqual(outputs, ["first", "second"]);
});

test("a result behind another message in a long frame was told apart from its call", () => {
  const long = "A long output. ".repeat(20_000);
  const steps = Array.from({ length: 20 }, (_, at) => at + 1);
  const events = steps.flatMap((step) => {
    const made = call(`c${step}`, "bash", { command: "x" });
    const time = user("It is noon.", `t${step}`, { kind: "time-context" });
    return [
      answer(1, step, [made]),
      began(1, step, made),
      time,
      result(1, step, made.id, `${step} ${long}`),
    ];
  });
  // DSH writes what it takes over from an older format as one frame.
  const [header, ...rest] = lines({ id, version: 4 }, turn(1, events));
  const bytes = Buffer.concat([frame(header), frame(rest.join(""))]);
  const found = tools(json(home([], {}, { bytes })));
  assert.deepEqual(
    found.map(({ tool, state }) => [tool, parseInt(state.output)]),
    steps.map((step) => ["bash", step]),
  );
});

test("an answer of which only stream pieces are stored was lost, and its secret was cut in two", () => {
  const secret = githubToken(7);
  const pieces = [
    `The token is ${secret.slice(0, 9)}`,
    `${secret.slice(9)} and 😀`.slice(0, -1),
    "\ude00.",
  ];
  const chunks = { turn: 1, step: 1, index: 0, dt: [1, 1], texts: pieces };
  const old = home(turn(1, [user("Tell"), ["text-chunks", chunks]], null), {
    version: 0,
  });
  const stream = [{ type: "text-chunks", time0: 1, ...chunks }];
  const attempt = ["assistant/attempt", { turn: 1, step: 1, stream }];
  const late = home(turn(1, [user("Tell"), attempt], null));
  for (const store of [old, late]) {
    const document = shown(store);
    assert.match(document, /The token is \[redacted:[^\]]+\] and 😀\./);
    assert.ok(!document.includes(secret));
    assert.match(document, /[Uu]nfinished|did not finish|not finished/);
  }
});

test("attempts, stops, errors and full answers were all told as completed", () => {
  const failure = { message: "terminated", code: "TRANSPORT" };
  const stream = [
    { type: "text-chunks", index: 0, dt: [], texts: ["half an"] },
  ];
  const store = home([
    ...turn(1, [
      user("A"),
      ["assistant/attempt", { turn: 1, step: 1, stream }],
      ["llm/retry", { turn: 1, step: 1, retry: 1, failure }],
      answer(1, 1, [text("whole")]),
    ]),
    ...turn(2, [user("B")], { kind: "aborted", reason: { kind: "user" } }),
    ...turn(3, [user("C")], {
      kind: "error",
      error: { message: "no key", code: "AUTH", status: 401 },
    }),
    ...turn(4, [user("D"), answer(4, 1, [text("1, 2,")])], {
      kind: "max-tokens",
    }),
  ]);
  const session = json(store);
  const answers = session.messages.filter(
    ({ info }) => info.role === "assistant",
  );
  assert.deepEqual(
    answers[0].parts.map(({ type, text, ignored }) => [type, text, ignored]),
    [
      ["text", "half an", true],
      ["retry", undefined, undefined],
      ["text", "whole", undefined],
    ],
  );
  assert.equal(answers[1].info.error.name, "MessageAbortedError");
  assert.equal(answers[2].info.error.data.message, "no key");
  assert.equal(answers[2].info.error.data.statusCode, 401);
  assert.equal(answers[3].info.finish, "length");
  assert.equal(answers[0].info.tokens.cache.read, 3);
});

test("a prompt that waited and never ran was lost, and one that ran stood twice", () => {
  const waits = (words, id) => [
    "agent/inbox/spliced",
    { target: "next-turn", start: 0, inserted: [user(words, id)[1]] },
  ];
  const store = home([
    waits("I run", "u1"),
    ...turn(1, [
      user("I run", "u1"),
      waits("I never run", "u2"),
      answer(1, 1, [text("Yes")]),
    ]),
  ]);
  const document = shown(store);
  assert.equal(document.split("\nI run\n").length, 2);
  assert.match(document, /not sent to the model:\*\n\n```text\nI never run\n/);
});

test("a summary of what came before stood as the user's words", () => {
  const store = home([
    ...turn(1, [user("Long talk"), answer(1, 1, [text("Long answer")])]),
    ["command/run", { commandId: "k", name: "compact", args: "" }],
    [
      "compaction/start",
      { compactionId: "x", sourceCommandId: "k", turn: null },
    ],
    [
      "compaction/summary",
      {
        compactionId: "x",
        sourceCommandId: "k",
        summary: [text("It was long.")],
      },
    ],
    [
      "user/message",
      {
        ...user("This is a checkpoint", "r")[1],
        source: { kind: "compact-checkpoint" },
      },
      { surfaceOp: { op: "replace", startSeq: 2, endSeq: 3 } },
    ],
    ["compaction/end", { compactionId: "x", turn: null }],
    [
      "command/done",
      { commandId: "k", kind: "success", text: "Compacted 2 items." },
    ],
  ]);
  const document = shown(store);
  for (const words of [
    "Long talk",
    "Long answer",
    "It was long.",
    "/compact",
    "Compacted 2 items.",
  ])
    assert.ok(document.includes(words), words);
  assert.ok(!document.includes("This is a checkpoint"));
});

test("what a fork copied was told as its own, or twice beside its origin", () => {
  const store = dshHome();
  const copied = turn(1, [
    user("From before"),
    answer(1, 1, [text("Old answer")]),
  ]);
  const own = turn(2, [user("New"), answer(2, 1, [text("New answer")])]);
  writeLog(store, { id }, copied);
  const cut = ["session/end-seed", { inherited: true }];
  writeLog(store, { id: "fork", parentSession: id, isSeeded: true }, [
    ...copied,
    cut,
    ...own,
  ]);
  const helper = { parentSession: id, origin: "subagent", delegationDepth: 1 };
  writeLog(
    store,
    { id: "helper", version: 0, seedLength: copied.length, ...helper },
    [...copied, ["session/end-seed", {}], ...own],
  );
  const fork = shown(store, {}, "fork");
  assert.match(
    fork,
    /Old answer[^]*copied from the session that this one was forked from[^]*New answer/,
  );
  const origin = shown(store, { children: true });
  assert.equal(origin.split("Old answer").length, 2);
  assert.match(origin, /is shown there: \*\*2\*\*/);
  assert.match(origin, /New answer/);
  assert.ok(!shown(store).includes("forked"));
});

test("a call that was stopped, or ended with the application, was told as failed", () => {
  const calls = [call("c0", "ask_user_question", {}), call("c1", "bash", {})];
  const error = (code) => ({ isError: true, error: { name: "Error", code } });
  const store = home([
    ...turn(
      1,
      [
        user("Go"),
        answer(1, 1, calls),
        began(1, 1, calls[0]),
        result(1, 1, "c0", "aborted before an answer", error("ASK_ABORTED")),
        began(1, 1, calls[1]),
        result(1, 1, "c1", "unknown", error("TOOL_OUTCOME_UNKNOWN")),
      ],
      { kind: "aborted", reason: { kind: "user" } },
    ),
  ]);
  const document = shown(store);
  assert.equal(
    document.split("— ask_user_question, stopped by the user").length,
    2,
  );
  assert.equal(document.split("stopped by the user").length, 3);
  assert.match(document, /\*\*Stopped by the user\*\*/);
  assert.ok(!document.includes("— failed"));
});

test("a command of the application at the end stood as a question without an answer", () => {
  const store = home([
    ...turn(1, [user("Hello"), answer(1, 1, [text("Hi")])]),
    ["command/run", { commandId: "k", name: "feedback", args: "" }],
    ["feedback/record", { text: "It was fine" }],
    ["command/done", { commandId: "k", kind: "success", text: "Recorded." }],
  ]);
  const document = shown(store);
  assert.match(document, /\*\*Answered\*\*/);
  assert.ok(!document.includes("not answered"));
  for (const words of ["/feedback", "It was fine", "Recorded."])
    assert.ok(document.includes(words), words);
});

test("lines of types that are not shown were left out without a word", () => {
  const store = home([
    ["permission/preset", { preset: "standard" }],
    ...turn(1, [
      user("Hello"),
      ["hook/invoked", { name: "do-not-show" }],
      ["hook/result", { output: "do-not-show" }],
      ["hook/invoked", { name: "do-not-show" }],
      ["tool-workflow/run-start", { name: "do-not-show" }],
      ["team/created", { name: "do-not-show" }],
      ["vendor/strange", { text: "do-not-show" }],
      answer(1, 1, [text("Hi")]),
    ]),
  ]);
  const types = [
    "hook/invoked (2)",
    "hook/result (1)",
    "team/created (1)",
    "tool-workflow/run-start (1)",
    "vendor/strange (1)",
  ].join(", ");
  for (const format of ["markdown", "html", "json"]) {
    const document = shown(store, { format, tools: "full" });
    assert.ok(document.includes(types), format);
    assert.ok(!document.includes("do-not-show"), format);
    assert.ok(!document.includes("permission/preset"), format);
  }
});

test("an output that the model no longer has whole was not marked", () => {
  const asked = call("c", "bash", { command: "seq 1 9" });
  for (const [old, names] of [
    [true, { start: 5, end: 5 }],
    [false, { startSeq: 5, endSeq: 5 }],
  ]) {
    const short = result(1, 1, "c", "1 … 9", { old });
    const store = home(
      [
        ...turn(1, [
          user("Count"),
          answer(1, 1, [asked]),
          began(1, 1, asked),
          result(1, 1, "c", "1 2 3 4 5 6 7 8 9", { old }),
          answer(1, 2, [text("Done")]),
        ]),
        ["compaction/prune", { shadowedSeqs: [5] }],
        [...short.slice(0, 2), { surfaceOp: { op: "replace", ...names } }],
      ],
      { version: old ? 0 : 4 },
    );
    const [pruned] = tools(json(store));
    assert.equal(pruned.state.output, "1 2 3 4 5 6 7 8 9");
    assert.equal(typeof pruned.state.time.compacted, "number");
    assert.match(
      shown(store),
      /completed, 1\.0 s, the application later removed the output/,
    );
  }
});

test("an output that is stored beside the log was lost, or its command counted as a success", () => {
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 12);
  const folder = (user) => join(user, "tmp", "dsh-spill-x1", `session-${hash}`);
  const secret = githubToken(3);
  const whole = `first\n${secret}\nlast\n[exit code: 3]`;
  const asked = [0, 1, 2].map((n) => call(`c${n}`, "bash", { command: "x" }));
  const cut = (path) =>
    `first\n[exit code: 3]\n\n(Omitted 41 bytes. Full formatted result stored at: ${path}. Use read with offset/limit, or grep this path to search within it.)`;
  const store = dshHome();
  const user1 = dirname(dirname(store));
  const path = join(folder(user1), "0123456789ab-bash.txt");
  const key = join(user1, "key.txt");
  mkdirSync(folder(user1), { recursive: true });
  writeFileSync(path, whole);
  writeFileSync(key, "do-not-read-me");
  const gone = join(folder(user1), "ba9876543210-bash.txt");
  writeLog(
    store,
    { id, cwd: "/home/ada/work" },
    turn(1, [
      user("Go"),
      answer(1, 1, asked),
      ...asked.map((it) => began(1, 1, it)),
      result(1, 1, "c0", cut(path)),
      result(1, 1, "c1", cut(gone)),
      result(1, 1, "c2", cut(key)),
    ]),
  );
  const [first, second, third] = tools(json(store));
  assert.match(first.state.output, /^first\n\[redacted:[^\]]+\]\nlast\n/);
  for (const { state } of [first, second, third])
    assert.equal(state.metadata.exit, 3);
  const elsewhere = { bytes: 41, why: "gone" };
  assert.deepEqual(second.state.metadata.storedElsewhere, elsewhere);
  assert.deepEqual(third.state.metadata.storedElsewhere, elsewhere);
  const document = shown(store, { tools: "full" });
  const told =
    "41 bytes of the output were stored in a temporary file that is gone";
  assert.equal(document.split(told).length, 3);
  for (const hidden of [secret, "do-not-read-me"])
    assert.ok(!document.includes(hidden), hidden);
});

test("sub-agents stood beside the session that started them and not under it", async () => {
  const store = dshHome();
  const asked = call("c", "subagent", {
    description: "Count",
    prompt: "Count files",
  });
  writeLog(
    store,
    { id, version: 0 },
    turn(1, [
      user("Ask"),
      answer(1, 1, [asked]),
      began(1, 1, asked),
      result(1, 1, "c", "Two", { old: true }),
    ]),
  );
  const child = {
    id: "child",
    version: 0,
    parentSession: id,
    origin: "subagent",
  };
  const events = [
    ["subagent/descriptor", { version: 2, label: "Count" }],
    ...turn(1, [user("Count files")]),
  ];
  const created = { createdAt: 1795765132646 + 4500 };
  writeLog(store, { ...child, ...created }, events);
  const [call1] = tools(json(store));
  assert.equal(call1.state.metadata.sessionId, "child");
  const listed = await listSessions(store);
  const parents = Object.fromEntries(
    listed.map((it) => [it.sessionID, it.parentID]),
  );
  assert.deepEqual(parents, { child: id, [id]: undefined });
  assert.equal(listed.find((it) => it.sessionID === "child").title, "Count");
});
