// The conversation of a Claude Code session: speakers, answers, tool calls and their results.
import assert from "node:assert/strict";
import test from "node:test";
import {
  answer,
  call,
  homeOf,
  json,
  person,
  prompt,
  result,
  shown,
  text,
  times,
  tools,
  underUser,
  user,
} from "./claude-code-store.mjs";
import { random } from "./support.mjs";

const formats = ["markdown", "html", "json"];

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

test("what an IDE added to a prompt is not the user's", () => {
  const opened = "<ide_opened_file>The user opened plan.md.</ide_opened_file>";
  const selected = "<ide_selection>lines 1 to 2:\nlet a = 1</ide_selection>";
  for (const marks of [{}, { origin: undefined, promptSource: undefined }]) {
    const store = homeOf([
      prompt([text(opened), text("Mend it.")], marks),
      answer("m1", text("Done.")),
      prompt([text(selected), text("And this.")], marks),
      answer("m2", text("Done.")),
      // A person may type just that.
      prompt([text(opened), text(selected.replace("1 to 2", "7 to 9"))], marks),
      answer("m3", text("Done.")),
    ]);
    const document = shown(store, { tools: "full" });
    assert.match(document, /^# Mend it\./);
    assert.match(
      underUser(document),
      /Mend it\.[^]*And this\.[^]*lines 7 to 9/,
    );
    assert.doesNotMatch(underUser(document), /opened plan|1 to 2/);
    assert.match(
      document,
      /Added by the runtime \(\d+ bytes\): `ide_selection`/,
    );
    for (const { info, parts } of json(store).messages)
      if (info.role === "user")
        for (const part of parts)
          assert.doesNotMatch(part.text, /plan\.md|1 to 2/);
  }
});

test("what a slash command wrote is the runtime's, and the command the user's", () => {
  const output = (words) =>
    `<local-command-stdout>${words}</local-command-stdout>`;
  const local = (content) => ({
    type: "system",
    subtype: "local_command",
    content,
  });
  const store = homeOf([
    user(
      "<command-name>/model</command-name>\n<command-args>opus</command-args>",
    ),
    user(output("Set model")),
    local("<command-name>/context</command-name>"),
    local(output("9% used")),
    local("<command-name>/clear</command-name>"),
    local(output("")),
    prompt("Now."),
    answer("m1", text("Done.")),
  ]);
  const document = shown(store, { tools: "full" });
  assert.match(underUser(document), /\/model opus[^]*\/context[^]*\/clear/);
  assert.doesNotMatch(
    underUser(document),
    /Set model|9% used|not sent to the model/,
  );
  assert.match(
    document,
    /`command output`[^]*Set model[^]*`command output`[^]*9% used/,
  );
  assert.equal(times(document, "`command output`"), 2);
});

test("a shell command is the user's, whether its line tells an origin or not", () => {
  for (const marks of [{}, { origin: person.origin }]) {
    const store = homeOf([
      user("<bash-input>echo mine</bash-input>", marks),
      user("<bash-stdout>mine</bash-stdout><bash-stderr></bash-stderr>", marks),
      prompt("Now."),
      answer("m1", text("Done.")),
    ]);
    assert.match(
      shown(store),
      /\*\*Run command\*\* `echo mine` — run by the user/,
    );
    assert.doesNotMatch(shown(store), /bash-input/);
  }
});

test("what the user wrote when a call was refused is shown", () => {
  const refused = "The user doesn't want to proceed with this tool use.";
  const store = homeOf([
    prompt("Remove it."),
    answer("m1", call("c1", "Bash", { command: "rm x" })),
    result(
      "c1",
      refused,
      { toolDenialKind: "user-rejected", userFeedback: "Not that folder." },
      { is_error: true },
    ),
    answer("m2", call("c2", "Bash", { command: "rm y" })),
    result(
      "c2",
      `${refused} To tell you how to proceed, the user said:\nNor this one.`,
      { toolDenialKind: "user-rejected", userFeedback: "Nor this one." },
      { is_error: true },
    ),
  ]);
  for (const format of ["markdown", "html", "json"]) {
    assert.equal(times(shown(store, { format }), "Not that folder."), 1);
    assert.equal(times(shown(store, { format }), "Nor this one."), 1);
  }
});

test("a plan is shown, and without the details of tools too", () => {
  const store = homeOf([
    prompt("Plan it."),
    answer("m1", call("c1", "ExitPlanMode", { plan: "# Plan\n\n1. Boil" })),
    result("c1", "User has approved your plan."),
  ]);
  for (const options of [{}, { format: "html" }, { tools: "full" }]) {
    assert.equal(times(shown(store, options), "1. Boil"), 1);
    assert.equal(
      times(shown(store, { ...options, tools: "none" }), "1. Boil"),
      0,
    );
  }
});

test("an answer whose stream broke off is not told as a whole one", () => {
  const store = homeOf([
    prompt("Go."),
    // The log says that it ended.
    answer("m1", text("Half of it")),
    user("Your response above was cut off mid-stream. Resume directly.", {
      isMeta: true,
    }),
    answer("m2", text("the rest.")),
  ]);
  const document = shown(store);
  assert.match(
    document,
    /1 answer ended without a (signal|reason)|> Half of it\n\n\*\*[^*]+\*\*/,
  );
  assert.doesNotMatch(document, /> the rest\.\n\n\*\*/);
  assert.match(document, /Added by the runtime \(\d+ bytes\): `broken-off`/);
});

test("a command in the background tells how it ended, and how long it took", () => {
  const notification = (summary) => ({
    type: "attachment",
    attachment: {
      type: "queued_command",
      commandMode: "task-notification",
      prompt: `<task-notification>\n<tool-use-id>c1</tool-use-id>\n<status>completed</status>\n<summary>${summary}</summary>\n</task-notification>`,
    },
  });
  const run = (summary) =>
    shown(
      homeOf([
        prompt("Run."),
        answer(
          "m1",
          call("c1", "Bash", { command: "make", run_in_background: true }),
        ),
        result("c1", "Running in the background.", {
          toolUseResult: { backgroundTaskId: "b1" },
        }),
        answer("m2", text("Waiting.")),
        notification(summary),
        answer("m3", text("Done.")),
      ]),
    );
  assert.match(
    run('Background command "Make" completed (exit code 0)'),
    /`make` — Bash, completed, 3\.0 s/,
  );
  assert.match(
    run('Background command "Make" failed (exit code 2)'),
    /`make` — Bash, failed \(exit code 2\), 3\.0 s/,
  );
});

test("a command stands before the compaction that it asked for", () => {
  const store = homeOf([
    prompt("Which tea?"),
    answer("m1", text("Green.")),
    {
      type: "system",
      subtype: "compact_boundary",
      parentUuid: null,
      compactMetadata: { trigger: "manual" },
    },
    user("SUMMARY of tea", { isCompactSummary: true }),
    user(
      "<command-name>/compact</command-name><command-args>keep it</command-args>",
      {
        timestamp: "2026-11-27T07:38:53.900Z",
      },
    ),
    prompt("And milk?"),
  ]);
  assert.match(
    shown(store),
    /Green\.[^]*\/compact keep it[^]*replaced by a summary[^]*SUMMARY of tea[^]*And milk/,
  );
});
