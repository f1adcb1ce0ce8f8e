// session-export completion bash|zsh|fish|powershell: a script that lets a shell complete options, their values and the
// ids of sessions. The script asks `session-export completion ids` for those: a list takes tenths of a second.
import { Failure } from "./failure.mjs";
import { command } from "./options.mjs";
import { print } from "./stdout.mjs";

const NAME = "session-export";
const SHELLS = ["bash", "zsh", "fish", "powershell"];

/** How many ids a shell is given: who wants an older one types more of it, or picks it. */
const MOST_IDS = 100;

/** The shell that a script is asked for, or "ids"; nothing where the command line asks for something else. */
export function shellOf([first, shell, ...more]) {
  if (first !== "completion") return undefined;
  if (more.length === 0 && (SHELLS.includes(shell) || shell === "ids"))
    return shell;
  throw new Failure(
    `completion takes the name of a shell: ${SHELLS.join(", ")}.`,
  );
}

/** The options as a shell needs them. */
const options = () =>
  [...command().options, { long: "--help", description: "show all options" }]
    .filter(({ long }) => long)
    .map(({ short, long, description, argChoices, required }) => ({
      flags: [short, long].filter(Boolean),
      description,
      choices: argChoices,
      takesFile: Boolean(required) && !argChoices,
    }));

const words = (list) => list.flatMap(({ flags }) => flags).join(" ");

// Words of a store are never put where a shell would expand them: they are compared, one after the other.
function bash() {
  const withChoices = options().filter(({ choices }) => choices);
  const cases = withChoices.map(
    ({ flags, choices }) =>
      `    ${flags.join("|")}) words="${choices.join(" ")}" ;;`,
  );
  const files = options().filter(({ takesFile }) => takesFile);
  const free = files.flatMap(({ flags }) => flags).join("|");
  return `# ${NAME} for bash: eval "$(${NAME} completion bash)" in ~/.bashrc
_session_export() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD - 1]}" words= one
  COMPREPLY=()
  case "$before" in
    ${free}) compopt -o default; return ;;
${cases.join("\n")}
    completion) [ "$COMP_CWORD" = 2 ] && words="${SHELLS.join(" ")}" ;;
    *)
      case "$word" in
        -*) words="${words(options())}" ;;
        */*|.*) compopt -o default; return ;;
        *)
          while IFS=$'\\t' read -r one _; do
            [[ "$one" == "$word"* ]] && COMPREPLY+=("$one")
          done < <("\${COMP_WORDS[0]}" completion ids 2>/dev/null)
          [ "\${#COMPREPLY[@]}" = 0 ] && compopt -o default
          return ;;
      esac ;;
  esac
  for one in $words; do
    [[ "$one" == "$word"* ]] && COMPREPLY+=("$one")
  done
}
complete -F _session_export ${NAME}
`;
}

/** A text between single quotes, for zsh and fish. */
const quoted = (text) =>
  `'${text.replace(/\\/g, "\\\\").replace(/'/g, "'\\''")}'`;

function zsh() {
  const specs = options().map(({ flags, description, choices, takesFile }) => {
    const about = description.replace(/[[\]:]/g, "\\$&");
    const name = flags.length > 1 ? `{${flags.join(",")}}` : flags[0];
    const value = choices
      ? `:value:(${choices.join(" ")})`
      : takesFile
        ? ":value:_files"
        : "";
    return `    ${name}${quoted(`[${about}]${value}`)}`;
  });
  return `#compdef ${NAME}
# ${NAME} for zsh: eval "$(${NAME} completion zsh)" in ~/.zshrc, after compinit
_session_export() {
  if [[ $CURRENT == 3 && $words[2] == completion ]]; then
    compadd ${SHELLS.join(" ")}
    return
  fi
  _arguments -s \\
${specs.join(" \\\n")} \\
    '1:session:_session_export_sessions'
}
_session_export_sessions() {
  local one about
  local -a ids abouts
  while IFS=$'\\t' read -r one about; do
    ids+=("$one")
    abouts+=("$one  $about")
  done < <($words[1] completion ids 2>/dev/null)
  compadd -l -d abouts -a ids
  _files
}
compdef _session_export ${NAME}
`;
}

