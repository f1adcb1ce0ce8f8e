// Sessions of DSH, which PawWork runs on since August 2026.
import assert from "node:assert/strict";
import {
  appendFileSync,
  chmodSync,
  readFileSync,
  readdirSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { addon, fixed, githubToken, root } from "./support.mjs";
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

const { exportSession, listSessions } = addon;

const id = "session-one";
const shown = (store, options = {}, sessionID = id) =>
  exportSession({ sessionID, store }, { ...fixed, ...options });
const json = (store, options = {}, sessionID = id) =>
  JSON.parse(
    shown(store, { format: "json", tools: "full", ...options }, sessionID),
  );
const tools = (session) =>
  session.messages
    .flatMap(({ parts }) => parts)
    .filter(({ type }) => type === "tool");

/** A home with one session. */
function home(events, header = {}, options = {}) {
  const store = dshHome();
  writeLog(store, { id, cwd: "/home/ada/work", ...header }, events, options);
  return store;
}

test("a frame behind the first one was not read", async () => {
  const store = home([
    ...turn(1, [user("Which status?"), answer(1, 1, [text("Use **422**.")])]),
    ["session/title", { title: "Status codes" }],
  ]);
  const document = shown(store);
  for (const words of ["Which status?", "Use **422**.", "Status codes"])
    assert.ok(document.includes(words), words);
  const [listed] = await listSessions(store);
  assert.equal(listed.title, "Status codes");
  assert.equal(listed.directory, "/home/ada/work");
  assert.equal(listed.messageCount, 2);
  assert.equal(listed.messageCount, json(store).messages.length);
});

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

test("an older log beside a newer one doubled the session", async () => {
  const store = home(turn(1, [user("Hello"), answer(1, 1, [text("New")])]));
  writeLog(
    store,
    { id, version: 0 },
    turn(1, [user("Hello"), answer(1, 1, [text("Old")])]),
  );
  assert.equal((await listSessions(store)).length, 1);
  assert.ok(shown(store).includes("New") && !shown(store).includes("Old"));
});

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

test("an image was read from anywhere but the attachment store", () => {
  const content = Buffer.from("\x89PNG\r\n\x1a\n and more", "latin1");
  const hash = createHash("sha256").update(content).digest("hex");
  const image = (attachmentId) => ({
    type: "image",
    attachment: {
      attachmentId,
      mediaType: "image/png",
      bytes: content.length,
      name: "dot.png",
    },
  });
  const other = createHash("sha256").update("other").digest("hex");
  const message = {
    ...user("Look", "u")[1],
    content: [
      text("Look"),
      image(`sha256:${hash}`),
      image(`sha256:${other}`),
      image("sha256:../../../x"),
    ],
  };
  const store = home(
    turn(1, [["user/message", message, {}], answer(1, 1, [text("Seen")])]),
  );
  const objects = join(store, "attachments/v1/objects");
  for (const name of [hash, other])
    mkdirSync(join(objects, name.slice(0, 2)), { recursive: true });
  writeFileSync(join(objects, hash.slice(0, 2), hash), content);
  const secret = join(store, ".credentials.yaml");
  writeFileSync(secret, "key: do-not-read-me");
  if (process.platform !== "win32")
    symlinkSync(secret, join(objects, other.slice(0, 2), other));
  const { messages } = json(store);
  const files = messages[0].parts.filter(({ type }) => type === "file");
  assert.equal(files[0].sha256, `sha256:${hash}`.slice(7));
  assert.equal(files.length, 3);
  assert.ok(
    !JSON.stringify(messages).includes(
      Buffer.from("do-not-read-me").toString("base64").slice(2, 16),
    ),
  );
});

test("nothing of the system prompt, the tools, the streams and what is noted for programs got out", () => {
  const hidden = [
    "hidden-system",
    "hidden-schema",
    "hidden-meta",
    "hidden-stream",
    "hidden-replay",
    "hidden-extra",
  ];
  const asked = call("c", "bash", { command: "ls" });
  const answered = answer(1, 1, [text("Hi"), asked], {
    stream: [
      { type: "text-chunks", index: 0, dt: [], texts: ["hidden-stream"] },
    ],
  });
  answered[1].message.source.replayState = { a: "hidden-replay" };
  const store = home(
    turn(1, [
      [
        "system/message",
        {
          turn: 1,
          step: 1,
          message: { role: "system", content: [text("hidden-system")] },
        },
      ],
      user("Hello"),
      [
        "request/header",
        {
          header: {
            config: { provider: "p", model: "m" },
            system: "hidden-system",
            tools: [{ name: "hidden-schema" }],
          },
        },
      ],
      answered,
      began(1, 1, asked),
      result(1, 1, "c", "a", { meta: { lines: ["hidden-meta"] } }),
      ["vendor/strange", { text: "hidden-extra" }],
    ]),
  );
  for (const format of ["markdown", "html", "json"]) {
    const document = shown(store, { format, tools: "full" });
    for (const text of hidden)
      assert.ok(!document.includes(text), `${format}: ${text}`);
    assert.ok(document.includes("vendor/strange"), format);
  }
});

test("a damaged log lost what was readable, or hid that something is missing", async () => {
  const events = [
    ...turn(1, [user("First words"), answer(1, 1, [text("First answer")])]),
    ...turn(2, [user("Second words"), answer(2, 1, [text("Second answer")])]),
  ];
  const all = lines({ id, version: 4 }, events);
  const frames = all.map(frame);
  const broken = Buffer.from(frames[4]);
  broken[9] ^= 0xff;
  const at = (index, other) => [
    ...frames.slice(0, index),
    other,
    ...frames.slice(index + 1),
  ];
  const cases = {
    torn: [
      Buffer.concat(frames).subarray(0, -5),
      ["First answer", "Second answer"],
    ],
    zeros: [
      Buffer.concat([...frames, Buffer.alloc(4096)]),
      ["First answer", "Second answer"],
    ],
    gap: [
      Buffer.concat(at(4, Buffer.alloc(0))),
      ["First words", "Second answer"],
      /missing/,
    ],
    "broken frame": [
      Buffer.concat(at(4, broken)),
      ["First words", "Second answer"],
      /missing/,
    ],
    "broken line": [
      Buffer.concat(at(4, frame('{"type":\n'))),
      ["Second answer"],
      /missing/,
    ],
    plain: [Buffer.from(all.join("")), ["First answer", "Second answer"]],
    "one frame": [frame(all.join("")), ["First answer", "Second answer"]],
    "lines across frames": [
      Buffer.concat([
        frame(all.join("").slice(0, 700)),
        frame(all.join("").slice(700)),
      ]),
      ["First answer", "Second answer"],
    ],
    "no header": [
      Buffer.concat(frames.slice(1)),
      ["First answer", "Second answer"],
    ],
  };
  for (const [name, [bytes, expected, told]] of Object.entries(cases)) {
    const store = home([], {}, { bytes });
    assert.equal((await listSessions(store)).length, 1, name);
    const document = shown(store);
    for (const words of expected)
      assert.ok(document.includes(words), `${name}: ${words}`);
    if (told) assert.match(document, told, name);
  }
  for (const bytes of [
    Buffer.alloc(0),
    frames[0].subarray(0, 9),
    Buffer.alloc(100),
  ]) {
    const store = home([], {}, { bytes });
    assert.throws(() => shown(store), { code: "ERR_STORE_UNREADABLE" });
  }
});

test("a log that grew meanwhile was no error, and one that was cut was none either", async () => {
  const store = dshHome();
  const events = turn(1, [user("Hello"), answer(1, 1, [text("Hi")])]);
  const file = writeLog(store, { id }, events);
  const before = readFileSync(file);
  shown(store);
  await listSessions(store);
  assert.deepEqual(readFileSync(file), before);
  appendFileSync(
    file,
    frame(
      '{"type":"turn/start","seq":6,"time":1795765139646,"data":{"turn":2}}\n',
    ),
  );
  appendFileSync(file, frame("half of a line").subarray(0, 12));
  assert.match(shown(store), /Hi/);
  truncateSync(file, 10);
  assert.throws(() => shown(store), { code: "ERR_STORE_UNREADABLE" });
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

test("a log that nothing could be made of had neither a document nor a coded error", async () => {
  const events = turn(1, [user("First words"), answer(1, 1, [text("Hi")])]);
  const all = lines({ id, version: 4 }, events);
  const frames = all.map(frame);
  const whole = Buffer.concat(frames);
  const flipped = (at) => {
    const bytes = Buffer.from(whole);
    bytes[at] ^= 0xff;
    return bytes;
  };
  const cases = [
    ...Array.from({ length: 40 }, (_, at) =>
      whole.subarray(0, Math.floor((whole.length * at) / 40)),
    ),
    ...Array.from({ length: 40 }, (_, at) =>
      flipped(Math.floor((whole.length * at) / 40)),
    ),
    Buffer.concat([frames[0], frames[0], ...frames.slice(1)]),
    Buffer.concat([...frames].reverse()),
    Buffer.from("SQLite format 3\0"),
    frame(""),
    frame("null\n[]\n7\n"),
    frame(all.join("").replaceAll('"version":4', '"version":99')),
    Buffer.concat([...frames, frame('{"type":"future/thing","seq":9}\n')]),
  ];
  for (const [number, bytes] of cases.entries()) {
    const store = home([], {}, { bytes });
    const path = join(
      store,
      "sessions/--home-ada-work--",
      id,
      "session.v4.jsonl.zstd",
    );
    await listSessions(store);
    for (const format of ["markdown", "html", "json"]) {
      try {
        assert.ok(shown(store, { format }).length > 0);
      } catch (error) {
        assert.match(error.code ?? String(error), /^ERR_/, `${number}`);
      }
    }
    assert.deepEqual(readFileSync(path), bytes, `${number}`);
  }
});

test("an export changed the store, or left something in it", async () => {
  const store = home(turn(1, [user("Hello"), answer(1, 1, [text("Hi")])]));
  writeFileSync(join(store, ".credentials.yaml"), "key: secret");
  writeFileSync(join(store, "session-query.sqlite"), "");
  const all = () =>
    readdirSync(store, { recursive: true })
      .sort()
      .map((name) => {
        const stat = statSync(join(store, name));
        const content = stat.isFile() && readFileSync(join(store, name), "hex");
        return [name, stat.mtimeMs, stat.mode, content];
      });
  const before = all();
  await listSessions(store);
  for (const format of ["markdown", "html", "json"])
    shown(store, { format, tools: "full" });
  assert.deepEqual(all(), before);
});

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
