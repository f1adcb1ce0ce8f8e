// Homes of DSH for the tests: logs as it writes them, in any format.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";

/** A Zstandard frame that holds a text as it is: Node 20 cannot compress one. */
export function frame(text) {
  const content = Buffer.from(text);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(content.length);
  const pieces = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0]), size];
  const most = 128 * 1024;
  for (let at = 0; at === 0 || at < content.length; at += most) {
    const block = content.subarray(at, at + most);
    const isLast = at + most >= content.length ? 1 : 0;
    const head = (block.length << 3) | isLast;
    pieces.push(
      Buffer.from([head & 255, (head >> 8) & 255, head >> 16]),
      block,
    );
  }
  return Buffer.concat(pieces);
}

/** A frame of a few bytes that holds much: a text, then 128 kB of a letter as often as that. */
export function swollenFrame(text, letter, times) {
  const size = (bytes, kind) => {
    const head = (bytes << 3) | kind;
    return Buffer.from([head & 255, (head >> 8) & 255, head >> 16]);
  };
  // The window is 2 MB, as DSH writes it.
  const pieces = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 11 << 3])];
  pieces.push(size(text.length, 0), Buffer.from(text));
  for (let at = 1; at <= times; at += 1)
    pieces.push(size(128 * 1024, at === times ? 3 : 2), Buffer.from(letter));
  return Buffer.concat(pieces);
}

const start = 1795765132646;

/** The lines of a log: the header, then events, numbered and a second apart. */
export function lines(header, events) {
  let seq = 0;
  const lines = [{ type: "session", createdAt: start, ...header }];
  for (const [type, data, more] of events) {
    if (data === null) continue;
    if (type.endsWith("-chunks")) {
      lines.push({ type, seq0: seq, time0: start + seq * 1000, data });
      seq += (data.texts ?? data.args).length;
    } else {
      lines.push({ type, seq, time: start + seq * 1000, data, ...more });
      seq += 1;
    }
  }
  // JSON.stringify writes half of a character as an escape.
  return lines.map((line) => `${JSON.stringify(line)}\n`);
}

/** Writes a log into a home: its header as one frame, and each of the others as one. */
export function writeLog(home, header, events, options = {}) {
  const { folder = header.id, project = "--home-ada-work--" } = options;
  const version = header.version ?? 4;
  const name =
    version === 0 ? "session.jsonl.zstd" : `session.v${version}.jsonl.zstd`;
  const path = join(home, "sessions", project, folder);
  mkdirSync(path, { recursive: true });
  const all = options.lines ?? lines({ version, ...header }, events);
  const bytes = options.bytes ?? Buffer.concat(all.map(frame));
  const file = join(path, options.name ?? name);
  writeFileSync(file, bytes);
  return file;
}

export const dshHome = (name = ".pawwork/dsh") => {
  const folder = mkdtempSync(join(tmpdir(), "session-export-test-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, name);
  mkdirSync(join(home, "storages"), { recursive: true });
  return home;
};

export const text = (text) => ({ type: "text", text });

export const user = (words, id = `user-${words}`, source = {}) => [
  "user/message",
  {
    id,
    role: "user",
    content: [text(words)],
    source: { kind: "user", ...source },
  },
  { surfaceOp: "append" },
];

export const answer = (turn, step, content, more = {}) => [
  "assistant/message",
  {
    turn,
    step,
    message: {
      id: `answer-${turn}-${step}`,
      role: "assistant",
      content,
      source: { kind: "model", provider: "opencode", model: "big-pickle" },
    },
    usage: { inputTokens: 10, outputTokens: 5, cacheReadTokens: 3 },
    ...more,
  },
  { surfaceOp: "append" },
];

export const call = (id, name, input) => ({
  type: "tool-call",
  id,
  name,
  arguments: JSON.stringify(input),
});

export const began = (turn, step, { id: callId, name, arguments: given }) => [
  "tool/call",
  { turn, step, callId, name, arguments: given },
];

/** A result in the shape of the latest format, or of the first ones. */
export const result = (turn, step, id, output, more = {}) => {
  const { isError = false, old = false, ...data } = more;
  const inner = { toolCallId: id, content: [text(output)], isError };
  const message = old
    ? { role: "user", content: [{ type: "tool-result", ...inner }] }
    : { role: "tool", ...inner };
  return ["tool/result", { turn, step, message, ...data }];
};

export const turn = (number, events, reason = { kind: "completed" }) => [
  ["turn/start", { turn: number }],
  ["step/start", { turn: number, step: 1 }],
  ...events,
  ["turn/end", reason && { turn: number, reason }],
];
