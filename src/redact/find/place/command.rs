//! Secrets on command lines, and those that a command prints: `mysql -px`, `curl -u name:x`, `echo x | sudo -S`,
//! `op read …`. Which command does what is told by `commands.toml`.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use serde::Deserialize;

use super::super::secret_name::is_secret_name;
use super::super::value::form::{is_password_like, is_stand_in, is_version_or_words};
use super::super::value::names::is_made_of_names;
use super::super::value::reference;
use super::shell;

#[derive(Deserialize)]
struct CommandTable {
    command: Vec<Command>,
}

/// A row of the file, which explains the fields.
#[derive(Deserialize, Default)]
#[serde(default)]
struct Command {
    names: Vec<String>,
    secret: Vec<String>,
    pair: Vec<String>,
    argument: usize,
    piped: bool,
    prints: bool,
    by_name: bool,
    windows: bool,
    #[serde(default = "yes")]
    plain: bool,
}

fn yes() -> bool {
    true
}

static COMMANDS: LazyLock<Vec<Command>> = LazyLock::new(|| {
    // A test proves that the file is well-formed.
    let table: CommandTable =
        toml::from_str(include_str!("commands.toml")).unwrap_or(CommandTable {
            command: Vec::new(),
        });
    table.command
});

/// The starts of the commands.
pub static KEYWORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut names: Vec<_> = COMMANDS
        .iter()
        .flat_map(|command| command.names.iter().map(|name| name.to_ascii_lowercase()))
        .collect();
    names.sort_unstable();
    names.dedup();
    names
});

/// How much of a command is looked at, in bytes.
const REACH: usize = 1024;
/// How many words of a command are looked at.
const MOST_WORDS: usize = 48;

/// The places of the secrets in a text, near the places of the keywords.
pub fn find(text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    for keyword in keywords {
        let Some(name) = text.get(keyword.clone()) else {
            continue;
        };
        if !is_command(text, keyword) || begins_a_sentence(name) {
            continue;
        }
        let of_name = |command: &&Command| {
            command
                .names
                .iter()
                .any(|known| known.as_bytes().eq_ignore_ascii_case(name))
        };
        for command in COMMANDS.iter().filter(of_name) {
            let end = keyword.end + program_ending(text, keyword.end);
            let behind = text
                .get(end..(end + REACH).min(text.len()))
                .unwrap_or_default();
            if command.piped {
                found.extend(piped_value(text, keyword));
            } else if command.prints {
                found.extend(printed_value(text, keyword, command));
            } else {
                values(behind, command, &mut |place| {
                    found.push(end + place.start..end + place.end)
                });
            }
        }
    }
}

/// Tells whether a command prints a secret and nothing that other text is made of: `op read op://a/b`, `echo
/// $DB_PASSWORD`.
pub fn prints_secret(text: &[u8]) -> bool {
    let is_last = |end: usize| {
        let behind = text.get(end..).unwrap_or_default();
        // A command that counts or hashes a secret does not print it.
        let hides = [
            &b"| wc"[..],
            b"|wc",
            b"sum",
            b"| grep -c",
            b">/dev/null",
            b"> /dev/null",
        ];
        !hides
            .iter()
            .any(|sign| memchr::memmem::find(behind, sign).is_some())
    };
    let Some((names, commands)) = &*PRINTING else {
        return false;
    };
    names.find_overlapping_iter(text).any(|found| {
        let Some(command) = commands.get(found.pattern().as_usize()) else {
            return false;
        };
        let place = found.range();
        let argument = text.get(place.end..).unwrap_or_default();
        let line = argument
            .split(|byte| b"\n;|&".contains(byte))
            .next()
            .unwrap_or_default();
        is_command(text, &place)
            && is_last(place.end)
            && (!command.by_name || is_name_of_secret(text, &place, line))
    })
}

