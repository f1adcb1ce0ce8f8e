// Sessions of Claude Code.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  readFileSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import test from "node:test";
import {
  addon,
  failure,
  fixed,
  githubToken,
  random,
  root,
} from "./support.mjs";
import { changedLog, numbers } from "./changed-records.mjs";
import {
  answer,
  call,
  claudeHome,
  homeOf,
  lines,
  project,
  prompt,
  result,
  sessionID,
  text,
  user,
  write,
} from "./claude-code-store.mjs";

const { exportSession, listSessions } = addon;
const formats = ["markdown", "html", "json"];

const shown = (store, options = {}, id = sessionID) =>
  exportSession({ sessionID: id, store }, { ...fixed, ...options });
const json = (store, options = {}) =>
  JSON.parse(shown(store, { format: "json", tools: "full", ...options }));
const parts = (session) =>
  session.messages.flatMap(({ parts, otherParts }) => [
    ...parts,
    ...(otherParts ?? []),
  ]);
const tools = (session) => parts(session).filter(({ type }) => type === "tool");
const times = (document, words) => document.split(words).length - 1;

/** The texts of a Markdown document that stand under "User". */
const underUser = (document) =>
  document
    .split(/^### /m)
    .filter((turn) => /^\d+\. User$/m.test(turn))
    .join("");

test("an answer of several lines is one message, and its tokens count once", () => {
  const store = homeOf([
    prompt("Which file?"),
    answer(
      "m1",
      { type: "thinking", thinking: "I look.", signature: "x" },
      {
        stop_reason: null,
        usage: { input_tokens: 10, output_tokens: 1 },
      },
    ),
    answer("m1", text("I read two."), { stop_reason: "tool_use" }),
    answer("m1", call("c1", "Read", { file_path: "a.py" })),
    answer("m1", call("c2", "Read", { file_path: "b.py" })),
    result("c2", "two", { parentUuid: "u-4" }),
    result("c1", "one", { parentUuid: "u-3" }),
    answer("m2", text("The second.")),
  ]);
  const session = json(store);
  const answers = session.messages.filter(
    ({ info }) => info.role === "assistant",
  );
  assert.equal(answers.length, 2);
  assert.equal(answers[0].info.tokens.output, 7);
  assert.deepEqual(
    tools(session).map(({ callID, state }) => [callID, state.output]),
    [
      ["c1", "one"],
      ["c2", "two"],
    ],
  );
  assert.equal(session.children, undefined);
});

test("only a person's words stand under User", () => {
  const queued = (words, origin, mode) => ({
    type: "attachment",
    attachment: {
      type: "queued_command",
      prompt: words,
      commandMode: mode,
      origin,
    },
  });
  const store = homeOf([
    { type: "queue-operation", operation: "enqueue", content: "PERSON one" },
    { type: "queue-operation", operation: "dequeue" },
    prompt("PERSON one"),
    {
      type: "attachment",
      attachment: { type: "instructions", files: ["SECRET"] },
      rendered: [{ content: "PROGRAM rules" }],
    },
    user("PROGRAM skill", { isMeta: true }),
    answer("m1", call("c1", "Bash", { command: "sleep 1" })),
    queued("PERSON two", { kind: "human" }, "prompt"),
    queued(
      "<task-notification>PROGRAM</task-notification>",
      { kind: "task-notification" },
      "task-notification",
    ),
    result("c1", "done"),
    user(
      "<command-name>/brew</command-name><command-args>PERSON tea</command-args>",
    ),
    user("<local-command-stdout>PROGRAM output</local-command-stdout>"),
    user("<bash-input>echo PERSON</bash-input>"),
    user(
      "<bash-stdout>PROGRAM printed</bash-stdout><bash-stderr></bash-stderr>",
    ),
    prompt("<task-notification>PERSON typed this</task-notification>"),
    user("PERSON by script", { promptSource: "sdk" }),
    user("PROGRAM channel", { origin: { kind: "channel" } }),
  ]);
  const document = shown(store);
  const spoken = underUser(document);
  for (const words of [
    "PERSON one",
    "PERSON two",
    "/brew PERSON tea",
    "PERSON typed this",
    "PERSON by script",
    "echo PERSON",
  ])
    assert.equal(times(spoken, words), 1, words);
  assert.doesNotMatch(spoken, /PROGRAM/);
  const full = shown(store, { tools: "full" });
  for (const words of [
    "PROGRAM rules",
    "PROGRAM skill",
    "PROGRAM output",
    "PROGRAM channel",
  ])
    assert.equal(times(full, words), 1, words);
  assert.doesNotMatch(full, /SECRET/);
});

test("what the user left by going back is told apart, and not as the conversation", () => {
  const store = homeOf([
    prompt("First fruit?"),
    answer("m1", text("Apples.")),
    prompt("Second fruit?"),
    answer("m2", text("Pears.")),
    prompt("Another second?", { parentUuid: "u-1" }),
    answer("m3", text("Plums.")),
  ]);
  const document = shown(store);
  const [main, branch] = document.split("## Branch 1");
  assert.match(main, /Plums/);
  assert.doesNotMatch(main, /Second fruit|Pears/);
  assert.match(main, /went back to an earlier message.*\*\*2\*\*/);
  assert.match(underUser(branch), /Second fruit/);
  assert.match(branch, /Pears/);
  for (const format of formats)
    for (const words of ["Second fruit?", "Pears.", "Plums."])
      assert.ok(shown(store, { format }).includes(words), `${format} ${words}`);
});

test("going back to the very first prompt leaves the first branch", () => {
  const store = homeOf([
    prompt("First fruit?"),
    answer("m1", text("Apples.")),
    prompt("First vegetable?", { parentUuid: null }),
    { type: "last-prompt", leafUuid: "x", explicit: true },
    answer("m2", text("Leek."), {}, { parentUuid: "u-2" }),
  ]);
  const [main, branch] = shown(store).split("## Branch 1");
  assert.doesNotMatch(main, /Apples/);
  assert.match(branch, /Apples/);
});

test("a dangling parent loses nothing", () => {
  const store = homeOf([
    prompt("One?"),
    answer("m1", text("First.")),
    prompt("Two?", { parentUuid: "gone" }),
    answer("m2", text("Second.")),
  ]);
  const document = shown(store);
  assert.match(document, /First\.[^]*Second\./);
  assert.doesNotMatch(document, /Branch/);
});

test("how calls ended is told: exit codes, refusals, rules, stops and kills", () => {
  const bash = (id, command) =>
    answer(`m-${id}`, call(id, "Bash", { command }));
  const failed = { is_error: true };
  const store = homeOf([
    prompt("Run."),
    bash("ok", "true"),
    result(
      "ok",
      "",
      { toolUseResult: { stdout: "", stderr: "" } },
      { is_error: false },
    ),
    bash("seven", "exit 7"),
    result("seven", "Exit code 7\nbad", {}, failed),
    bash("no", "rm x"),
    result(
      "no",
      "The user doesn't want to proceed with this tool use.",
      { toolDenialKind: "user-rejected" },
      failed,
    ),
    bash("rule", "rm y"),
    result(
      "rule",
      "Permission denied by settings",
      { toolDenialKind: "permission-rule" },
      failed,
    ),
    bash("killed", "sleep 9"),
    result(
      "killed",
      "[Tool call interrupted]",
      { toolDenialKind: "interrupted" },
      failed,
    ),
    bash("esc", "sleep 8"),
    result(
      "esc",
      "The user doesn't want to proceed with this tool use.",
      { toolDenialKind: "user-rejected" },
      failed,
    ),
    user([text("[Request interrupted by user for tool use]")], {
      interruptedMessageId: "m-esc",
    }),
    prompt("And?"),
    bash("open", "sleep 7"),
  ]);
  const document = shown(store);
  const line = (command) =>
    document.split("\n").find((line) => line.includes(`\`${command}\``));
  for (const [command, outcome] of [
    ["true", /completed/],
    ["exit 7", /exit code 7/],
    ["rm x", /refused by the user/],
    ["rm y", /refused by a rule/],
    ["sleep 9", /stopped/],
    ["sleep 8", /stopped by the user/],
  ])
    assert.match(line(command), outcome, command);
  assert.doesNotMatch(line("sleep 7"), /completed/);
});

test("the whole file before an edit is not in any document, and the change is", () => {
  const original = random(40, 7);
  const store = homeOf([
    prompt("Edit."),
    answer(
      "m1",
      call("c1", "Edit", {
        file_path: "/home/ada/work/a.py",
        old_string: "x = 1",
        new_string: "x = 2",
      }),
    ),
    result("c1", "The file has been updated.", {
      toolUseResult: {
        filePath: "/home/ada/work/a.py",
        originalFile: original,
        structuredPatch: [
          {
            oldStart: 1,
            oldLines: 1,
            newStart: 1,
            newLines: 1,
            lines: ["-x = 1", "+x = 2"],
          },
        ],
      },
    }),
  ]);
  for (const format of formats) {
    const document = shown(store, { format, tools: "full" });
    assert.ok(!document.includes(original), format);
    assert.ok(document.includes("x = 2"), format);
  }
  assert.match(shown(store), /\+1 −1/);
});

test("a sub-agent stands under its call, and what came of it later too", () => {
  const home = homeOf([
    prompt("Send a helper."),
    answer(
      "m1",
      call("c1", "Agent", {
        description: "Count",
        prompt: "COUNT the files",
        subagent_type: "taster",
      }),
    ),
    result("c1", [text("Async agent launched, internal")], {
      toolUseResult: {
        isAsync: true,
        status: "async_launched",
        agentId: "a0123456789abcdef",
      },
    }),
    answer("m2", text("Waiting.")),
    user(
      "<task-notification>\n<tool-use-id>c1</tool-use-id>\n<status>completed</status>\n<summary>Count finished</summary>\n<result>Four </b> files.</result>\n</task-notification>",
      {
        origin: { kind: "task-notification" },
        promptSource: "system",
      },
    ),
    answer("m3", text("It is back.")),
  ]);
  const agent = join(sessionID, "subagents/agent-a0123456789abcdef");
  write(
    home,
    `${agent}.jsonl`,
    lines([user("COUNT the files"), answer("s1", text("I count four."))], {
      isSidechain: true,
      agentId: "a0123456789abcdef",
    })
      .join("")
      .replaceAll('"u-', '"s-'),
  );
  write(
    home,
    `${agent}.meta.json`,
    JSON.stringify({
      agentType: "taster",
      description: "Count",
      toolUseId: "c1",
    }),
  );
  const document = shown(home, { tools: "full" });
  assert.match(
    document,
    /Start sub-agent\*\* Count.*completed.*see \[Sub-agent 1\]/,
  );
  assert.match(document, /## Sub-agent 1[^]*I count four/);
  assert.equal(times(document, "files."), 1);
  assert.doesNotMatch(document, /internal/);
  const session = json(home);
  assert.equal(tools(session)[0].state.output, "Four </b> files.");
  assert.equal(session.children.length, 1);
});

test("sub-agents of old versions are found: between the lines, and beside the log", () => {
  const task = answer(
    "m1",
    call("c1", "Task", { description: "Look", prompt: "LOOK around" }),
  );
  const side = { isSidechain: true, version: "1.0.44" };
  const inline = homeOf([
    prompt("Go."),
    task,
    { ...user("LOOK around"), ...side, parentUuid: null },
    answer("s1", text("I looked."), {}, side),
    result("c1", [text("Seen.")], { parentUuid: "u-1" }),
  ]);
  const beside = homeOf([
    prompt("Go."),
    task,
    result("c1", [text("Seen.")], {
      toolUseResult: { status: "completed", agentId: "e2cd0b9b" },
    }),
  ]);
  const agent = lines([user("LOOK around"), answer("s1", text("I looked."))], {
    isSidechain: true,
    agentId: "e2cd0b9b",
  });
  write(
    beside,
    "agent-e2cd0b9b.jsonl",
    agent.join("").replaceAll('"u-', '"s-'),
  );
  const warm = lines([user("Warmup"), answer("w1", text("WARM"))], {
    isSidechain: true,
    agentId: "0d2159db",
  });
  write(beside, "agent-0d2159db.jsonl", warm.join("").replaceAll('"u-', '"w-'));
  for (const home of [inline, beside]) {
    const document = shown(home);
    assert.match(document, /see \[Sub-agent 1\]/);
    assert.equal(times(document, "I looked."), 1);
    assert.doesNotMatch(document, /WARM|Sub-agent 2/);
  }
});

test("a long output is read from its file, and no other file is", () => {
  const output = (path) =>
    `<persisted-output>\nOutput too large (9KB). Full output saved to: ${path}\n\nPreview:\nrow 1\n</persisted-output>`;
  const records = (path) => [
    prompt("Run."),
    answer("m1", call("c1", "Bash", { command: "seq 9" })),
    result("c1", output(path), {
      toolUseResult: { stdout: "row 1", persistedOutputSize: 9000 },
    }),
  ];
  const name = join(sessionID, "tool-results/b1.txt");
  const home = homeOf(records(`/elsewhere/${sessionID}/tool-results/b1.txt`));
  write(home, name, "row 1\nrow 2 WHOLE\n");
  assert.equal(tools(json(home))[0].state.output, "row 1\nrow 2 WHOLE\n");
  for (const path of [
    "/etc/passwd",
    "../../secret.txt",
    `/x/${sessionID}/tool-results/link.txt`,
  ]) {
    const home = homeOf(records(path));
    const secret = write(home, "secret.txt", "OTHER file");
    write(home, name, "");
    symlinkSync(
      secret,
      join(project(home), sessionID, "tool-results/link.txt"),
    );
    const document = shown(home, { tools: "full" });
    assert.doesNotMatch(document, /OTHER file|root:/, path);
  }
});

test("images are attachments, and retries, errors and limits are told", () => {
  const data = Buffer.from("\x89PNG\r\n\x1a\nimage", "latin1").toString(
    "base64",
  );
  const image = {
    type: "image",
    source: { type: "base64", media_type: "image/png", data },
  };
  const store = homeOf([
    prompt([text("What is this?"), image]),
    {
      type: "system",
      subtype: "api_error",
      retryAttempt: 1,
      error: { message: "529 Overloaded", status: 529 },
    },
    answer("m1", text("A square."), { stop_reason: "max_tokens" }),
    prompt("Again?"),
    answer(
      "b-1",
      text("API Error: 400 bad"),
      { model: "<synthetic>", usage: {} },
      {
        isApiErrorMessage: true,
        error: "invalid_request",
        apiErrorStatus: 400,
      },
    ),
    prompt("Slowly?"),
    answer(
      "m3",
      text("half"),
      { stop_reason: null },
      { isAbortedMidStream: true },
    ),
    user([text("[Request interrupted by user]")]),
  ]);
  const document = shown(store);
  assert.match(document, /Attachment.*image\/png/);
  assert.match(document, /attempt 1[^]*529 Overloaded/);
  assert.match(document, /cut off at the model's output limit/);
  assert.match(document, /API Error: 400 bad/);
  assert.match(document, /Stopped by the user/);
  assert.doesNotMatch(underUser(document), /interrupted/);
});

test("compaction is told once with its summary, and nothing before it is lost", () => {
  const store = homeOf([
    prompt("One?"),
    answer("m1", text("First.")),
    {
      type: "system",
      subtype: "compact_boundary",
      parentUuid: null,
      logicalParentUuid: "u-0",
      compactMetadata: { trigger: "auto" },
    },
    user("This session is being continued: SUMMARY", {
      isCompactSummary: true,
      isVisibleInTranscriptOnly: true,
    }),
    prompt("Two?"),
    answer("m2", text("Second.")),
  ]);
  const document = shown(store);
  for (const words of ["First.", "SUMMARY", "Second."])
    assert.equal(times(document, words), 1, words);
  assert.doesNotMatch(underUser(document), /SUMMARY/);
  assert.match(document, /^### \d+\. Assistant \(summary/m);
  assert.doesNotMatch(document, /Branch 1/);
});

test("a fork tells what it copied, and no line twice", () => {
  const copied = { requestSessionId: "99999999-2222-4333-8444-555555555555" };
  const records = [
    prompt("One?"),
    answer("m1", text("First."), {}, copied),
    prompt("Two?"),
    answer("m2", text("Second.")),
  ];
  const home = claudeHome();
  const all = lines(records);
  write(home, `${sessionID}.jsonl`, [...all, ...all.slice(0, 2)].join(""));
  const document = shown(home);
  assert.match(
    document,
    /First\.[^]*copied from the session[^]*99999999[^]*Two\?/,
  );
  for (const words of ["First.", "Second."])
    assert.equal(times(document, words), 1, words);
});

test("a prompt that waited and never ran is told, one that was taken back is not", () => {
  const queue = (operation, content) => ({
    type: "queue-operation",
    operation,
    content,
  });
  const store = homeOf([
    prompt("Go."),
    queue("enqueue", "TAKEN back"),
    queue("remove", "TAKEN back"),
    queue("enqueue", "NEVER ran"),
  ]);
  const document = shown(store);
  assert.equal(times(document, "NEVER ran"), 1);
  assert.doesNotMatch(document, /TAKEN/);
});

test("types that are not known are counted by name, and their content is not shown", () => {
  const store = homeOf([
    prompt("Go."),
    { type: "brand-new", text: "HIDDEN a" },
    {
      type: "attachment",
      attachment: { type: "odd_one", content: "HIDDEN b" },
    },
    { type: "system", subtype: "strange", content: "HIDDEN c" },
    { type: "api-request-blob", message: { content: [text("HIDDEN d")] } },
    answer("m1", { type: "hologram", text: "HIDDEN e" }),
  ]);
  for (const format of formats) {
    const document = shown(store, { format, tools: "full" });
    assert.doesNotMatch(document, /HIDDEN/, format);
    for (const name of [
      "brand-new 1",
      "attachment/odd_one 1",
      "system/strange 1",
      "hologram",
    ])
      assert.ok(document.includes(name), `${format} ${name}`);
  }
});

test("copies of a secret are gone wherever the log repeats it", () => {
  const secret = githubToken(3);
  const said = `my key is ${secret}`;
  const store = homeOf([
    { type: "queue-operation", operation: "enqueue", content: said },
    { type: "queue-operation", operation: "dequeue" },
    prompt(said),
    {
      type: "attachment",
      attachment: {
        type: "hook_success",
        hookName: "Stop",
        stdout: said,
        content: said,
      },
    },
    { type: "api-request-blob", message: { content: [text(said)] } },
    answer("m1", call("c1", "Bash", { command: `echo ${secret}` })),
    result("c1", said, { toolUseResult: { stdout: said, originalFile: said } }),
    { type: "last-prompt", lastPrompt: said },
    { type: "ai-title", aiTitle: `About ${secret}` },
  ]);
  for (const format of formats)
    for (const tools of ["full", "summary"]) {
      const document = shown(store, { format, tools });
      assert.ok(!document.includes(secret), `${format} ${tools}`);
      assert.ok(document.includes("redacted:github-token#1"), format);
    }
});

test("titles: the user's own, then a model's, then the first prompt", async () => {
  const titleOf = async (records) => {
    const home = homeOf(records);
    const [listed] = await listSessions(home);
    assert.match(shown(home), new RegExp(`^# ${listed.title}$`, "m"));
    return listed.title;
  };
  const custom = { type: "custom-title", customTitle: "Kettle talk" };
  const made = { type: "ai-title", aiTitle: "Boiling water" };
  const command = user("<command-name>/clear</command-name>");
  const hello = prompt("Hello there");
  assert.equal(await titleOf([custom, hello, made]), "Kettle talk");
  assert.equal(await titleOf([hello, made]), "Boiling water");
  assert.equal(await titleOf([command, hello]), "Hello there");
  const named = { type: "summary", summary: "An old title", leafUuid: "u-1" };
  const other = { ...named, summary: "Of another", leafUuid: "else" };
  assert.equal(await titleOf([other, hello, named]), "An old title");
});

test("stores are found by CLAUDE_CONFIG_DIR, and a project or one log is a store too", async () => {
  const home = homeOf([prompt("Hello"), answer("m1", text("Hi."))]);
  write(home, "empty.jsonl", "");
  const script =
    "console.log(JSON.stringify(require(process.argv[1]).findStores()))";
  const found = execFileSync(process.execPath, ["-e", script, root], {
    env: { ...process.env, HOME: home, CLAUDE_CONFIG_DIR: home },
  });
  const store = JSON.parse(found).find(
    ({ product }) => product === "claude-code",
  );
  assert.deepEqual([store.path, store.generation], [home, 4]);
  const log = join(project(home), `${sessionID}.jsonl`);
  for (const path of [home, join(home, "projects"), project(home), log]) {
    const listed = await listSessions(path);
    assert.deepEqual(
      listed.map(({ sessionID, directory, title }) => [
        sessionID,
        directory,
        title,
      ]),
      [[sessionID, "/home/ada/work", "Hello"]],
      path,
    );
    assert.match(shown(path), /Hi\./);
  }
  const command = execFileSync(process.execPath, [
    join(root, "cli/main.mjs"),
    log,
    "-o",
    "-",
  ]);
  assert.match(`${command}`, /Hi\./);
});

test("JSON of a session reads back", () => {
  const store = homeOf([
    prompt("One?"),
    user("PROGRAM", { isMeta: true }),
    answer("m1", call("c1", "Bash", { command: "true" })),
    result("c1", "done"),
    prompt("Two?", { parentUuid: "u-0" }),
    answer("m2", text("Second.")),
  ]);
  const document = shown(store, { format: "json", tools: "full" });
  const again = exportSession(document, {
    ...fixed,
    format: "json",
    tools: "full",
  });
  const strip = (session) => session.messages.map(({ parts }) => parts);
  assert.deepEqual(strip(JSON.parse(again)), strip(JSON.parse(document)));
});

test("a log of each version is read", () => {
  const folder = join(root, "__test__/fixtures/claude-code");
  const answers = {
    "1.0.44": "OLDDONE1x.",
    "2.0.30": "OLDDONE1x.",
    "2.1.200": "OLDDONE1x.",
    "2.1.332": "ALLDONE5 by another model.",
  };
  assert.deepEqual(
    readdirSync(folder).sort(),
    Object.keys(answers).map((it) => `${it}.jsonl`),
  );
  for (const [version, words] of Object.entries(answers)) {
    const store = join(folder, `${version}.jsonl`);
    for (const format of formats) {
      const document = shown(store, { format }, version);
      assert.equal(times(document, words) > 0, true, `${version} ${format}`);
    }
    const document = shown(store, {}, version);
    assert.match(document, new RegExp(`Claude Code ${version}`));
    assert.doesNotMatch(
      underUser(document),
      /Caveat|local-command|system-reminder/,
    );
  }
});

test("records that changed in any way give a document or a coded error", async () => {
  const folder = join(root, "__test__/fixtures/claude-code");
  const home = claudeHome();
  const next = numbers();
  for (const name of readdirSync(folder)) {
    const whole = readFileSync(join(folder, name), "utf8");
    for (let round = 0; round < 60; round += 1) {
      const log = changedLog(whole, round, next);
      const path = write(home, `${sessionID}.jsonl`, log);
      for (const format of formats) {
        try {
          assert.ok(shown(home, { format }).length > 0);
        } catch (error) {
          assert.match(
            error.code ?? error.message,
            /^ERR_(STORE|SESSION)_/,
            path,
          );
        }
      }
      await listSessions(home).catch(({ code }) => assert.match(code, /^ERR_/));
    }
  }
});

test("a damaged, a torn and a huge log are read as far as they go", async () => {
  const all = lines([
    prompt("One?"),
    answer("m1", text("First.")),
    prompt("Two?"),
    answer("m2", text("Second.")),
  ]);
  const home = claudeHome();
  const [one, two, three, four] = all;
  write(
    home,
    `${sessionID}.jsonl`,
    `${one}${two}\0\0\0\nnot json\n${three}${four.slice(0, 60)}`,
  );
  const document = shown(home);
  assert.match(document, /First\.[^]*missing here[^]*Two\?/);
  const error = await failure(() =>
    exportSession({ sessionID: "nobody", store: home }),
  );
  assert.equal(error.code, "ERR_SESSION_NOT_FOUND");
  writeFileSync(join(project(home), `${sessionID}.jsonl`), "");
  assert.ok(shown(home).length > 0);
});

test("a hostile text stays what it is in every format", () => {
  const hostile =
    "</script><script>alert(1)</script>\n# Heading\n```\n<img src=x onerror=alert(1)>";
  const store = homeOf([
    prompt(hostile),
    answer("m1", text(hostile)),
    answer("m2", call("c1", hostile, { command: hostile })),
    result("c1", hostile),
    { type: "custom-title", customTitle: hostile },
    { type: hostile },
    {
      type: "attachment",
      attachment: { type: "file", displayPath: hostile, content: hostile },
    },
  ]);
  const page = shown(store, { format: "html", tools: "full" });
  assert.doesNotMatch(page, /<script>alert|<img src=x/);
  assert.doesNotMatch(shown(store, { tools: "full" }), /^<script>|^<img/m);
});

test("reminders that old versions put into a prompt or a result are not the user's", () => {
  const reminder = "<system-reminder>PROGRAM note</system-reminder>";
  const store = homeOf([
    user(`PERSON before ${reminder} PERSON behind`),
    user([text(reminder), text("PERSON asks")]),
    answer("m1", call("c1", "Bash", { command: "ls" })),
    user([
      { type: "tool_result", tool_use_id: "c1", content: "a.py" },
      text("PROGRAM beside"),
    ]),
    prompt(`PERSON typed ${reminder}`),
  ]);
  const spoken = underUser(shown(store, { tools: "full" }));
  for (const words of ["PERSON before", "PERSON behind", "PERSON asks"])
    assert.equal(times(spoken, words), 1, words);
  // Fields say that this one was typed.
  assert.match(spoken, /PERSON typed <system-reminder>PROGRAM note/);
  assert.match(shown(store, { tools: "full" }), /PROGRAM beside/);
});

test("a sub-agent that stands in both places is told once", () => {
  const side = { isSidechain: true };
  const home = homeOf([
    prompt("Go."),
    answer("m1", call("c1", "Task", { prompt: "LOOK" })),
    { ...user("LOOK"), ...side, parentUuid: null },
    answer("s1", text("I looked."), {}, side),
    result("c1", "Seen.", { parentUuid: "u-1" }),
  ]);
  const agent = lines([user("LOOK"), answer("s1", text("I looked."))], side);
  const name = join(sessionID, "subagents/agent-a0123456789abcdef.jsonl");
  write(home, name, agent.join("").replaceAll('"u-', '"s-'));
  assert.equal(times(shown(home), "I looked."), 1);
});

test("a log that was made to cost much costs no more than its size", () => {
  const many = (count, record) =>
    Array.from({ length: count }, (_, at) => record(at));
  const queue = (at) => ({
    type: "queue-operation",
    operation: "enqueue",
    content: `${at}`,
  });
  const calls = many(300, (at) => answer(`m${at}`, call(`c${at}`, "Bash", {})));
  const all = many(300, (at) => ({
    type: "tool_result",
    tool_use_id: `c${at}`,
    content: "x",
  }));
  for (const records of [
    [...many(20_000, queue), ...many(5000, (at) => prompt(`other ${at}`))],
    many(3000, (at) => prompt(`${at}`, { parentUuid: at ? "u-0" : null })),
    many(5000, (at) => ({
      ...user(`${at}`),
      isSidechain: true,
      parentUuid: null,
    })),
    [...calls, ...many(300, () => user(all))],
    [
      answer("m1", call("c1", "Agent", {})),
      ...many(5000, () =>
        user(
          "<task-notification><tool-use-id>c1</tool-use-id><result>x</result></task-notification>",
        ),
      ),
    ],
  ]) {
    const store = homeOf(records);
    const start = performance.now();
    assert.ok(shown(store).length > 0);
    const took = performance.now() - start;
    assert.ok(took < 20_000, `${Math.round(took)} ms`);
  }
});

test("a log that grows while it is exported does no harm", async () => {
  const home = homeOf([prompt("One?"), answer("m1", text("First."))]);
  const path = join(project(home), `${sessionID}.jsonl`);
  const out = join(home, "out.md");
  const grown = addon.writeExport(out, { sessionID, store: home }, fixed);
  appendFileSync(
    path,
    lines([prompt("Later?")])
      .join("")
      .replaceAll('"u-', '"l-'),
  );
  await grown;
  assert.match(readFileSync(out, "utf8"), /First\./);
});
