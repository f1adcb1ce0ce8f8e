// The document tells what happened, not what was stored: how a session ended, what failed, who did it, and the
// text as it was written.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { execFileSync } from "node:child_process";
import {
  addon,
  failure,
  fixed,
  githubToken,
  root,
  session,
  sessionOf,
  temporaryFolder,
  textPart,
  userMessage,
} from "./support.mjs";

const { exportSession, suggestFileName } = addon;

const start = { type: "step-start" };
const finish = (reason = "stop") => ({ type: "step-finish", reason });
const text = (text, more) => ({ type: "text", text, ...more });
const answer = (parts, info = {}) => ({
  info: {
    id: "msg_answer",
    role: "assistant",
    parentID: "msg_user",
    time: { created: 1795333601000, completed: 1795333602000 },
    finish: "stop",
    ...info,
  },
  parts,
});
const call = (tool, state) => ({
  type: "tool",
  tool,
  callID: "call_1",
  state: { status: "completed", input: {}, metadata: {}, ...state },
});
const shown = (messages, options, info) =>
  exportSession(sessionOf(messages, info), { ...fixed, ...options });
/** The document of one question and one answer. */
const answered = (parts, info, options) =>
  shown([userMessage(textPart("Go on.")), answer(parts, info)], options);
const summary = (document) => document.split("\n")[2];

