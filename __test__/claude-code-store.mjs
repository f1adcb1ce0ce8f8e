// Homes of Claude Code for the tests: logs as it writes them.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after } from "node:test";
import { addon, fixed } from "./support.mjs";

const start = 1795765132646;
export const sessionID = "11111111-2222-4333-8444-555555555555";
export const person = {
  origin: { kind: "human" },
  promptSource: "typed",
  turnOrigin: "human",
};

/** A record of a person's prompt, or of anything else in its place. */
export const user = (content, more = {}) => ({
  type: "user",
  message: { role: "user", content },
  ...more,
});
export const prompt = (text, more = {}) => user(text, { ...person, ...more });

/** A block of an answer: each stands in a line of its own. */
export const answer = (id, block, message = {}, more = {}) => ({
  type: "assistant",
  message: {
    id,
    role: "assistant",
    model: "claude-test-1",
    content: [block],
    stop_reason: block.type === "tool_use" ? "tool_use" : "end_turn",
    usage: { input_tokens: 10, output_tokens: 7, cache_read_input_tokens: 100 },
    ...message,
  },
  ...more,
});
export const text = (words) => ({ type: "text", text: words });
export const call = (id, name, input = {}) => ({
  type: "tool_use",
  id,
  name,
  input,
});
export const result = (id, content, more = {}, block = {}) =>
  user([{ type: "tool_result", tool_use_id: id, content, ...block }], more);

/** The lines of a log, each the child of the one before it where it does not say otherwise. */
export function lines(records, fields = {}) {
  let parent = null;
  return records.map((record, index) => {
    const isNode = ["user", "assistant", "attachment", "system"];
    const line = {
      ...(isNode.includes(record.type) && {
        parentUuid: parent,
        uuid: `u-${index}`,
        isSidechain: false,
        cwd: "/home/ada/work",
        version: "2.1.332",
        timestamp: new Date(start + index * 1000).toISOString(),
      }),
      sessionId: sessionID,
      ...fields,
      ...record,
    };
    if (line.uuid) parent = line.uuid;
    return `${JSON.stringify(line)}\n`;
  });
}

/** A home that is removed after the tests. */
export function claudeHome() {
  const home = mkdtempSync(join(tmpdir(), "claude-code-home-"));
  after(() => rmSync(home, { recursive: true, force: true }));
  return home;
}

export const project = (home) => join(home, "projects/-home-ada-work");

/** Writes a file into a home's project. */
export function write(home, name, content) {
  const path = join(project(home), name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** A home with one session. */
export function homeOf(records, fields) {
  const home = claudeHome();
  write(home, `${sessionID}.jsonl`, lines(records, fields).join(""));
  return home;
}

const { exportSession } = addon;

/** The document of a session. */
export const shown = (store, options = {}, id = sessionID) =>
  exportSession({ sessionID: id, store }, { ...fixed, ...options });
export const json = (store, options = {}) =>
  JSON.parse(shown(store, { format: "json", tools: "full", ...options }));
export const parts = (session) =>
  session.messages.flatMap(({ parts, otherParts }) => [
    ...parts,
    ...(otherParts ?? []),
  ]);
export const tools = (session) =>
  parts(session).filter(({ type }) => type === "tool");
export const times = (document, words) => document.split(words).length - 1;

/** The texts of a Markdown document that stand under "User". */
export const underUser = (document) =>
  document
    .split(/^### /m)
    .filter((turn) => /^\d+\. User$/m.test(turn))
    .join("");
