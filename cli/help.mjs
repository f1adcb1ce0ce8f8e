// The texts of -h and --help.

/** All that most people need, on a terminal of 24 lines and 80 columns. */
export const SHORT = `Writes a session of an AI agent into a file, without passwords and keys.

  session-export                           pick one by typing; write it here
  session-export ses_dfdc7ba4 -o log.html  a page (.md: Markdown, .json: JSON)
  session-export ses_dfdc7ba4 --review     see it in the browser, then decide
  session-export --list --since 7d         the sessions of the last 7 days
  session-export --all -f html -o logs     every session, with an index
  session-export --verify log.html         is the file still what was written?

  -o, --output PATH    file, folder, or - for a pipe  named by title, here
  -f, --format FORMAT  markdown, json, html           by the file, else markdown
      --overwrite      replace an existing file       it stays
      --store PATH     a database or a folder         all that are found
      --tools DETAIL   none, summary, full            summary (JSON: full)
      --reasoning      what the model thought         left out
      --redact LEVEL   secrets, strict, off           secrets
      --redact-term T  hide a name or a word too      none
      --locale LOCALE  en, zh                         en

The right column tells what holds without the option. All options: --help
`;

const EXAMPLES = `
[session] is a session's id or the start of it, a file (JSON, or a .jsonl log),
or - for standard input. Without one, pick from a list.

Examples:
  session-export ses_dfdc7ba4 -o log.html --tools full
  session-export ses_dfdc7ba4 | less          a pipe gets the document alone
  opencode export ses_dfdc7ba4 | session-export - -o log.md
  session-export --all -f html -o logs        again: only what has changed
  session-export ses_dfdc7ba4 --turns 3-9     a part, which says that it is one
  session-export ses_dfdc7ba4 --review --redact strict --redact-term "Acme"
  session-export completion bash              also zsh, fish, powershell

It ends with 0; with 1 where something failed, or --verify found a change; with
2 where it was not understood; with 130, 143 or 129 where it was stopped.`;

/** What an option does, behind the values that it takes. */
const described = ({ argChoices, description }) =>
  argChoices ? `${argChoices.join(", ")}; ${description}` : description;

/** Adds to the list of options, which commander makes, what stands around it. */
export const withExamples = (command) =>
  command
    .addHelpText("after", EXAMPLES)
    .configureHelp({ helpWidth: 80, optionDescription: described });
