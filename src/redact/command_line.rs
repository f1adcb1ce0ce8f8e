//! Secrets on command lines: `--password x`, `curl -u name:x`, `mysql -px`, `echo x | sudo -S`.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;

use super::rule;
use super::secret_name::is_secret_name;
use super::value_form::{is_password_like, is_stand_in};

/// Words of which one stands in every command that is looked at.
pub const KEYWORDS: [&str; 38] = [
    "openssl",
    "zip -",
    "7z ",
    "net user",
    "smbclient",
    "ldapsearch",
    "sqlcmd",
    "useradd",
    "usermod",
    "chpasswd",
    "secrets set",
    "--pass",
    "--token",
    "--secret",
    "--api",
    "--auth",
    "-token ",
    "-password ",
    "-secret ",
    "-key ",
    "curl",
    "mysql",
    "mariadb",
    "sshpass",
    "redis-cli",
    "ssh-keygen",
    "sudo",
    "htpasswd",
    "login",
    "pass:",
    "configure set",
    "config set",
    "set -",
    "setx",
    "secret set",
    "securestring",
    "mongo",
    "keytool",
];

/// What a value has to look like.
#[derive(Clone, Copy, PartialEq)]
enum Demand {
    /// Anything that is no stand-in.
    Any,
    /// Letters and digits, or a special character: options have words as values, too.
    Mixed,
    /// Letters and digits, and capitals or a special character: `-p` means many things.
    Password,
    /// As the name before it demands, which is the first group.
    ByName,
}

/// A value on a command line, as far as a shell takes it for one word.
const VALUE: &str = r#"([^\s"'`\\|;&<>]{3,256})"#;

static COMMANDS: LazyLock<Vec<(Regex, Demand)>> = LazyLock::new(|| {
    let line = r"(?:[^\r\n]|\\\r?\n){0,400}?";
    [
        (
            format!(
                r#"(?i)(?:^|[\s"'`\[,(])--?(?:[a-z0-9-]{{0,24}}-)?(?:pass(?:word|wd|phrase)?|pwd|token|secret|api-?key|secret-key|access-key|auth-key)(?:[ \t]+|=|["'],[ \t]*)["'`]?{VALUE}"#
            ),
            Demand::Mixed,
        ),
        (
            format!(
                r#"(?:curl|wget|https?|xh)(?:\s{line})?\s(?:-u|-U|--user|--proxy-user|--auth|-a)[ =]?\s*\\?["']?[^\s:"'\\]{{0,128}}["']?:["']?{VALUE}"#
            ),
            Demand::Any,
        ),
        (
            format!(r#"(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|7z){line}\s-p["']?{VALUE}"#),
            Demand::Mixed,
        ),
        (
            format!(r#"(?:sshpass\s+-p|redis-cli{line}\s-a|ssh-keygen{line}\s-[NP])\s*["']?{VALUE}"#),
            Demand::Mixed,
        ),
        (
            format!(
                r#"(?i)(?:login|mongo(?:sh|dump|restore|import|export)?|keytool|sqlcmd|ldapsearch|openssl|zip|useradd|usermod){line}\s-(?:p|P|w|k|storepass|keypass)\s+["']?{VALUE}"#
            ),
            Demand::Password,
        ),
        (
            format!(r#"(?:^|[\s"'])(?:-pass(?:in|out)?\s+)?pass:{VALUE}"#),
            Demand::Mixed,
        ),
        (
            format!(
                r#"(?i)(?:\bset\s+-[a-z]+|setx|configure\s+set|config\s+set|secret\s+set|secrets:set)\s+([A-Za-z0-9_.:/@-]{{2,128}})\s+["']?{VALUE}"#
            ),
            Demand::ByName,
        ),
        (
            format!(
                r#"(?:echo|printf)\s+(?:-n\s+|'%s'\s+|"%s"\s+)?["']?{VALUE}["']?\s*\|\s*(?:sudo\s+-S|(?:sudo\s+)?(?:docker|podman|helm|gh|az|npm|oc|crane)\s[^\r\n|]{{0,200}}(?:stdin|with-token)|(?:sudo\s+)?(?:chpasswd|passwd|cryptsetup|kinit))"#
            ),
            Demand::Any,
        ),
        (
            format!(r#"htpasswd\s+-[A-Za-z]*b[A-Za-z]*\s+\S{{1,255}}\s+\S{{1,128}}\s+["']?{VALUE}"#),
            Demand::Any,
        ),
        (
            format!(
                r#"(?:net\s+user\s+\S{{1,64}}|vault\s+(?:login|unwrap)(?:\s+-\S{{1,64}}){{0,4}}|smbclient{line}\s-U\s+[^\s%]{{1,64}}%|secrets?\s+set{line}(?:--body[ =]|\s[A-Za-z0-9_]{{1,64}}=))\s*["']?(?:token=)?{VALUE}"#
            ),
            Demand::Password,
        ),
        (
            format!(r#"(?i)convertto-securestring\s+(?:-string\s+)?["']{VALUE}"#),
            Demand::Any,
        ),
    ]
    .map(|(pattern, demand)| (rule::pattern(&pattern), demand))
    .into()
});

/// The places of the values in a text. Where the keywords stand does not matter: a value may be far
/// behind the command.
pub fn find(text: &[u8], _keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    for (pattern, demand) in COMMANDS.iter() {
        let mut at = 0;
        while let Some(captures) = pattern.captures_at(text, at) {
            let name = captures.get(1).map(|name| name.as_bytes());
            let value = if *demand == Demand::ByName {
                captures.get(2)
            } else {
                captures.get(1)
            };
            let Some(value) = value else { break };
            if accepts(*demand, name.unwrap_or_default(), value.as_bytes()) {
                found.push(value.range());
            }
            at = value.end().max(at + 1);
        }
    }
}

fn accepts(demand: Demand, name: &[u8], value: &[u8]) -> bool {
    if is_stand_in(value) || value.starts_with(b"-") {
        return false;
    }
    match demand {
        Demand::Any => true,
        Demand::Mixed => is_mixed(value),
        Demand::Password => is_password_like(value) && !value.contains(&b'/'),
        Demand::ByName => is_secret_name(name) && is_mixed(value),
    }
}

fn is_mixed(value: &[u8]) -> bool {
    value.iter().any(u8::is_ascii_alphabetic)
        && value
            .iter()
            .any(|byte| byte.is_ascii_digit() || b"!@#$%^&*+".contains(byte))
}

#[cfg(test)]
mod tests {
    use super::super::scan::{COMMAND_LINES, find_by};

    fn found(text: &str) -> Vec<&str> {
        find_by(&COMMAND_LINES, text)
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
        ] {
            assert_eq!(found(command), Vec::<&str>::new(), "{command}");
        }
    }
}