/// The names of commands that print a secret, to be looked for at once, and the command of each. Those that decode
/// anything are not among them.
static PRINTING: LazyLock<Option<(AhoCorasick, Vec<&'static Command>)>> = LazyLock::new(|| {
    const DECODERS: [&str; 4] = ["base64 -d", "base64 --decode", "uuencode", "pass"];
    let printing = COMMANDS.iter().filter(|command| command.prints);
    let named = printing.flat_map(|command| command.names.iter().map(move |name| (name, command)));
    let named = named.filter(|(name, _)| {
        !DECODERS
            .iter()
            .any(|decoder| decoder.eq_ignore_ascii_case(name))
    });
    let (names, commands): (Vec<_>, Vec<_>) = named.unzip();
    let searcher = AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .build(names);
    Some((searcher.ok()?, commands))
});

/// Tells whether the argument of a command names a variable that holds a secret: `$DB_PASSWORD`, `"${X}"`.
fn is_name_of_secret(text: &[u8], name: &Range<usize>, line: &[u8]) -> bool {
    let argument = line.trim_ascii();
    let is_variable = argument.starts_with(b"$")
        || text
            .get(name.clone())
            .is_some_and(|name| name.eq_ignore_ascii_case(b"printenv"));
    let bare = argument.strip_prefix(b"\"").unwrap_or(argument);
    let bare = bare
        .strip_prefix(b"${")
        .or_else(|| bare.strip_prefix(b"$"))
        .unwrap_or(bare);
    let bare = bare.strip_suffix(b"\"").unwrap_or(bare);
    let bare = bare.strip_suffix(b"}").unwrap_or(bare);
    (is_variable || argument.starts_with(b"\"$")) && is_secret_name(bare)
}

/// Tells whether a name stands where a command may: at the start of a word, and with a blank behind it.
fn is_command(text: &[u8], name: &Range<usize>) -> bool {
    let before = name.start.checked_sub(1).and_then(|at| text.get(at));
    let behind = text.get(name.end + program_ending(text, name.end));
    // `(Import-Clixml x).GetNetworkCredential().Password`
    let is_member = text.get(name.start) == Some(&b'.');
    let starts = |byte: &u8| byte.is_ascii_whitespace() || b"\"'`$(;|&/>{=[\\".contains(byte);
    (is_member || before.is_none_or(starts))
        && behind.is_none_or(|byte| byte.is_ascii_whitespace() || b"\\\"'".contains(byte))
}

/// The length of `.exe` behind the name of a command, or 0.
fn program_ending(text: &[u8], end: usize) -> usize {
    let behind = text.get(end..end + 4).unwrap_or_default();
    usize::from(behind.eq_ignore_ascii_case(b".exe")) * 4
}

/// Tells whether a name is written as a word at the start of a sentence, or as a title: `Pass the key`, `the Auth
/// library`.
fn begins_a_sentence(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_uppercase)
        && name.iter().skip(1).all(u8::is_ascii_lowercase)
}

struct Argument<'t> {
    /// The bytes between its quotes, or all of them.
    value: &'t [u8],
    place: Range<usize>,
    is_quoted: bool,
    is_literal: bool,
}

/// The words of a command up to its end. A backslash before a line's end goes on.
fn arguments(behind: &[u8]) -> Vec<Argument<'_>> {
    let mut arguments = Vec::new();
    let mut at = 0;
    while arguments.len() < MOST_WORDS {
        let rest = behind.get(at..).unwrap_or_default();
        let skipped = match rest {
            [b' ' | b'\t', ..] => 1,
            [b'\\', b'\n', ..] => 2,
            [b'\\', b'\r', b'\n', ..] => 3,
            // Lists of programs: `["curl", "-u", "a:b"]`.
            [b'"' | b'\'', b',', ..] => 2,
            [b',', b' ', ..] => 2,
            _ => 0,
        };
        if skipped > 0 {
            at += skipped;
            continue;
        }
        let Some(word) = shell::word(rest) else { break };
        arguments.push(Argument {
            value: word.value,
            place: at + word.place.start..at + word.place.end,
            is_quoted: word.is_quoted,
            is_literal: word.is_literal,
        });
        // The quotes are as long on both sides.
        at += word.place.end + usize::from(word.is_quoted) * word.place.start;
    }
    arguments
}

