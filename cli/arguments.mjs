// The command line -> what to do, and the export's options.
import { createRequire } from "node:module";
import { Command, Option } from "commander";
import { Failure } from "./failure.mjs";
import { readPattern, redaction } from "./redaction.mjs";
import { safeLines } from "./terminal.mjs";

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

const choice = (flags, text, values) => new Option(flags, text).choices(values);
const collected = (value, values) => [...(values ?? []), value];

/** What stands on the command line; nothing where that was answered already, as `--help` is. */
export function program(argv) {
  const command = new Command("session-export")
    .description(
      "Writes a session of an AI agent into a file, without passwords and keys.",
    )
    .argument(
      "[session]",
      "an id or its start, a .json or .jsonl file, or - for standard input; without one, pick from a list",
    )
    .option("-o, --output <path>", "a file, a folder, or - for standard output")
    .addOption(
      choice("-f, --format <format>", "default: by the file, else markdown", [
        "markdown",
        "json",
        "html",
      ]),
    )
    .option("-l, --list", "list the sessions")
    .option(
      "-a, --all",
      "write every session and an index into the folder --output",
    )
    .option(
      "--since <date>",
      "only those changed since a date or a span: 2026-11-22, 7d",
      readDate,
    )
    .option(
      "--store <path>",
      "a database or a folder (default: all that are found)",
    )
    .option("--overwrite", "replace an existing file")
    .addOption(
      choice("--redact <level>", "default: secrets", [
        "secrets",
        "strict",
        "off",
      ]),
    )
    .option(
      "--redact-term <term>",
      "redact a term; may be given several times",
      collected,
    )
    .option(
      "--redact-pattern <rule>",
      "id=regex: take out what matches; more than once",
      (text, patterns) => collected(readPattern(text), patterns),
    )
    .option(
      "--keep <word>",
      "keep a word that a rule would redact; may be given several times",
      collected,
    )
    .option(
      "--redact-file <file>",
      "a JSON file with terms, patterns and keep",
      collected,
    )
    .addOption(
      choice("--tools <detail>", "tool calls", ["none", "summary", "full"]),
    )
    .addOption(
      choice("--diffs <detail>", "file changes", ["none", "summary", "full"]),
    )
    .addOption(
      choice("--attachments <how>", "default: omit", [
        "omit",
        "extract",
        "embed",
      ]),
    )
    .addOption(
      choice("--json-shape <shape>", "default: opencode", [
        "opencode",
        "pawwork",
      ]),
    )
    .option("--reasoning", "show the model's reasoning")
    .option("--no-usage", "leave out tokens and cost")
    .option("--no-children", "leave out sub-agent sessions")
    .option(
      "--max-bytes <size>",
      "shorten the document to a size, such as 5m",
      readSize,
    )
    .option("--max-part-bytes <size>", "shorten each text to a size", readSize)
    .addOption(choice("--time-zone <zone>", "default: local", ["local", "utc"]))
    .addOption(choice("--locale <locale>", "default: en", ["en", "zh"]))
    .version(version, "-v, --version")
    .helpOption("-h, --help")
    .showHelpAfterError("See session-export --help.")
    .configureOutput({
      writeErr: (text) => process.stderr.write(safeLines(text)),
    })
    .exitOverride();
  try {
    command.parse(argv);
  } catch (error) {
    // Commander has said what is wrong, or what was asked for.
    if (error.exitCode === 0) return undefined;
    throw error instanceof Failure ? error : new Failure("");
  }
  const { output, list, all, since, store, overwrite, ...rest } =
    command.opts();
  const { redactTerm, redactPattern, keep, redactFile, ...options } = rest;
  Object.assign(
    options,
    redaction({
      terms: redactTerm,
      patterns: redactPattern,
      keep,
      files: redactFile,
    }),
  );
  const session = command.args[0];
  if (list && (all || session))
    throw new Failure("--list stands alone, or with --store and --since.");
  if (all && session)
    throw new Failure("Name a session or use --all, not both.");
  if (all && output === "-")
    throw new Failure(
      "--all writes several files: name a folder with --output.",
    );
  if (since !== undefined && !list && !all)
    throw new Failure("--since belongs to --list or --all.");
  return { session, output, list, all, since, store, overwrite, options };
}
