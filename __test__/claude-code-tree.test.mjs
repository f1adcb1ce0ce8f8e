// The tree of a Claude Code session: branches, forks, resumes, sub-agents.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import {
  answer,
  call,
  claudeHome,
  homeOf,
  json,
  lines,
  prompt,
  result,
  sessionID,
  shown,
  text,
  times,
  tools,
  underUser,
  user,
  write,
} from "./claude-code-store.mjs";
import { addon, fixed } from "./support.mjs";

const { exportSession, listSessions } = addon;
const formats = ["markdown", "html", "json"];

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
  assert.match(
    main,
    /went back to an earlier message.*\[Branch 1\]\(#branch-1\)/,
  );
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

test("a branch that is read back from JSON stays a branch, and messages stay in their order", () => {
  const early = "2020-01-01T00:00:00.000Z";
  const store = homeOf([
    prompt("First fruit?"),
    // Claude Code often gives an earlier time to the texts that it adds to a prompt.
    user("CONTEXT", { isMeta: true, timestamp: early }),
    answer("m1", text("Apples.")),
    prompt("Second fruit?"),
    answer("m2", text("Pears.")),
    prompt("Another second?", { parentUuid: "u-2" }),
    answer("m3", text("Plums.")),
  ]);
  const again = exportSession(shown(store, { format: "json" }), fixed);
  const turns = (document) =>
    document.match(/^(##|###) .*|^(First|Second|Another).*|^> .*/gm);
  assert.deepEqual(turns(again), turns(shown(store)));
  assert.match(again, /shown apart, as a branch: \[Branch 1\]\(#branch-1\)/);
  assert.match(again, /\| Branch of \| \[the main conversation\]/);
});

/** Three logs of version 1.0: one, a second that repeats it and goes on, and a third that does the same with that. */
function resumes() {
  const home = claudeHome();
  const ids = ["a", "b", "c"].map(
    (name) => `${name}0000000-1111-4222-8333-444444444444`,
  );
  const said = [
    [
      prompt("Which tea?", { origin: undefined, promptSource: undefined }),
      answer("m1", text("Green.")),
    ],
    [user("And milk?"), answer("m2", text("None."))],
    [user("Sugar?"), answer("m3", text("Neither."))],
  ];
  for (const [at, id] of ids.entries()) {
    const records = said
      .slice(0, at + 1)
      .flat()
      .map((record, place) => ({
        ...record,
        uuid: `${id}-${place}`,
        parentUuid: place === 0 ? null : `${id}-${place - 1}`,
        // All that is repeated has the time of the copy.
        timestamp: `2026-01-0${at + 1}T10:00:0${Math.max(0, place - 2 * at)}.000Z`,
      }));
    write(
      home,
      `${id}.jsonl`,
      lines(records, { sessionId: id, version: "1.0.44" }).join(""),
    );
  }
  return { home, ids };
}

test("a session of version 1.0 that was resumed tells what it repeats, and the list which is the newest", async () => {
  const { home, ids } = resumes();
  const listed = await listSessions(home);
  const repeats = ids.map(
    (id) => listed.find(({ sessionID }) => sessionID === id).repeats,
  );
  assert.deepEqual(repeats, [undefined, ids[0], ids[1]]);
  const document = shown(home, {}, ids[2]);
  const [repeated, own] = document.split(
    `Everything above repeats an earlier session, from which this one goes on; the tokens of the earlier one are counted here too: **${ids[1]}**`,
  );
  assert.match(repeated, /Which tea\?[^]*Green[^]*And milk\?[^]*None\./);
  assert.match(own, /Sugar\?[^]*Neither\./);
  // When it was copied is not when it was said.
  assert.doesNotMatch(repeated.split("## Conversation")[1], /10:00:0/);
  assert.doesNotMatch(shown(home, {}, ids[0]), /repeats an earlier/);
});

test("another result of the same call adds to the first", () => {
  const store = homeOf([
    prompt("Run."),
    answer("m1", call("c1", "Bash", { command: "true" })),
    result("c1", "FIRST"),
    result("c1", "SECOND"),
    result("c1", "SECOND"),
  ]);
  assert.match(tools(json(store))[0].state.output, /^FIRST\nSECOND$/);
});

test("of two lines with one id the other is counted", () => {
  const store = homeOf([
    prompt("Which tea?"),
    prompt("Quite another one?", { uuid: "u-0" }),
    answer("m1", text("Green.")),
  ]);
  assert.match(
    shown(store),
    /not shown, by their types: \*\*repeated-uuid 1\*\*/,
  );
});