fn values(behind: &[u8], command: &Command, on_value: &mut dyn FnMut(Range<usize>)) {
    let arguments = arguments(behind);
    // `reg add x /d y /v DefaultPassword`: what is set is told by any of them.
    let names_secret = command.by_name
        && arguments
            .iter()
            .any(|argument| names_a_secret(argument.value));
    let mut plain = 0;
    let mut before: &[u8] = b"";
    for (number, argument) in arguments.iter().enumerate() {
        let option = number
            .checked_sub(1)
            .and_then(|before| arguments.get(before))
            .filter(|before| !before.is_quoted);
        let of_option = |known: &&String| {
            let is_same = |option: &&Argument<'_>| match command.windows {
                true => option.value.eq_ignore_ascii_case(known.as_bytes()),
                false => option.value == known.as_bytes(),
            };
            option.is_some_and(|option| is_same(&option))
        };
        let place = if let Some(place) = attached(argument, command) {
            Some(place)
        } else if command.secret.iter().any(|known| of_option(&known)) {
            Some(argument.place.clone())
        } else {
            pair(argument, option, command)
        };
        let is_option = !argument.is_quoted
            && (argument.value.starts_with(b"-")
                || command.windows && argument.value.starts_with(b"/"));
        // `net use Z: \\server\share x`
        let is_drive = matches!(argument.value, [letter, b':'] if letter.is_ascii_alphabetic());
        plain += usize::from(!is_option && !is_drive);
        let is_argument = !is_option && command.argument == plain && command.argument > 0;
        let place = place.or_else(|| is_argument.then(|| argument.place.clone()));
        let place = place.or_else(|| {
            (command.by_name && !is_option)
                .then(|| named(argument, before))
                .flatten()
        });
        before = argument.value;
        if let Some(place) = place {
            let value = behind.get(place.clone()).unwrap_or_default();
            let is_likely =
                command.plain || is_mixed(value) || argument.is_quoted && is_password_like(value);
            let may_be_secret = match argument.is_literal {
                true => value.len() >= 3 && !is_stand_in(value),
                false => may_be_secret(value),
            };
            if is_likely && may_be_secret && (!command.by_name || names_secret || has_a_sign(value))
            {
                on_value(place);
            }
        }
    }
}

/// `-px`, `--password=x`, `/p:x`
fn attached(argument: &Argument<'_>, command: &Command) -> Option<Range<usize>> {
    command.secret.iter().find_map(|known| {
        let rest = match known.strip_suffix('*') {
            Some(prefix) => {
                let (start, rest) = argument.value.split_at_checked(prefix.len())?;
                let is_same = match command.windows {
                    true => start.eq_ignore_ascii_case(prefix.as_bytes()),
                    false => start == prefix.as_bytes(),
                };
                is_same.then_some(rest)?
            }
            None => argument
                .value
                .strip_prefix(known.as_bytes())?
                .strip_prefix(b"=")?,
        };
        let start = argument.place.end - rest.len();
        let quotes = usize::from(matches!(rest, [b'"', .., b'"'] | [b'\'', .., b'\'']));
        (rest.len() > 2 * quotes).then(|| start + quotes..argument.place.end - quotes)
    })
}

