// Lines of Codex that tell the same twice, in another order, or not as usual.
import assert from "node:assert/strict";
import test from "node:test";
import {
  Rollout,
  answers,
  json,
  prompts,
  shown,
  times,
  tools,
  underUser,
} from "./codex-store.mjs";
import { addon, fixed } from "./support.mjs";

const { exportSession } = addon;
const output = (text) =>
  `Chunk ID: a\nWall time: 0.0 seconds\nProcess exited with code 0\nOutput:\n${text}`;

test("the program's sentence on a goal does not stand under User, and the goal is told", () => {
  const sentence = '<codex_internal_context>\nUser set the goal: "make tea"';
  const goal = (status, tokensUsed) => ({
    type: "thread_goal_updated",
    goal: { objective: "make tea", status, tokensUsed },
  });
  const rollout = new Rollout()
    .turnOf("A1", "a1")
    .put(sentence, "user.goal", "harness")
    .event(goal("active", 0))
    .event(goal("active", 70))
    .event(goal("paused", 70));
  const store = rollout.home();
  assert.deepEqual(prompts(json(store)), ["A1"]);
  const document = shown(store);
  assert.equal(times(document, "Goal set: **make tea**"), 1);
  assert.equal(times(document, "Goal changed: **paused**"), 1);
  assert.ok(!underUser(shown(store, { tools: "full" })).includes("User set"));
});

test("what the program put into a person's message does not stand under User", () => {
  const content = ["A1", "<skill>brew</skill>"].map((text) => ({
    type: "input_text",
    text,
  }));
  const rollout = new Rollout().begin().response({
    type: "message",
    role: "user",
    content,
    internal_chat_message_metadata_passthrough: {
      content_item_kinds: ["user.text", "skill.instructions"],
      content_item_metadata: [
        { provenance: { type: "user" } },
        { provenance: { type: "skills" } },
      ],
    },
  });
  assert.deepEqual(prompts(json(rollout.agent("a1").home())), ["A1"]);
});

