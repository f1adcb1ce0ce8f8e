// How many turns a written document has, and how much went wrong in it, read from its own head and closing line: the
// report of an export does not tell it. What a session holds cannot stand there, so it cannot change the numbers.
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

const HEAD = 64 * 1024;
const TAIL = 4 * 1024;

/** The facts of a summary that tell of something that failed, in both languages. */
const FAILURES = [
  /^(\d+) errors?$/,
  /^(\d+) of \d+ tool calls failed$/,
  /^all (\d+) tool calls failed$/,
  /^the (only) tool call failed$/,
  /^(\d+) commands? failed$/,
  /^(\d+) tool calls? timed out$/,
  /^(\d+) 个错误$/,
  /^\d+ 次工具调用中有 (\d+) 次失败$/,
  /^全部 (\d+) 次工具调用失败$/,
  /^(唯一一)次工具调用失败$/,
  /^(\d+) 个命令失败$/,
  /^(\d+) 次工具调用超时$/,
];

/** An error that ended the session, and is told by that alone. */
const ENDED_WITH_ERROR = /^(Ended with an error|因错误而结束)/;

/** A fact without its links and what stands in brackets or behind a comma. */
const bare = (fact) =>
  fact
    .replace(/<[^>]*>|\*\*/g, "")
    .replace(/\s*[(（].*$/s, "")
    .replace(/(, |，|、).*$/s, "")
    .trim();

function errorsOf(summary) {
  const facts = summary.split(" · ").map(bare);
  const counts = facts.flatMap((fact) =>
    FAILURES.map((failure) => failure.exec(fact)?.[1])
      .filter(Boolean)
      .map((count) => Number(count) || 1),
  );
  const isTold = facts.some((fact) => /^\d+ (errors?|个错误)$/.test(fact));
  if (ENDED_WITH_ERROR.test(facts[0]) && !isTold) counts.push(1);
  return counts.reduce((sum, count) => sum + count, 0);
}

/** The summary stands in the third line of Markdown, and in the only such paragraph of a page. */
const summaries = {
  markdown: (head) => head.split("\n")[2] ?? "",
  html: (head) => /^<p class="outcome">(.*)<\/p>$/m.exec(head)?.[1] ?? "",
};

/** JSON has the numbers. A line end in a text of the session would be escaped, so the field is the document's own. */
function errorsOfJson(head) {
  const outcome = /\n {2}"outcome": (\{[^{}]*\})/.exec(head)?.[1];
  if (!outcome) return undefined;
  const { errors, failedToolCalls, failedCommands, timedOut } =
    JSON.parse(outcome);
  return errors + failedToolCalls + failedCommands + timedOut;
}

function readEnds(path) {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    const piece = (length, at) => {
      const bytes = Buffer.alloc(length);
      return bytes.subarray(0, readSync(file, bytes, 0, length, at)).toString();
    };
    return [piece(HEAD, 0), piece(TAIL, Math.max(0, size - TAIL))];
  } finally {
    closeSync(file);
  }
}

/** The turns of a closing line. */
const turnsOf = (tail) => {
  const line = tail
    .split("\n")
    .findLast((line) =>
      /^(<p>)?(End of the session log|会话记录结束)/.test(line),
    );
  const found = /in (\d+) turns?, |（(\d+) 轮）/.exec(line ?? "");
  return found ? Number(found[1] ?? found[2]) : undefined;
};

/** Turns and errors of a document of a format; `undefined` what it does not tell. */
export function outcomeOf(path, format) {
  try {
    const [head, tail] = readEnds(path);
    if (format === "json") return { errors: errorsOfJson(head) };
    return { turns: turnsOf(tail), errors: errorsOf(summaries[format](head)) };
  } catch {
    // They are for an index: the documents are written.
    return {};
  }
}
