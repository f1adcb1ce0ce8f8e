// The options of the command, once: what is parsed, what --help shows, and what a shell completes.
import { createRequire } from "node:module";
import { Command, Option } from "commander";
import { Failure } from "./failure.mjs";
import { readPattern } from "./redaction.mjs";

const { version } = createRequire(import.meta.url)("../package.json");

const readSize = (text) => {
  const match = /^(\d+(?:\.\d+)?)\s*([kmg]?)b?$/i.exec(text);
  if (!match) throw new Failure(`"${text}" is no size: write 500k or 20m.`);
  const factor = { "": 1, k: 1e3, m: 1e6, g: 1e9 }[match[2].toLowerCase()];
  return Math.floor(match[1] * factor);
};

const readDate = (text) => {
  const days = /^(\d+)d$/.exec(text);
  if (days) return Date.now() - days[1] * 86_400_000;
  const time = Date.parse(text);
  if (Number.isNaN(time))
    throw new Failure(`"${text}" is no date: write 2026-11-22 or 7d.`);
  return time;
};

const readTurns = (text) => {
  const [, from, to = from] = /^([1-9]\d*)(?:-([1-9]\d*))?$/.exec(text) ?? [];
  if (from === undefined || Number(from) > Number(to))
    throw new Failure(`"${text}" is no range of turns: write 3-9, or 3.`);
  return { from: Number(from), to: Number(to) };
};

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 };

const readSpan = (text) => {
  const [, count, unit] = /^([1-9]\d*)([mhd])$/.exec(text) ?? [];
  if (!unit)
    throw new Failure(`"${text}" is no span of time: write 30m, 2h or 7d.`);
  return Date.now() - count * UNITS[unit];
};

const collected = (value, values) => [...(values ?? []), value];

const DETAILS = ["none", "summary", "full"];

/** An option: its flags, what it does, and how its value is read: by a function, or as one of a list. */
const GROUPS = {
  "What to do": [
    ["-l, --list", "list the sessions, the one changed last first"],
    [
      "-a, --all",
      "write every session and an index into the folder --output; what has not changed since is skipped",
    ],
    ["--review", "look at it as a page in the browser, then decide"],
    ["--verify <file>", "tell whether a file is still what was written"],
  ],
  "Where from and where to": [
    [
      "-o, --output <path>",
      "a file, a folder, or - for standard output (default: a file here, named by date and title)",
    ],
    [
      "-f, --format <format>",
      "default: by the file, else markdown",
      ["markdown", "json", "html"],
    ],
    ["--overwrite", "replace an existing file"],
    [
      "--store <path>",
      "a database or a folder (default: all that are found)",
      String,
    ],
    [
      "--since <date>",
      "with --list, --all: changed since a date or a span: 2026-11-22, 7d",
      readDate,
    ],
  ],
  "What it shows": [
    ["--turns <range>", "some turns of it: 3-9", readTurns],
    ["--last <span>", "what was written lately: 30m, 2h, 7d", readSpan],
    [
      "--only <what>",
      "what the user wrote, or the assistant too",
      ["prompts", "messages"],
    ],
    ["--tools <detail>", "default: summary, in JSON full", DETAILS],
    ["--diffs <detail>", "default: summary, in JSON full", DETAILS],
    ["--reasoning", "show what the model wrote to itself"],
    ["--no-usage", "leave out tokens and cost"],
    ["--no-children", "leave out sub-agent sessions"],
    ["--attachments <how>", "default: omit", ["omit", "extract", "embed"]],
    ["--report", "in a page, list what was redacted, each in its place"],
    ["--max-bytes <size>", "shorten the document to a size: 5m", readSize],
    ["--max-part-bytes <size>", "shorten each text to a size: 500k", readSize],
    ["--json-shape <shape>", "default: opencode", ["opencode", "pawwork"]],
    ["--time-zone <zone>", "default: local", ["local", "utc"]],
    ["--locale <locale>", "default: en", ["en", "zh"]],
  ],
  "What is redacted": [
    ["--redact <level>", "default: secrets", ["secrets", "strict", "off"]],
    ["--redact-term <term>", "a term too (may be given again)", collected],
    [
      "--redact-pattern <rule>",
      "id=regex: what matches too (may be given again)",
      (text, patterns) => collected(readPattern(text), patterns),
    ],
    [
      "--keep <word>",
      "a word that no rule takes (may be given again)",
      collected,
    ],
    [
      "--redact-file <file>",
      "a JSON file with terms, patterns and keep (may be given again)",
      collected,
    ],
  ],
};

function optionOf([flags, text, values]) {
  const option = new Option(flags, text);
  if (Array.isArray(values)) return option.choices(values);
  return values ? option.argParser(values) : option;
}

/** The command with its options; nothing is parsed yet. */
export function command() {
  const made = new Command("session-export")
    .usage("[session] [options]")
    .description(
      "Writes a session of an AI agent into a file, without passwords and keys.",
    )
    .argument("[session]")
    .version(version, "-v, --version", "show the version")
    .helpOption("--help", "show all options")
    .addOption(new Option("-h", "show the command on one screen"));
  for (const [group, options] of Object.entries(GROUPS))
    for (const option of options)
      made.addOption(optionOf(option).helpGroup(`${group}:`));
  return made;
}