test("a review that the user asked for is told, and names what it is of", () => {
  const rollout = new Rollout().item({
    type: "EnteredReviewMode",
    id: "e",
    target: { type: "uncommittedChanges" },
    user_facing_hint: "current changes",
  });
  rollout.begin().agent("One bug.").end();
  const document = shown(rollout.home());
  assert.match(document, /^# current changes$/m);
  assert.match(
    document,
    /The user asked for a review: \*\*current changes\*\*/,
  );
});

test("a prompt that both kinds of events tell stands once, and one that was typed twice twice", () => {
  const rollout = new Rollout();
  for (const answer of ["a1", "a2"])
    rollout
      .begin()
      .put("go on")
      .heard("go on", true)
      .heard("go on")
      .agent(answer);
  assert.deepEqual(prompts(json(rollout.home())), ["go on", "go on"]);
});

test("a prompt behind which the program was killed is a person's", () => {
  const rollout = new Rollout().turnOf("A1", "a1").begin().put("A2");
  assert.deepEqual(prompts(json(rollout.home())), ["A1", "A2"]);
  const old = new Rollout({ isOld: true }).put("Put by a program");
  assert.deepEqual(prompts(json(old.turnOf("A1", "a1").home())), ["A1"]);
});

test("a prompt that looks like a command of the user is a prompt", () => {
  const typed = "<user_shell_command>\n<command>\nls\n</command>";
  const rollout = new Rollout({ isOld: true }).turnOf(typed, "a1");
  const store = rollout.home();
  assert.deepEqual(prompts(json(store)), [typed]);
  assert.equal(tools(json(store)).length, 0);
});

test("a result that stands before its call belongs to it", () => {
  const rollout = new Rollout()
    .begin()
    .user("A1")
    .result("c1", output("early"))
    .call("exec_command", { cmd: "ls" }, "c1")
    .agent("a1");
  const [tool, ...others] = tools(json(rollout.home()));
  assert.equal(others.length, 0);
  assert.equal(tool.state.input.command, "ls");
  assert.equal(tool.state.output, "early");
});

test("an item that stands before its call tells how it ended", () => {
  const more = { exit_code: 3, aggregated_output: "no tea" };
  const rollout = new Rollout()
    .begin()
    .user("A1")
    .agent("I look.")
    .ran("c1", "ls", more)
    .call("exec_command", { cmd: "ls" }, "c1");
  const [tool, ...others] = tools(json(rollout.home()));
  assert.equal(others.length, 0);
  assert.equal(tool.state.metadata.exit, 3);
});

test("arguments that are no text are shown", () => {
  const rollout = new Rollout().begin().user("A1");
  rollout.response({
    type: "function_call",
    name: "exec_command",
    arguments: { cmd: "ls tea" },
    call_id: "c1",
  });
  const [tool] = tools(json(rollout.agent("a1").home()));
  assert.equal(tool.state.input.command, "ls tea");
});

test("the error of a server's tool is told, though the model got less", () => {
  const rollout = new Rollout()
    .begin()
    .user("A1")
    .call("echo", {}, "c1", { namespace: "mcp__shelf" })
    .item({
      type: "McpToolCall",
      id: "c1",
      server: "shelf",
      tool: "echo",
      status: "failed",
      error: { message: "the shelf fell" },
    })
    .result("c1", "Wall time: 0.0 seconds\nOutput:\nno");
  const document = shown(rollout.agent("a1").home());
  assert.match(document, /failed/);
  assert.match(document, /the shelf fell/);
});

test("a plan stands once, in its place, without the tags around it", () => {
  const plan = "# Plan\n- heat\n";
  const text = `Here it is.\n<proposed_plan>\n${plan}</proposed_plan>`;
  const rollout = new Rollout()
    .begin()
    .user("A1")
    .item({
      type: "AgentMessage",
      id: "msg_p",
      content: [{ type: "Text", text: "Here it is.\n" }],
    })
    .item({ type: "Plan", id: "p", text: plan })
    .response({
      type: "message",
      id: "msg_p",
      role: "assistant",
      content: [{ type: "output_text", text }],
    });
  assert.deepEqual(answers(json(rollout.home())), [
    "Here it is.\n\n# Plan\n- heat",
  ]);
});

test("a command that ends in the background does not make a stopped answer longer", () => {
  const rollout = new Rollout()
    .begin()
    .user("A1")
    .call("exec_command", { cmd: "sleep 9" }, "c1")
    .result("c1", "Wall time: 1.0 seconds\naborted by user")
    .event({ type: "turn_aborted", reason: "interrupted" });
  const stopped = rollout.seconds;
  rollout.seconds += 60;
  rollout.ran("c1", "sleep 9", { exit_code: -1 });
  const { messages } = json(rollout.home());
  const { time } = messages.at(-1).info;
  const began = Date.UTC(2026, 10, 20, 10, 0, 0);
  assert.equal(time.completed, began + stopped * 1000);
});

test("an answer that was stopped before it began stands before what the program says of that", () => {
  const rollout = new Rollout().begin().user("A1");
  rollout.seconds += 5;
  rollout
    .put("<turn_aborted>\nstopped\n</turn_aborted>")
    .event({ type: "turn_aborted", reason: "interrupted" });
  const document = shown(rollout.home());
  assert.match(document, /### 2\. Assistant\n\n10:00:0\d · 7\.0 s/);
  assert.match(document, /### 3\. Runtime/);
});

test("only the user's own stop is called one", () => {
  const rollout = new Rollout().begin().user("A1");
  rollout.event({ type: "turn_aborted", reason: "budget_limited" });
  const document = shown(rollout.home());
  assert.ok(!document.includes("Stopped by the user"));
  assert.match(document, /budget_limited/);
});

test("an error that is a text is told", () => {
  const rollout = new Rollout().begin().user("A1");
  rollout.end({ error: "the kettle is gone" });
  assert.match(shown(rollout.home()), /the kettle is gone/);
});

test("the tokens of an answer that is stored twice count once", () => {
  const rollout = new Rollout().begin().user("A1").agent("a1");
  rollout.usage("resp_1", 100, 10).usage("resp_1", 100, 10);
  assert.match(shown(rollout.home()), /\| Tokens \| 100 in, 10 out \|/);
});

test("the program's sentence after a compaction is no answer", () => {
  const rollout = new Rollout({ isOld: true }).turnOf("A1", "a1");
  rollout
    .line("compacted", { message: "Tea was made." })
    .event({ type: "agent_message", message: "Compact task completed" });
  assert.deepEqual(answers(json(rollout.home())), ["a1"]);
});

test("a to-do list that was refused is not shown as the list", () => {
  const plan = [{ step: "Heat", status: "completed" }];
  const rollout = new Rollout()
    .begin()
    .user("A1")
    .call("update_plan", { plan }, "c1")
    .result("c1", "unsupported call: update_plan");
  assert.ok(!shown(rollout.home()).includes("To-do list\n"));
});

test("a command of PowerShell is what a person would type", () => {
  const command = ["pwsh.exe", "-NoProfile", "-Command", "dir tea"];
  const rollout = new Rollout().begin().user("A1").agent("I look.");
  const [tool] = tools(json(rollout.ran("exec-1", "", { command }).home()));
  assert.equal(tool.state.input.command, "dir tea");
});

test("JSON of a session gives the same document again, with all that the program added", () => {
  const rollout = new Rollout()
    .put(
      "# AGENTS.md instructions for /tea\n\nRule 1",
      "agents_md",
      "agents_md",
    )
    .put("<environment_context>\n</environment_context>", "env", "harness")
    .turnOf("A1", "a1")
    .begin()
    .put("Continue.", "goal.internal_context", "harness")
    .agent("a2")
    .end();
  const store = rollout.home();
  const options = { tools: "full", reasoning: true };
  const stored = shown(store, { ...options, format: "json" });
  const again = exportSession(Buffer.from(stored), { ...fixed, ...options });
  const body = (document) =>
    document.slice(document.indexOf("## Conversation"));
  const hash = /SHA-256.*$/m;
  assert.equal(
    body(again).replace(hash, ""),
    body(shown(store, options)).replace(hash, ""),
  );
});

test("a command that a hook blocked was refused by a rule, and nobody was asked", () => {
  const rollout = new Rollout()
    .begin()
    .user("A1")
    .call("exec_command", { cmd: "echo no" }, "c1")
    .result("c1", "Command blocked by PreToolUse hook: no. Command: echo no");
  const document = shown(rollout.agent("a1").home());
  assert.match(document, /`echo no` — refused by a rule/);
  assert.ok(!document.includes("never answered"));
});

test("a sub-agent that ended with its starter was not stopped by the user", () => {
  const meta = { source: { subagent: { thread_spawn: { depth: 1 } } } };
  const rollout = new Rollout({ meta }).begin();
  rollout
    .call("exec_command", { cmd: "sleep 9" }, "c1")
    .result("c1", "aborted by user after 0.1s")
    .event({ type: "turn_aborted", reason: "interrupted" });
  assert.ok(!/stopped by the user/i.test(shown(rollout.home())));
});