/// `-u name:x`, `-uname:x`, `--user=name:x`
fn pair(
    argument: &Argument<'_>,
    option: Option<&Argument<'_>>,
    command: &Command,
) -> Option<Range<usize>> {
    command.pair.iter().find_map(|known| {
        let (option_name, sign) = known.split_at(known.len().checked_sub(1)?);
        let sign = sign.bytes().next()?;
        // Where the command's own name ends with the option, the first argument is the pair.
        if option_name.is_empty() && option.is_some() {
            return None;
        }
        let is_behind = option.is_some_and(|option| option.value == option_name.as_bytes());
        let attached = argument.value.strip_prefix(option_name.as_bytes());
        let value = if is_behind {
            argument.value
        } else {
            attached?.strip_prefix(b"=").or(attached)?
        };
        let at = value.iter().position(|byte| *byte == sign)?;
        let secret = value.get(at + 1..)?;
        let secret = secret
            .strip_suffix(b"\"")
            .or_else(|| secret.strip_suffix(b"'"))
            .unwrap_or(secret);
        let start = argument.place.end - value.len() + at + 1;
        Some(start..start + secret.len())
    })
}

/// `NAME=x`, or `x` behind the argument `NAME`.
fn named(argument: &Argument<'_>, before: &[u8]) -> Option<Range<usize>> {
    if let Some(at) = argument.value.iter().position(|byte| *byte == b'=')
        && argument.value.get(..at).is_some_and(is_secret_name)
    {
        return Some(argument.place.start + at + 1..argument.place.end);
    }
    names_a_secret(before).then(|| argument.place.clone())
}

/// Tells whether an argument names a secret, at the end of a path: `SMTP.Password`, `Env:API_TOKEN`, `DefaultPassword`.
fn names_a_secret(argument: &[u8]) -> bool {
    let name = argument.rsplit(|byte| b".:/\\".contains(byte)).next();
    name.is_some_and(|name| !name.starts_with(b"-") && is_secret_name(name))
}

fn may_be_secret(value: &[u8]) -> bool {
    value.len() >= 3
        && !is_stand_in(value)
        && !reference::is_whole(value)
        && !value.starts_with(b"-")
        && !value.starts_with(b"$")
        && !value.starts_with(b"\\\\")
}

fn has_a_sign(value: &[u8]) -> bool {
    value
        .iter()
        .any(|byte| byte.is_ascii_digit() || b"!@#$%^&*+".contains(byte))
}

fn is_mixed(value: &[u8]) -> bool {
    // The sign may be the sentence's: `your auth config!`.
    let end = value
        .iter()
        .rev()
        .take_while(|byte| b"!?".contains(byte))
        .count();
    let value = value.get(..value.len() - end).unwrap_or_default();
    value.iter().any(u8::is_ascii_alphabetic)
        && value
            .iter()
            .any(|byte| byte.is_ascii_digit() || b"!@#$%^&*+".contains(byte))
        && !value.contains(&b'/')
        && !value.starts_with(b".")
        || value.len() >= 16
            && value.iter().any(u8::is_ascii_digit)
            && !value.starts_with(b"/")
            && !value.windows(3).any(|part| part == b"://")
}

/// `echo x | command`, `command <<< x`
fn piped_value(text: &[u8], name: &Range<usize>) -> Option<Range<usize>> {
    let behind = text.get(name.end..(name.end + REACH).min(text.len()))?;
    let line = behind.split(|byte| *byte == b'\n').next()?;
    if let Some(at) = memchr::memmem::find(line, b"<<<") {
        let blanks = line
            .get(at + 3..)?
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let start = at + 3 + blanks;
        let word = shell::word(line.get(start..)?)?;
        let place = name.end + start + word.place.start..name.end + start + word.place.end;
        return may_be_secret(word.value).then_some(place);
    }
    let start = name.start.saturating_sub(REACH);
    let before = text.get(start..name.start)?;
    let line = before
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    let pipe = before
        .iter()
        .rposition(|byte| *byte == b'|')
        .filter(|pipe| *pipe > line)?;
    let between = before.get(pipe + 1..)?.trim_ascii();
    if !between.is_empty() && !between.starts_with(b"sudo") {
        return None;
    }
    let source = before.get(line..pipe)?;
    let echo = [&b"echo "[..], b"printf "]
        .iter()
        .filter_map(|word| Some(memchr::memmem::rfind(source, word)? + word.len()))
        .max();
    // PowerShell pipes a string as it is: `$p = 'x' | ConvertTo-SecureString`.
    let echo = echo.or_else(|| {
        let quote = source
            .trim_ascii_end()
            .last()
            .filter(|byte| b"\"'".contains(byte))?;
        let end = source.trim_ascii_end().len() - 1;
        memchr::memrchr(*quote, source.get(..end)?)
    })?;
    let words = arguments(source.get(echo..)?);
    let value = words
        .iter()
        .rfind(|word| !word.value.starts_with(b"-") && !word.value.starts_with(b"%"))?;
    let base = start + line + echo;
    let is_phrase = value.is_quoted && value.value.contains(&b' ');
    (is_phrase || value.is_literal && value.value.len() >= 3 || may_be_secret(value.value))
        .then(|| base + value.place.start..base + value.place.end)
}

