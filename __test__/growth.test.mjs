// Time grows with the size and no faster: each stage that could go quadratic is given a size and four
// times as much. Linear takes 4 times as long and quadratic 16 times; nothing depends on how fast the
// machine is.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addon,
  githubToken,
  random,
  sessionOf,
  textPart,
  userMessage,
} from "./support.mjs";

const MOST = 9;

const times = (count, make) => Array.from({ length: count }, (_, i) => make(i));
const texts = (...texts) => sessionOf([userMessage(...texts.map(textPart))]);
const tool = (state, i = 0) => ({
  id: `prt_${i}`,
  type: "tool",
  tool: "bash",
  callID: `call_${i}`,
  state: { status: "completed", input: {}, output: "", ...state },
});
const message = (i, ...parts) => ({
  info: {
    id: `msg_${String(i).padStart(8, "0")}`,
    role: i % 2 ? "assistant" : "user",
    time: { created: 1795333600000 + (i % 7) },
  },
  parts,
});
const child = (i, children = []) => ({
  info: {
    id: `ses_${i}`,
    parentID: `ses_${i - 1}`,
    title: `Child ${i}`,
    time: { created: i },
  },
  messages: [message(i, textPart("Done."))],
  children,
});

/** Each makes a session of a size, and names the options. */
const stages = {
  "fences, each longer than the one before": {
    size: 800,
    make: (n) =>
      sessionOf(
        times(n, (i) =>
          message(
            i,
            tool({ output: `${"`".repeat((i % 60) + 3)}\n`.repeat(60) }, i),
          ),
        ),
      ),
    options: { tools: "full" },
  },
  "runs of backticks in one text": {
    size: 240_000,
    make: (n) => texts("a`b``c```d ".repeat(n)),
  },
  "brackets that open and never close": {
    size: 400_000,
    make: (n) => texts("[![](".repeat(n)),
  },
  "lines of quotes and lists": {
    size: 160_000,
    make: (n) => texts("> - 1. # x\n".repeat(n)),
  },
  "one long line": { size: 4e6, make: (n) => texts("x".repeat(n)) },
  "invisible characters": {
    size: 400_000,
    make: (n) => texts("a\u200b\u001b[0m".repeat(n)),
  },
  "different secrets, each a placeholder": {
    size: 600,
    make: (n) =>
      sessionOf(
        times(n, (i) => message(i, textPart(`token ${githubToken(i + 1)}`))),
      ),
  },
  "one secret in many places": {
    size: 60_000,
    make: (n) =>
      texts(`password: "${random(20)}"`, `it is ${random(20)} \n`.repeat(n)),
  },
  "messages and their ids": {
    size: 6_000,
    make: (n) => sessionOf(times(n, (i) => message(n - i, textPart("Hello.")))),
  },
  "parts of one message": {
    size: 6_000,
    make: (n) => sessionOf([message(1, ...times(n, (i) => tool({}, i)))]),
  },
  "sub-agents beside each other": {
    size: 1_500,
    make: (n) => ({
      ...sessionOf([]),
      children: times(n, (i) => child(i + 1)),
    }),
  },
  "fields of one object": {
    size: 40_000,
    make: (n) =>
      sessionOf([
        message(
          1,
          tool({
            input: Object.fromEntries(times(n, (i) => [`field_${i}`, i])),
          }),
        ),
      ]),
    options: { tools: "full" },
  },
  "fields that nobody knows": {
    size: 40_000,
    make: (n) => {
      const session = sessionOf([message(1, textPart("Hello."))]);
      for (let i = 0; i < n; i += 1) session.info[`unknown_${i}`] = i;
      return session;
    },
  },
  "changed files": {
    size: 4_000,
    make: (n) => {
      const first = message(2, textPart("Change them."));
      first.info.summary = {
        diffs: times(n, (i) => ({
          file: `src/${i}.ts`,
          additions: 1,
          deletions: 1,
          patch: "@@ -1 +1 @@\n-a\n+b\n",
        })),
      };
      return sessionOf([first]);
    },
    options: { diffs: "full" },
  },
  models: {
    size: 3_000,
    make: (n) =>
      sessionOf(
        times(n, (i) => {
          const answer = message(2 * i + 1, textPart("Yes."));
          Object.assign(answer.info, {
            providerID: "p",
            modelID: `m${i % 50}`,
          });
          return answer;
        }),
      ),
  },
  "cut points in long texts": {
    size: 300,
    make: (n) =>
      sessionOf(
        times(n, (i) =>
          message(i, textPart(`${i} ${"täxt 😀\n".repeat(500)}`)),
        ),
      ),
    options: (n) => ({ maxBytes: n * 1_000 }),
  },
  "messages that are cut away": {
    size: 1_500,
    make: (n) =>
      sessionOf(
        times(n, (i) => message(i, textPart(`${i} ${"text ".repeat(40)}`))),
      ),
    options: (n) => ({ maxBytes: n * 60 }),
  },
};

/** The median time of three exports, in milliseconds of this process's own work. */
function medianTime({ make, options = {} }, size) {
  const session = JSON.stringify(make(size));
  const chosen = typeof options === "function" ? options(size) : options;
  const once = () => {
    const start = process.cpuUsage();
    addon.exportSession(session, chosen);
    // Without the system's part, which is memory that is touched for the first time, or is there already. A system
    // only estimates which part that is: the least of some may be far too little.
    return process.cpuUsage(start).user / 1000;
  };
  const [, median] = [once(), once(), once()].sort((a, b) => a - b);
  return median;
}

/** A size for which an export takes long enough to be told from what else the machine does. */
function measurable(stage) {
  const LEAST = 10;
  let { size } = stage;
  while (medianTime(stage, size) < LEAST) size *= 2;
  return size;
}

for (const [name, stage] of Object.entries(stages))
  for (const format of ["markdown", "json", "html"])
    test(`${name}, as ${format}: four times as much takes four times as long`, () => {
      const { options } = stage;
      const of = (n) => ({
        ...(typeof options === "function" ? options(n) : options),
        format,
      });
      const inFormat = { ...stage, options: of };
      const size = measurable(inFormat);
      const small = medianTime(inFormat, size);
      const large = medianTime(inFormat, size * 4);
      const ratio = large / small;
      assert.ok(
        ratio < MOST,
        `${small.toFixed(0)} ms became ${large.toFixed(0)} ms`,
      );
    });