function fish() {
  const lines = options().map(({ flags, description, choices, takesFile }) => {
    const [long] = flags.slice(-1);
    const short = flags.length > 1 ? ` -s ${flags[0].slice(1)}` : "";
    const value = choices
      ? ` -x -a ${quoted(choices.join(" "))}`
      : takesFile
        ? " -r"
        : "";
    return `complete -c ${NAME} -l ${long.slice(2)}${short}${value} -d ${quoted(description)}`;
  });
  return `# ${NAME} for fish: ${NAME} completion fish > ~/.config/fish/completions/${NAME}.fish
${lines.join("\n")}
complete -c ${NAME} -n __fish_is_first_token -k -a '(${NAME} completion ids 2>/dev/null)'
complete -c ${NAME} -n __fish_is_first_token -a completion -d 'a script for a shell'
complete -c ${NAME} -n '__fish_seen_subcommand_from completion' -f -a '${SHELLS.join(" ")}'
`;
}

function powershell() {
  const literal = (text) => `'${text.replaceAll("'", "''")}'`;
  const flags = options().map(
    ({ flags, description }) =>
      `    ${literal(flags.at(-1))} = ${literal(description)}`,
  );
  const values = options()
    .filter(({ choices }) => choices)
    .flatMap(({ flags, choices }) =>
      flags.map(
        (flag) =>
          `    ${literal(flag)} = @(${choices.map(literal).join(", ")})`,
      ),
    );
  // A hash table takes -f and -F for one, and no two of the short flags differ so.
  return `# ${NAME} for PowerShell: ${NAME} completion powershell | Out-String | Invoke-Expression in $PROFILE
Register-ArgumentCompleter -Native -CommandName ${NAME} -ScriptBlock {
  param($word, $ast, $position)
  $flags = [ordered]@{
${flags.join("\n")}
  }
  $values = @{
${values.join("\n")}
  }
  $elements = @($ast.CommandElements | ForEach-Object { $_.ToString() })
  $done = if ($word) { $elements.Count - 1 } else { $elements.Count }
  $before = if ($done -gt 1) { $elements[$done - 1] } else { '' }
  $make = { param($text, $about) [System.Management.Automation.CompletionResult]::new($text, $text, 'ParameterValue', $about) }
  if ($values.ContainsKey($before)) {
    $values[$before] | Where-Object { $_.StartsWith($word) } | ForEach-Object { & $make $_ $_ }
  } elseif ($before -eq 'completion') {
    @(${SHELLS.map(literal).join(", ")}) | Where-Object { $_.StartsWith($word) } | ForEach-Object { & $make $_ $_ }
  } elseif ($word.StartsWith('-')) {
    $flags.Keys | Where-Object { $_.StartsWith($word) } | ForEach-Object { & $make $_ $flags[$_] }
  } elseif ($done -eq 1) {
    & $elements[0] completion ids 2>$null | ForEach-Object {
      $id, $about = $_ -split "\`t", 2
      if ($id.StartsWith($word)) { & $make $id $(if ($about) { $about } else { $id }) }
    }
  }
}
`;
}

/** The ids of the newest sessions with their titles, as far as a shell takes them for plain words. */
async function ids() {
  const { default: addon } = await import("../index.js");
  const { asked, title } = await import("./sessions.mjs");
  const { columnsOf, cut } = await import("./columns.mjs");
  const found = asked(await addon.listSessions(), {})
    .filter(({ sessionID }) => /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(sessionID))
    .slice(0, MOST_IDS);
  const columns = columnsOf(process.stderr) - 36;
  return found
    .map(
      (session) =>
        `${session.sessionID}\t${cut(title(session, {}), columns)}\n`,
    )
    .join("");
}

export async function tellCompletion({ completion }) {
  const scripts = { bash, zsh, fish, powershell, ids };
  await print(await scripts[completion]());
}