fn unquoted(value: &[u8]) -> &[u8] {
    match value {
        [b'"', inner @ .., b'"'] => inner,
        value => value,
    }
}

/// Tells whether nothing but a prompt stands before a command in its line.
fn is_at_prompt(text: &[u8], name: &Range<usize>) -> bool {
    let before = text
        .get(name.start.saturating_sub(128)..name.start)
        .unwrap_or_default();
    let line = before.rsplit(|byte| *byte == b'\n').next();
    let line = line.unwrap_or_default().trim_ascii_end();
    line.last().is_none_or(|byte| b"$#%>".contains(byte))
}

/// The line below a command that prints a secret, where it is one word.
fn printed_value(text: &[u8], name: &Range<usize>, command: &Command) -> Option<Range<usize>> {
    // `pass` and its like are ordinary words, too.
    let is_one_word = !text.get(name.clone())?.contains(&b' ');
    let is_member = text.get(name.start) == Some(&b'.');
    if is_one_word && !is_member && !command.by_name && !is_at_prompt(text, name) {
        return None;
    }
    let behind = text.get(name.end..(name.end + REACH).min(text.len()))?;
    let end = behind.iter().position(|byte| *byte == b'\n')?;
    let line = behind.get(..end)?;
    // Output inside `$(…)` is not shown.
    let before = text.get(name.start.saturating_sub(64)..name.start)?;
    if before.trim_ascii_end().ends_with(b"$(") {
        return None;
    }
    if command.by_name && !is_name_of_secret(text, name, line) {
        return None;
    }
    let mut start = name.end + end + 1;
    // A blank line may stand between them.
    start += usize::from(text.get(start) == Some(&b'\n'));
    let mut next = text.get(start..(start + 4096).min(text.len()))?;
    // Redis answers with the name first: `1) "requirepass"`, `2) "x"`.
    if next.starts_with(b"1) \"") {
        let skipped = next.iter().position(|byte| *byte == b'\n')? + 1;
        let value = next.get(skipped..)?.strip_prefix(b"2) \"")?;
        start += skipped + 4;
        next = value.get(..value.iter().position(|byte| *byte == b'"')?)?;
    }
    let length = next
        .iter()
        .position(|byte| *byte == b'\n')
        .unwrap_or(next.len());
    let value = next.get(..length)?.trim_ascii();
    // `pass show` prints passphrases, too.
    let is_phrase = !is_one_word
        && value
            .iter()
            .all(|byte| byte.is_ascii_lowercase() || *byte == b' ')
        && (3..=8).contains(&value.split(|byte| *byte == b' ').count());
    let has_blank = value.iter().any(u8::is_ascii_whitespace) && !is_phrase;
    let is_words = value.starts_with(b"\"") && is_version_or_words(unquoted(value));
    let is_statement = value.last().is_some_and(|byte| b";,([{".contains(byte));
    let is_prompt = is_statement || value.first().is_some_and(|byte| b"$#>%{[<".contains(byte));
    let is_found = value.len() >= 8
        && !has_blank
        && !is_prompt
        && !is_words
        && may_be_secret(value)
        && (!value.contains(&b'/')
            || value.len() >= 32
            || value.iter().any(|byte| b"!@#$%^&*=~?".contains(byte)))
        && (value
            .iter()
            .any(|byte| byte.is_ascii_digit() || b"!@#$%^&*+=".contains(byte))
            || value.len() >= 16 && !is_made_of_names(value));
    let leading = next.get(..length)?.len() - next.get(..length)?.trim_ascii_start().len();
    is_found.then(|| start + leading..start + leading + value.len())
}

