// Rollouts of Codex, line by line, in a home of their own. All names are invented.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { addon, fixed } from "./support.mjs";

/** A thread's id, a UUID of version 7; a later `at` was made later. */
export const threadID = (at) =>
  `019a${at.toString(16).padStart(4, "0")}-0000-7000-8000-${String(at).padStart(12, "0")}`;

/** A home with files by their paths. */
export const homeOf = (files) => {
  const home = mkdtempSync(join(tmpdir(), "codex-home-"));
  after(() => rmSync(home, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    const path = join(home, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return home;
};

/** The lines of one file: of the newer kind, with numbers, or of the older one. */
export class Rollout {
  lines = [];
  seconds = 0;
  count = 0;

  constructor({ id = threadID(1), isOld = false, from = 0, meta = {} } = {}) {
    Object.assign(this, { id, isOld, ordinal: from });
    if (meta === null) return;
    this.line("session_meta", {
      id,
      timestamp: "2026-11-20T10:00:00.000Z",
      cwd: "/home/robin/tea",
      cli_version: isOld ? "0.98.0" : "0.171.0",
      ...(isOld ? {} : { history_mode: "paginated" }),
      ...meta,
    });
  }

  line(type, payload, metadata) {
    this.seconds += 1;
    const timestamp = new Date(
      Date.UTC(2026, 10, 20, 10, 0, this.seconds),
    ).toISOString();
    const ordinal = this.isOld ? {} : { ordinal: this.ordinal };
    this.ordinal += 1;
    const line = { timestamp, ...ordinal, type, payload, metadata };
    this.lines.push(JSON.stringify(line));
    return this;
  }

  event(payload) {
    return this.line("event_msg", payload);
  }

  response(payload, metadata) {
    return this.line("response_item", payload, metadata);
  }

  item(item) {
    const { id: thread_id, turn: turn_id } = this;
    return this.event({ type: "item_completed", thread_id, turn_id, item });
  }

  begin() {
    this.count += 1;
    this.turn = `019b${this.count.toString(16).padStart(4, "0")}-0000-7000-8000-000000000000`;
    this.event({ type: "task_started", turn_id: this.turn });
    return this.line("turn_context", { turn_id: this.turn, model: "gpt-6" });
  }

  end(more = {}) {
    return this.event({ type: "task_complete", turn_id: this.turn, ...more });
  }

  /** Adds a message that the model gets under the role of the user. */
  put(text, kind, author) {
    const passed = kind && {
      content_item_kinds: [kind],
      content_item_metadata: [{ provenance: { type: author } }],
    };
    return this.response({
      type: "message",
      role: "user",
      content: [{ type: "input_text", text }],
      internal_chat_message_metadata_passthrough: passed,
    });
  }

  /** Adds the event that says that a person wrote a message. */
  heard(text, isOld = this.isOld) {
    if (isOld) return this.event({ type: "user_message", message: text });
    const content = [{ type: "text", text }];
    return this.item({ type: "UserMessage", id: `u${this.ordinal}`, content });
  }

  user(text) {
    return this.put(text).heard(text);
  }

  agent(text) {
    const id = `msg_${this.ordinal}`;
    if (this.isOld) this.event({ type: "agent_message", message: text });
    else {
      const content = [{ type: "Text", text }];
      this.item({ type: "AgentMessage", id, content });
    }
    const content = [{ type: "output_text", text }];
    return this.response({ type: "message", id, role: "assistant", content });
  }

  turnOf(prompt, answer) {
    if (this.isOld) return this.user(prompt).agent(answer);
    return this.begin().user(prompt).agent(answer).end();
  }

  call(name, args, call_id, more = {}) {
    return this.response({
      type: "function_call",
      name,
      arguments: typeof args === "string" ? args : JSON.stringify(args),
      call_id,
      ...more,
    });
  }

  result(call_id, output) {
    return this.response({ type: "function_call_output", call_id, output });
  }

  /** A command that ran, as an item tells it. */
  ran(id, command, more = {}) {
    return this.item({
      type: "CommandExecution",
      id,
      command: ["/bin/bash", "-lc", command],
      status: "completed",
      aggregated_output: "",
      exit_code: 0,
      ...more,
    });
  }

  usage(response_id, input_tokens, output_tokens) {
    const usage = { input_tokens, output_tokens };
    return this.line("token_usage_record", { response_id, usage });
  }

  /** The offset of the next line, in bytes. */
  get text() {
    return `${this.lines.join("\n")}\n`;
  }

  name(stamp = "2026-11-20T10-00-00", part) {
    const file = part ? `${this.id}_${part}` : this.id;
    return `sessions/2026/11/20/rollout-${stamp}-${file}.jsonl`;
  }

  /** A home with this file alone. */
  home() {
    return homeOf({ [this.name()]: this.text });
  }
}

/** A fork, or what follows after going back. */
export const basedOn = (thread_id, end_ordinal_exclusive, end_byte_offset) => ({
  history_base: { thread_id, end_ordinal_exclusive, end_byte_offset },
});

export const shown = (store, options = {}, sessionID = threadID(1)) =>
  addon.exportSession({ sessionID, store }, { ...fixed, ...options });

export const json = (store, sessionID) =>
  JSON.parse(shown(store, { format: "json", tools: "full" }, sessionID));

const textsOf = (role) => (session) =>
  session.messages
    .filter(({ info }) => info.role === role)
    .flatMap(({ parts }) => parts)
    .filter(({ type, synthetic }) => type === "text" && !synthetic)
    .map(({ text }) => text);

/** A turn: the prompt of a person, and the answer of the model. */
export const prompts = textsOf("user");
export const answers = textsOf("assistant");

export const tools = (session) =>
  session.messages
    .flatMap(({ parts }) => parts)
    .filter(({ type }) => type === "tool");

export const times = (document, words) => document.split(words).length - 1;

/** The turns that stand under "User". */
export const underUser = (document) =>
  document
    .split(/^#{3,} /m)
    .filter((turn) => /^\d+\. User$/m.test(turn))
    .join("");
