// Errors of the addon, in the words of the command: they name functions and options of JavaScript, and who types a
// command knows its flags.

/** Options of the addon whose flags have another name. */
const FLAGS = {
  redactTerms: "--redact-term",
  redactPatterns: "--redact-pattern",
  usage: "--no-usage",
  children: "--no-children",
};

const OPTIONS =
  /"(format|jsonShape|redact|redactTerms|redactPatterns|keep|tools|diffs|reasoning|usage|children|timeZone|locale|attachments|maxPartBytes|maxBytes|report|overwrite)"(?: can be "(\w+)"| to "(\w+)")?/g;

/** `"maxBytes"` -> `--max-bytes`, `"attachments" can be "embed"` -> `--attachments embed can be used`. */
function flag(name, able, set) {
  const flag =
    FLAGS[name] ??
    `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  if (able) return `${flag} ${able} can be used`;
  return set ? `${flag} ${set}` : flag;
}

/** What the addon says to do, and what to do here. */
const ADVICE = [
  [
    "choose another name, or set overwrite: true.",
    "name another with --output, or replace it with --overwrite.",
  ],
  [
    "close it there, or choose another name.",
    "close it there, or name another with --output.",
  ],
  [
    "Take that mark off it, or choose another name.",
    "Take that mark off it, or name another with --output.",
  ],
  [
    "listSessions tells which there are.",
    "session-export --list shows which there are.",
  ],
  ["pass the path of a store as `store`.", "name a store with --store."],
  [
    "check the path, or leave it out to search all known places.",
    "correct --store, or leave it out to search all known places.",
  ],
  ["use writeExport, which writes it to a file.", "name a file with --output."],
  ["use writeExport.", "name a file with --output."],
  ["Add the value to redactTerms,", "Hide the value with --redact-term,"],
  ["--report can be true only in a page", "--report belongs to a page"],
  [
    " What prepareExport and writeExport give has a report in every format.",
    "",
  ],
  [
    '"part" holds nothing of this session, whose turns are',
    "Nothing is in the part that --turns, --last and --only ask for: the session's turns are",
  ],
  ['or use "extract".', "or use --attachments extract."],
];

/** The sentence of an error, for somebody who typed a command. */
export function inOwnWords({ code, message, matches }) {
  // They are listed below it, with their titles.
  const own =
    code === "ERR_SESSION_NOT_FOUND" && matches?.length > 0
      ? message.replace(
          /: give more of the id\. They are [^]*$/,
          ": give more of it.",
        )
      : message;
  return ADVICE.reduce(
    (text, [theirs, ours]) => text.replace(theirs, () => ours),
    code === "ERR_INVALID_OPTION"
      ? own.replace(OPTIONS, (_, name, able, set) => flag(name, able, set))
      : own,
  );
}