#[cfg(test)]
mod tests {
    use super::super::super::scan::{COMMANDS, NAMED_VALUES, find_by};

    fn found(text: &str) -> Vec<&str> {
        let mut found = find_by(&COMMANDS, text);
        found.extend(find_by(&NAMED_VALUES, text));
        found
    }

    #[test]
    fn finds_values_of_options() {
        for (command, value) in [
            (
                "docker login -u ci --password Granite!7a x.example.com",
                "Granite!7a",
            ),
            ("tool --api-key=abc123def456", "abc123def456"),
            ("run(['--token', 'abc123def456'])", "abc123def456"),
            (
                "curl --user 'admin:Lantern%S8q' https://example.com",
                "Lantern%S8q",
            ),
            ("curl -k \\\n  -u dev:yqDVtkqP https://x", "yqDVtkqP"),
            ("mysql -h db -u root -pVelvet%B6b app", "Velvet%B6b"),
            ("sshpass -p 'Velvet6b' ssh x", "Velvet6b"),
            ("redis-cli -h r -a Velvet6b ping", "Velvet6b"),
            ("ssh-keygen -t ed25519 -N 'Orchid_M87' -f id", "Orchid_M87"),
            ("openssl enc -aes256 -pass pass:Velvet6b", "Velvet6b"),
            (
                "aws configure set aws_secret_access_key 5Bu7nAY/D48",
                "5Bu7nAY/D48",
            ),
            ("set -gx API_TOKEN a1b2c3d4", "a1b2c3d4"),
            ("echo 'Meadow-Sza' | sudo -S apt update", "Meadow-Sza"),
            (
                "echo \"FpT5cDK\" | docker login -u ci --password-stdin",
                "FpT5cDK",
            ),
            ("htpasswd -nb admin Falcon%n6", "Falcon%n6"),
            ("lftp -u bob,Velvet6b ftp.example.com", "Velvet6b"),
            ("xfreerdp /u:bob /p:Velvet6b /v:host", "Velvet6b"),
            ("htpasswd -bc .htpasswd admin Falcon%n6", "Falcon%n6"),
        ] {
            assert!(
                found(command).contains(&value),
                "{command}: {:?}",
                found(command)
            );
        }
    }

    #[test]
    fn finds_what_other_commands_take_and_print() {
        for (command, value) in [
            (
                "rabbitmqctl add_user app eay41Glacier*UTrO",
                "eay41Glacier*UTrO",
            ),
            (
                "mc alias set s3 https://s3.example.com admin hel40Sparrow!PINI",
                "hel40Sparrow!PINI",
            ),
            (
                "etcdctl --user root:syp95Tulip*UE8J get /",
                "syp95Tulip*UE8J",
            ),
            ("redis> AUTH 8hreHEMFJ4dX9Zvk", "8hreHEMFJ4dX9Zvk"),
            (
                "vercel env add STRIPE_KEY production <<< 10OZY9Qxsr6ukk7o",
                "10OZY9Qxsr6ukk7o",
            ),
            (
                "$ op read 'op://Private/db/password'\nH7yHa1GFB90CJ5OM\n$ ls",
                "H7yHa1GFB90CJ5OM",
            ),
            (
                "$ printenv ACME_API_KEY\nkLBtidEhoKee0aPaawgj\n",
                "kLBtidEhoKee0aPaawgj",
            ),
            (
                "$ echo $DB_PASSWORD\nmarble-indigo-6924\n",
                "marble-indigo-6924",
            ),
        ] {
            assert!(
                found(command).contains(&value),
                "{command}: {:?}",
                found(command)
            );
        }
    }