test("a session with an error said nothing of it at the top", () => {
  const error = { name: "APIError", data: { message: "No", statusCode: 401 } };
  const document = answered([], { error, finish: undefined });
  assert.match(
    summary(document),
    /^\*\*Ended with an error\*\* · 1 error \(\[turn 2\]\(#2-assistant\)\)/,
  );
  assert.match(document, /^### 2\. Assistant$/m);
  assert.ok(
    document.includes(
      "**Error: The model provider refused the request (HTTP 401, APIError)**",
    ),
  );
  const page = answered([], { error }, { format: "html" });
  assert.match(page, /<a href="#t2">turn 2<\/a>/);
  assert.match(page, /<section class="turn assistant[^"]*" id="t2">/);
});

test("each way to end is called by its name", () => {
  for (const [parts, info, expected, label] of [
    [[start, text("Yes."), finish()], {}, "Answered"],
    [
      [start, text("So far"), finish("length")],
      { finish: "length" },
      "The last answer was cut off",
      "**The answer was cut off at the model's output limit.**",
    ],
    [
      [start, text("So far")],
      { finish: undefined },
      "The last answer may be incomplete",
      "**The answer may be incomplete: its stream ended without a signal.**",
    ],
    [
      [start, text("So far"), finish("unknown")],
      { finish: "unknown" },
      "The last answer may be incomplete",
    ],
    [
      [start, text("So far")],
      { finish: undefined, time: { created: 1795333601000 } },
      "Unfinished",
    ],
    [
      [start, text("So far")],
      {
        finish: undefined,
        error: { name: "MessageAbortedError", data: { message: "Aborted" } },
      },
      "Stopped by the user",
      "**Stopped by the user.**",
    ],
  ]) {
    const document = answered(parts, info);
    assert.ok(summary(document).startsWith(`**${expected}**`), expected);
    if (label) assert.ok(document.includes(label), label);
    const json = JSON.parse(answered(parts, info, { format: "json" }));
    assert.equal(json.outcome.ended === "answered", expected === "Answered");
  }
  const asked = shown([userMessage(textPart("Hello?"))]);
  assert.ok(summary(asked).startsWith("**The last message was not answered**"));
});

test("a command that failed, timed out or was stopped was called completed", () => {
  const note = (text) =>
    `begin\n\n<shell_metadata>\n${text}\n</shell_metadata>`;
  for (const [state, expected, outcome] of [
    [{ metadata: { exit: 0 } }, "completed", "succeeded"],
    [{ metadata: { exit: 3 } }, "failed (exit code 3)", "failed"],
    [
      {
        output: note(
          "shell tool terminated command after exceeding timeout 700 ms.",
        ),
      },
      "timed out after 700 ms",
      "timed-out",
    ],
    [
      { output: note("User aborted the command") },
      "stopped by the user",
      "stopped-by-user",
    ],
    [
      {
        status: "error",
        error: "The user rejected permission to use this specific tool call.",
      },
      "refused by the user",
      "refused",
    ],
  ]) {
    const parts = [
      start,
      call("bash", { input: { command: "make" }, ...state }),
      finish(),
    ];
    const document = answered(parts);
    assert.ok(
      document.includes(`- **Run command** \`make\` — ${expected}`),
      document,
    );
    const json = JSON.parse(answered(parts, {}, { format: "json" }));
    const part = json.messages[1].parts.find(({ type }) => type === "tool");
    assert.equal(part.outcome, outcome);
  }
  const question = call("question", {
    status: "error",
    error: "The user dismissed this question",
    input: { questions: [{ question: "Which?" }] },
  });
  const document = answered([start, question, finish()]);
  assert.match(
    document,
    /\*\*Ask the user\*\* Which\? — closed by the user without an answer/,
  );
});

test("the summary counts what failed", () => {
  const error = { status: "error", error: "File not found: a" };
  const document = answered([
    start,
    call("read", { input: { filePath: "a" }, ...error }),
    call("bash", { input: { command: "false" }, metadata: { exit: 1 } }),
    call("bash", { input: { command: "true" }, metadata: { exit: 0 } }),
    finish(),
  ]);
  assert.match(
    summary(document),
    / · 2 of 3 tool calls failed, 1 of them a command \(/,
  );
  const command = (exit) =>
    call("bash", { input: { command: "x" }, metadata: { exit } });
  assert.match(
    summary(answered([start, command(1), command(0), finish()])),
    / · 1 command failed \(/,
  );
  assert.match(
    summary(answered([start, call("read", error), call("glob", error)])),
    / · all 2 tool calls failed \(/,
  );
});

test("attempts that broke off left no trace", () => {
  const document = answered([
    start,
    text(""),
    start,
    text(""),
    start,
    text("Third time lucky."),
    finish(),
  ]);
  assert.ok(document.includes("*3 attempts; the first 2 broke off.*"));
});

test("a turn of which nothing is shown says why", () => {
  const reasoning = {
    type: "reasoning",
    text: "Hm.",
    time: { start: 1795333601000 },
  };
  assert.ok(
    answered([start, reasoning, finish()]).includes(
      "*No answer is stored, only the model's reasoning, which is left out.*",
    ),
  );
  assert.ok(answered([start, finish()]).includes("*No answer is stored.*"));
});

test("a command that the user ran was the assistant's", () => {
  const messages = [
    userMessage(
      text("The following tool was executed by the user", { synthetic: true }),
    ),
    answer([call("bash", { input: { command: "ls" } })], {
      finish: undefined,
      tokens: { input: 0, output: 0, reasoning: 0 },
    }),
  ];
  const document = shown(messages);
  assert.doesNotMatch(document, /Runtime|executed by the user/);
  assert.match(
    document,
    /^### 1\. User\n\n.*\n\n- \*\*Run command\*\* `ls` — run by the user, ended, no exit code is stored/m,
  );
  const json = JSON.parse(
    exportSession(sessionOf(messages), { ...fixed, format: "json" }),
  );
  assert.deepEqual(
    json.messages.map(({ speaker }) => speaker),
    ["runtime", "user"],
  );
});

test("changes of model and agent were turns", () => {
  const document = exportSession(session("opencode-2"), fixed);
  assert.doesNotMatch(document, /^### \d+\. Event/m);
  assert.match(document, /^- The agent was changed to: \*\*plan\*\*$/m);
});

test("what the runtime added stood in full among the user's words", () => {
  const content =
    "<path>/w/a.js</path>\n<type>file</type>\n<content>\n1: let secretive;\n2: go();\n</content>";
  const parts = [
    textPart("What is this?"),
    text('Called the Read tool with the following input: {"filePath":"a.js"}', {
      synthetic: true,
    }),
    text(content, { synthetic: true }),
    {
      type: "file",
      mime: "text/plain",
      filename: "a.js",
      url: "file:///w/a.js",
    },
  ];
  const document = shown([userMessage(...parts)]);
  assert.doesNotMatch(document, /secretive/);
  assert.match(
    document,
    /^- Added by the runtime \(\d+ bytes\): `Called the Read tool/m,
  );
  assert.match(document, /Left out: .*the text of 1 addition by the runtime/);
  const full = shown([userMessage(...parts)], { tools: "full" });
  assert.ok(full.includes("```text\nlet secretive;\ngo();\n```"));
});

test("a user's text lost and gained characters", () => {
  const written =
    "fix __init__.py and src/*.js\n\n  def total(rows):\n      return 0\n\n1. a\n3. b\n# no heading\n>>> print(1)\n&lt; \\n `x`";
  const document = shown([userMessage(textPart(written))]);
  for (const line of written.split("\n"))
    assert.ok(document.includes(`\n    ${line}\n`) || line === "", line);
  const page = shown([userMessage(textPart(written))], { format: "html" });
  const escaped = written
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
  assert.ok(page.includes(`<div class="text" dir="auto">${escaped}</div>`));
});

test("headings of an answer stood as literal marks", () => {
  const document = answered([start, text("## Goal\n\nDone."), finish()]);
  assert.match(document, /^> \*\*Goal\*\*$/m);
  assert.equal(document.match(/^#+ /gm).length, 5);
});

test("code in a list ran on over the message", () => {
  const document = answered([
    start,
    text("1. Run this:\n   ```sh\n   npm i\n2. Then **restart**"),
    finish(),
  ]);
  assert.match(
    document,
    /^> {4}```sh\n> {4}npm i\n> {4}```\n>\n> 2\. Then \*\*restart\*\*$/m,
  );
});

test("the input of a failed call was not shown", () => {
  const parts = [
    start,
    call("edit", {
      status: "error",
      error: "Could not find oldString in the file.",
      input: { filePath: "a.js", oldString: "let a", newString: "let b" },
    }),
    call("bash", {
      input: { command: "npm test" },
      metadata: { exit: 1 },
      output: `${"ok\n".repeat(100)}1 failing: totals`,
    }),
    finish(),
  ];
  const document = answered(parts);
  assert.match(document, /> Could not find oldString/);
  assert.match(
    document,
    /^Other input:\n\n```json\n\{\n {2}"oldString": "let a"/m,
  );
  assert.match(
    document,
    /^Last lines of the output:\n\n```text\n(ok\n){11}1 failing: totals\n```/m,
  );
  const page = answered(parts, {}, { format: "html" });
  assert.equal(
    page.match(/<div class="tool failed" [^]*?<details open>/g).length,
    2,
  );
});

test("the mark of an undo stood before the files of the turn that stays", () => {
  const document = exportSession(session("reverted"), fixed);
  const files = document.indexOf("*Files changed in this turn:* `a.txt`");
  const mark = document.indexOf("**The user undid everything from here on.");
  assert.ok(files > 0 && files < mark);
  assert.match(summary(document), /the user undid everything from \[turn 3\]/);
});

test("a time with a date stood in every heading", () => {
  const later = { created: 1795333600000 + 86_400_000 };
  const second = userMessage(textPart("b"));
  second.info = { ...second.info, id: "msg_z", time: later };
  const third = userMessage(textPart("c"));
  third.info = { ...third.info, id: "msg_zz", time: later };
  const document = shown([userMessage(textPart("a")), second, third]);
  const times = document.match(/^(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d$/gm);
  assert.deepEqual(times, [
    "2026-11-22 07:46:40",
    "2026-11-23 07:46:40",
    "07:46:40",
  ]);
});

test("a title of a time said nothing", () => {
  const title = "New session - 2026-11-22T07:46:59.454Z";
  const messages = [userMessage(textPart("Fix the totals, please."))];
  const document = shown(messages, {}, { title });
  assert.equal(document.split("\n")[0], "# Fix the totals, please.");
  const info = sessionOf(messages, { title });
  const name = suggestFileName(info, { timeZone: "utc" });
  assert.equal(name, "2026-11-22 session.md");
});

test("image data inside of texts stood there in full", () => {
  const data = `![shot](data:image/png;base64,${"iVBORw0K".repeat(400)})`;
  for (const format of ["markdown", "html"]) {
    const document = shown([userMessage(textPart(`see ${data}`))], { format });
    assert.ok(document.includes("[image data, 2.4 kB]"), format);
    assert.ok(!document.includes("iVBORw0KiVBORw0K"));
    assert.match(document, /Left out: the data of 1 image in a text\./);
  }
});

test("a progress bar filled pages", () => {
  const states = Array.from({ length: 99 }, (_, index) => `${index + 1}%`);
  const output = `start\n${states.join("\r")}\r\u001b[K\ndone\r\n`;
  for (const format of ["markdown", "json", "html"]) {
    const options = { format, tools: "full" };
    const run = [call("bash", { input: { command: "get" }, output })];
    const document = answered(run, {}, options);
    assert.ok(document.includes("99%"), format);
    assert.ok(!document.includes("98%"), format);
    // Only a terminal writes lines over.
    const read = [call("read", { input: { filePath: "a" }, output })];
    assert.ok(answered(read, {}, options).includes("98%"), format);
  }
});

test("only the name of a rule told what was redacted", () => {
  const messages = [userMessage(textPart(`Take ${githubToken(3)}.`))];
  const head = "github-token (access token: 1 value in 1 place)";
  assert.ok(shown(messages).includes(`Redacted: ${head}.`));
  const chinese = "github-token（访问令牌：1 个值，1 处）";
  assert.ok(shown(messages, { locale: "zh" }).includes(chinese));
});

test("a cut did not say whose messages are missing", () => {
  const long = "x ".repeat(400);
  const messages = Array.from({ length: 40 }, (_, index) => {
    const message = index % 2 ? answer([text(long)]) : userMessage(text(long));
    const created = 1795333600000 + index * 1000;
    message.info = { ...message.info, id: `msg_${index}`, time: { created } };
    return message;
  });
  const document = shown(messages, { maxBytes: 9000 });
  const note =
    /\*(\d+) messages were left out here to fit the size limit \((.*)\)\.\*/;
  const [, count, writers] = note.exec(document);
  const [, user, assistant] =
    /^(\d+) from the user, (\d+) from the assistant$/.exec(writers);
  assert.equal(Number(user) + Number(assistant), Number(count));
});

test("a file name could run a command", () => {
  const title = "--fix `glb-proc-an` $HOME (#12); don't";
  assert.equal(
    suggestFileName(sessionOf([], { title, time: {} })),
    "fix glb-proc-an HOME 12 don’t.md",
  );
});

test("a line before the JSON was an error", async () => {
  const json = JSON.stringify(sessionOf([userMessage(textPart("Hello."))]));
  const document = exportSession(`Exporting session: ses_test\n${json}`, fixed);
  assert.equal(document, exportSession(json, fixed));
  assert.equal(
    exportSession(Buffer.from(`[plugin] x\n${json}`), fixed),
    document,
  );
});

test("what is no session was an empty document or a line and a column", async () => {
  const one = sessionOf([userMessage(textPart("Hello."))]);
  const json = JSON.stringify(one);
  for (const [given, expected] of [
    [[one, one], /list of sessions/],
    [[one.info], /list of sessions without their messages/],
    [[{ a: 1 }], /something other than messages/],
    [[], /empty/],
    [`${json}\n${json}`, /several sessions/],
    [
      '{"type":"text","sessionID":"ses_1"}\n{"type":"text"}',
      /stream of events/,
    ],
    [json.slice(0, -20), /cut off/],
    [Buffer.from("SQLite format 3\0\u0010"), /database/],
    ["# A document\n", /Markdown document/],
  ]) {
    const error = await failure(() => exportSession(given, fixed));
    assert.equal(error.code, "ERR_INVALID_SESSION");
    assert.match(error.message, expected);
    assert.doesNotMatch(error.message, /at \$|line 1 column 1/);
  }
});

test("the command says what a file is that is no session", (t) => {
  const path = join(temporaryFolder(t), "list.json");
  const one = sessionOf([userMessage(textPart("Hello."))]);
  writeFileSync(path, JSON.stringify([one, one]));
  const main = join(root, "cli/main.mjs");
  assert.throws(
    () =>
      execFileSync(process.execPath, [main, path, "-o", "-"], {
        stdio: "pipe",
      }),
    ({ status, stderr }) => status === 1 && /list of sessions/.test(stderr),
  );
});

test("the operating system was not told", () => {
  const app = { name: "Acme", version: "v1.2.0", system: "macOS 15.1" };
  const document = shown([userMessage(textPart("a"))], { app });
  assert.match(document, /^\| Application \| Acme 1\.2\.0 \|$/m);
  assert.match(document, /^\| System \| macOS 15\.1 \|$/m);
});

test("a question's answer stood under another question", () => {
  const questions = ["Drop table users?", "Drop table orders?", "Sure?"];
  const document = answered([
    call("question", {
      input: { questions: questions.map((question) => ({ question })) },
      metadata: { answers: [[], ["Yes"], ["a", "b"]] },
    }),
  ]);
  assert.ok(
    document.includes(
      "**Ask the user** Drop table users? — completed, not answered, then `Drop table orders?` answered: `Yes`, then `Sure?` answered: `a`, `b`",
    ),
    document,
  );
});

test("a summary that failed had replaced the conversation", () => {
  const request = userMessage({ type: "compaction", auto: false });
  const error = { name: "ContextOverflowError", data: { message: "Too long" } };
  const document = shown([
    request,
    answer([], { summary: true, mode: "compaction", error }),
  ]);
  assert.doesNotMatch(document, /was replaced/);
  assert.ok(
    document.includes(
      "- The user asked for a summary, to replace the conversation up to here",
    ),
  );
});

test("what an earlier turn lacked was not in the summary", () => {
  const turn = (number, parts, info) => {
    const created = 1795333600000 + number * 1000;
    const user = userMessage(textPart("Go on."));
    user.info = { ...user.info, id: `msg_${number}`, time: { created } };
    const time = { created: created + 1, completed: created + 2 };
    const id = `msg_${number}_answer`;
    return [user, answer(parts, { id, time, ...info })];
  };
  const abort = { name: "MessageAbortedError", data: { message: "Aborted" } };
  const retry = { type: "retry", attempt: 1, error: { name: "APIError" } };
  const document = shown([
    ...turn(1, [text("a")], { finish: "length" }),
    ...turn(2, [text("b")], { error: abort, finish: undefined }),
    ...turn(3, [retry, text("c")]),
    ...turn(4, [text("d")], { finish: "unknown" }),
    ...turn(5, [text("e")]),
  ]);
  for (const fact of [
    "**Answered**",
    "1 request was sent again ([turn 6](#6-assistant))",
    "1 answer was cut off ([turn 2](#2-assistant))",
    "1 answer was stopped by the user ([turn 4](#4-assistant))",
    "1 answer may be incomplete ([turn 8](#8-assistant))",
  ]) {
    assert.ok(summary(document).includes(fact), fact);
  }
});

test("a session that ended without a word was answered", () => {
  assert.match(summary(answered([])), /^\*\*Ended without an answer\*\*/);
  const error = "The user rejected permission to use this specific tool call.";
  const refused = call("edit", {
    status: "error",
    error,
    input: { filePath: "a", oldString: "was", newString: "is" },
  });
  const document = answered([refused], { finish: "tool-calls" });
  assert.match(summary(document), /^\*\*Ended where the user refused/);
  // It is seen what was refused.
  assert.ok(document.includes('"newString": "is"'));
});

test("what a command printed before it was stopped was lost", () => {
  const running = call("bash", {
    status: "error",
    error: "Tool execution aborted",
    input: { command: "make" },
    metadata: { output: "last words\n", interrupted: true },
  });
  for (const tools of ["summary", "full"]) {
    assert.ok(answered([running], {}, { tools }).includes("last words"), tools);
  }
});

test("an error of the network said nothing", () => {
  for (const message of [
    "fetch failed",
    "getaddrinfo ENOTFOUND api.example.com",
    "Error: connect ECONNREFUSED 127.0.0.1:1",
  ]) {
    const error = { name: "UnknownError", data: { message } };
    const document = answered([], { error, finish: undefined });
    assert.ok(
      document.includes("**Error: The model provider could not be reached**"),
      message,
    );
  }
});

test("a list counted on from its first number", () => {
  const list = (text) =>
    answered([{ type: "text", text }]).match(/^> \d[^]*?(?=\n\n)/m)[0];
  assert.equal(
    list("3. three\n7. seven\n8. eight"),
    "> 3. three\n>\n> &nbsp;\n>\n> 7. seven\n> 8. eight",
  );
  for (const usual of [
    "1. a\n2. b\n\n   c\n3. d",
    "1. a\n1. b",
    "1. a\n- b\n3. c",
  ])
    assert.ok(!list(usual).includes("&nbsp;"), usual);
});

test("tool calls alone were an answer, and an interruption an error", () => {
  const read = call("read", { input: { filePath: "a" } });
  assert.match(
    summary(answered([start, read, finish()])),
    /^\*\*Ended without an answer\*\*/,
  );
  const error = {
    type: "unknown",
    message: "Provider turn interrupted",
    data: { message: "Provider turn interrupted" },
  };
  const document = answered([text("a")], { error, finish: undefined });
  assert.match(summary(document), /^\*\*Stopped by the user\*\*/);
  const failed = call("jira_search", {
    output: "Error: 401 Unauthorized",
    metadata: { isError: true },
  });
  assert.ok(answered([failed]).includes("401 Unauthorized"));
});

test("after an undo the list of files held what was undone, and not what stays", () => {
  const write = (filePath) =>
    call("write", {
      input: { filePath, content: "x" },
      metadata: { exists: false },
    });
  const turn = (number, ...parts) => {
    const created = 1795333600000 + number * 1000;
    const user = userMessage(textPart("Go on."));
    user.info = { ...user.info, id: `msg_${number}`, time: { created } };
    const id = `msg_${number}_answer`;
    const time = { created: created + 1, completed: created + 2 };
    return [user, answer([...parts, text("Done.")], { id, time })];
  };
  const messages = [...turn(1, write("a.txt")), ...turn(2, write("b.txt"))];
  const session = sessionOf(messages, { revert: { messageID: "msg_2" } });
  session.diffs = [{ file: "b.txt", status: "added", additions: 1 }];
  const document = exportSession(session, fixed);
  assert.match(document, /^\| a\.txt \| added \|/m);
  assert.match(document, /^\| b\.txt \| added \(undone\) \|/m);
  assert.equal(document.match(/^\| b\.txt/gm).length, 1);
  const part = { messageID: "msg_2_answer", partID: "prt_9" };
  const partly = shown(messages, {}, { revert: part });
  assert.match(
    summary(partly),
    /^\*\*Answered\*\* · the user undid a part of \[turn 4\]\(#4-assistant\) and everything after it/,
  );
  assert.ok(partly.includes("**The user undid a part of the next message"));
  const json = JSON.parse(
    shown(messages, { format: "json" }, { revert: part }),
  );
  assert.deepEqual(json.info.revert, part);
});

test("what a command wrote over may name a secret", () => {
  const run = (output) =>
    answered(
      [call("bash", { input: { command: "x" }, output })],
      {},
      {
        tools: "full",
      },
    );
  assert.ok(!run("Password: \rTr0ub4dor-x9-kQ").includes("Tr0ub4dor"));
  assert.ok(
    !run("password=Tr0ub4dor-x9-kQ\rconnected\nTr0ub4dor-x9-kQ").includes(
      "Tr0ub4dor",
    ),
  );
});
