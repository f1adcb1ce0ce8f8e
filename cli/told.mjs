// Tells in words and numbers what an export redacted and left out. The reader decides by it whether to hand the file over.
import { kindOf } from "./rule_words.mjs";
import { tell } from "./terminal.mjs";

const counted = (count, one, many = `${one}s`) =>
  `${count} ${count === 1 ? one : many}`;

/** What is left out, by the reasons of the report. */
const REASONS = {
  "step-marker": ["internal step marker"],
  reasoning: [
    "block of the model's reasoning",
    "blocks of the model's reasoning",
  ],
  tool: ["tool call"],
  diff: ["list of changed files", "lists of changed files"],
  "empty-text": ["empty text"],
  "sub-agent": ["part of sub-agent sessions", "parts of sub-agent sessions"],
  unreadable: ["damaged row of the store", "damaged rows of the store"],
  part: [
    "part of messages outside of what was asked for",
    "parts of messages outside of what was asked for",
  ],
  orphan: ["part without its message", "parts without their messages"],
  budget: [
    "part that the size limit left no room for",
    "parts that the size limit left no room for",
  ],
  "tool-details": [
    "tool call's input and output",
    "tool calls' inputs and outputs",
  ],
  "attachment-content": ["attachment's content", "attachments' contents"],
  "image-data": ["image in a text", "images in texts"],
  "runtime-text": ["text added by the runtime", "texts added by the runtime"],
  "system-prompt": ["system prompt"],
  "response-details": [
    "HTTP response to a failed request",
    "HTTP responses to failed requests",
  ],
};

const omission = ({ reason, count }) =>
  counted(
    count,
    ...(REASONS[reason] ?? [
      reason.replaceAll("-", " "),
      reason.replaceAll("-", " "),
    ]),
  );

/** How often each rule redacted, the most frequent first. */
export function byRule(redactions) {
  const counts = new Map();
  for (const { rule, count } of redactions)
    counts.set(rule, (counts.get(rule) ?? 0) + count);
  return [...counts].sort(([, a], [, b]) => b - a);
}

/** How often each rule redacted, with what it takes out: `github-token 2 (access token)`. */
export const named = (rules) =>
  rules
    .map(([rule, count]) => {
      const kind = kindOf(rule);
      return `${rule} ${count}${kind ? ` (${kind})` : ""}`;
    })
    .join(", ");

function redacted({ redactions, kept }, level) {
  const rules = byRule(redactions);
  const places = rules.reduce((sum, [, count]) => sum + count, 0);
  const lines = [];
  if (places > 0)
    lines.push(`Redacted in ${counted(places, "place")}: ${named(rules)}.`);
  else if (level !== "off")
    lines.push(
      "Redacted: no secret was recognised. Look it over before you send it.",
    );
  if (level === "off")
    lines.push("Not redacted: --redact off leaves passwords and keys in it.");
  if (kept > 0)
    lines.push(`Kept: ${counted(kept, "value")} that a rule would have taken.`);
  return lines;
}

function leftOut({ omitted, truncated }) {
  const parts = omitted.map(omission);
  if (truncated > 0) parts.push(`${counted(truncated, "byte")} of long texts`);
  return `Left out: ${parts.join("; ") || "nothing"}.`;
}

/** The sentences on a report. */
export const sentences = (report, { redact } = {}) => [
  ...redacted(report, redact),
  leftOut(report),
];

/** Tells them, and what was odd in the stored data. */
export function tellOf(report, options) {
  for (const line of sentences(report, options)) tell(line);
  const odd = report.warnings ?? [];
  for (const { message } of odd.slice(0, 5)) tell(`Odd: ${message}.`);
  if (odd.length > 5) tell(`Odd: ${odd.length - 5} more, see the document.`);
}