    #[test]
    fn finds_what_commands_of_windows_and_macos_take() {
        for (command, value) in [
            (
                r#"schtasks.exe /Create /TN x /RU svc /RP "Winter Regen 88""#,
                "Winter Regen 88",
            ),
            (
                r#"{"command":"schtasks /Change /RP \"Winter Regen 88\"","timeout":30}"#,
                "Winter Regen 88",
            ),
            (r#"net use \\fs02\b$ /user:D\ci "L%MO kO*5""#, "L%MO kO*5"),
            ("openfiles /query /u D\\ops /p bpixpdoepkwm", "bpixpdoepkwm"),
            (
                "winrs -r:srv -u:D\\ops -p:xGltyp-B3qo ipconfig",
                "xGltyp-B3qo",
            ),
            (
                "certutil -f -p hunter2hunter -importpfx My c.pfx",
                "hunter2hunter",
            ),
            (
                "netsh wlan set hostednetwork ssid=Demo key=dzlqouykcswa",
                "dzlqouykcswa",
            ),
            (
                "ConvertTo-SecureString -AsPlainText -Force -String 'it''s-Monday#7'",
                "it''s-Monday#7",
            ),
            (
                "$p = 'Harbor2024moon' | ConvertTo-SecureString -AsPlainText",
                "Harbor2024moon",
            ),
            ("echo Herbstlaub19| runas /user:x cmd", "Herbstlaub19"),
            (
                "PS> (Import-Clixml c.xml).GetNetworkCredential().Password\nSWUS8CB0XHJKhiJ6\n",
                "SWUS8CB0XHJKhiJ6",
            ),
            ("set PGPASSWORD=r*VR UBc 31\n", "r*VR UBc 31"),
            ("security unlock-keychain -p '$9x Quark' k", "$9x Quark"),
            (
                "networksetup -setairportnetwork en0 \"Cafe Gast\" Milchkaffee",
                "Milchkaffee",
            ),
            (
                "xcrun altool --upload-app -p \\\"ospz-ptus-sgty-mfyf\\\"",
                "ospz-ptus-sgty-mfyf",
            ),
        ] {
            assert!(
                found(command).contains(&value),
                "{command}: {:?}",
                found(command)
            );
        }
        for command in [
            r"net use Z: \\nas01\media * /user:nas01\guest",
            "net user jordan /domain",
            "netsh wlan show profile name=x key=clear",
            "schtasks /create /ru SYSTEM /rp * /tn x",
            "tasklist /fi \"pid eq 8080\" /v",
            "ConvertTo-SecureString $secret -AsPlainText",
            "security find-generic-password -a x -w",
            "set PATH=C:\\Tools;%PATH%",
        ] {
            assert_eq!(found(command), Vec::<&str>::new(), "{command}");
        }
    }

    #[test]
    fn leaves_other_options() {
        for command in [
            "docker run -p 127.0.0.1:8080:80/tcp image",
            "mkdir -p src/deep1/folder2",
            "tool --password-stdin < file1",
            "tool --token string   the token to use",
            "tool --token $TOKEN1 --password \"${PASSWORD2}\"",
            "curl -u \"$USER:$PASSWORD\" https://example.com",
            "npm config set registry https://registry1.example.com",
            "mysql -u root -p app1",
            "git log -p master1",
            "$ op read 'op://a/b'\n[ERROR] not signed in\n",
            "$ pass show x\nError: x is not in the password store.\n",
            "auth middleware is in src/auth1.ts",
            "$ echo $HOME1\n/root/x1234567\n",
        ] {
            assert_eq!(found(command), Vec::<&str>::new(), "{command}");
        }
    }
}
