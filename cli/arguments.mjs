// The command line -> what to do, and the export's options.
import { shellOf } from "./completion.mjs";
import { Failure } from "./failure.mjs";
import { SHORT, withExamples } from "./help.mjs";
import { command } from "./options.mjs";
import { checkExtension, placeOf } from "./output_name.mjs";
import { redaction } from "./redaction.mjs";
import { print } from "./stdout.mjs";
import { safeLines } from "./terminal.mjs";

/** What commander parsed, in two: what the command itself does with it, and the export's options. */
function parse(argv) {
  const parsed = withExamples(command())
    .showHelpAfterError("session-export -h shows how it is used.")
    .configureOutput({
      writeErr: (text) => process.stderr.write(safeLines(text)),
    })
    .exitOverride();
  try {
    parsed.parse(argv);
  } catch (error) {
    // Commander has said what is wrong, or what was asked for.
    if (error.exitCode === 0) return undefined;
    throw error instanceof Failure ? error : new Failure("");
  }
  return { ...parsed.opts(), session: parsed.args[0] };
}

/** Fails where two things were asked for that do not go together. */
function check({ session, output, list, all, since, verify, review, options }) {
  const asked = [
    list && "--list",
    all && "--all",
    review && "--review",
    verify !== undefined && "--verify",
  ].filter(Boolean);
  if (asked.length > 1)
    throw new Failure(`${asked.join(" and ")} do not go together.`);
  if (list && (session || output))
    throw new Failure("--list stands alone, or with --store and --since.");
  if (verify !== undefined && (session || output))
    throw new Failure("--verify takes one file, and nothing else.");
  if (all && session)
    throw new Failure("Name a session or use --all, not both.");
  if (all && !output)
    throw new Failure("--all needs a folder: name it with --output.");
  if (all && output === "-")
    throw new Failure(
      "--all writes several files: name a folder with --output.",
    );
  if (options.part && (list || all || verify !== undefined))
    throw new Failure("--turns, --last and --only take one session.");
  if (since !== undefined && !list && !all)
    throw new Failure("--since belongs to --list or --all.");
  if (review && output === "-")
    throw new Failure("--review writes a file: name it with --output.");
  if (review && (options.format ?? "html") !== "html")
    throw new Failure(
      "--review shows a page and writes what it showed: leave --format out.",
    );
  if (options.attachments === "extract" && (review || output === "-"))
    throw new Failure(
      "--attachments extract puts files beside a document: name a file with --output, without --review.",
    );
}

/** The options with the part of the session that is shown, where that is not all of it. */
function withPart({ turns, last, only, ...options }) {
  const part = {
    ...(turns && { turns }),
    ...(last !== undefined && { since: last }),
    ...(only && { only }),
  };
  return Object.keys(part).length > 0 ? { ...options, part } : options;
}

/** What stands on the command line; nothing where that was answered already, as `--help` is. */
export async function program(argv) {
  const shell = shellOf(argv.slice(2));
  if (shell) return { completion: shell };
  const parsed = parse(argv);
  if (!parsed) return undefined;
  const { session, output, list, all, since, store, overwrite, ...rest } =
    parsed;
  const { verify, review, h, ...more } = rest;
  if (h) {
    await print(SHORT);
    return undefined;
  }
  const { redactTerm, redactPattern, keep, redactFile, ...shown } = more;
  const options = withPart(shown);
  const request = {
    ...{ session, list, all, since, store, overwrite, verify, review },
    output: placeOf(output),
    options,
  };
  check(request);
  checkExtension(request);
  Object.assign(
    options,
    redaction({
      terms: redactTerm,
      patterns: redactPattern,
      keep,
      files: redactFile,
    }),
  );
  return request;
}
