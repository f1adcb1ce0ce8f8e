//! Secrets on command lines: `--password x`, `curl -u name:x`, `mysql -px`, `echo x | sudo -S`.

use std::ops::Range;
use std::sync::LazyLock;

use super::pattern::Pattern;
use super::secret_name::is_secret_name;
use super::value_form::{is_password_like, is_stand_in};
use super::window;

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

/// A form of command that takes a secret.
pub struct Command {
    /// Words of which one stands in every such command.
    pub keywords: &'static [&'static str],
    /// Its last group is the value.
    pattern: Pattern,
    demand: Demand,
}

/// A value on a command line, as far as a shell takes it for one word.
const VALUE: &str = r#"([^\s"'`\\|;&<>]{3,256})"#;

/// The rest of a command, over lines that end with a backslash.
const LINE: &str = r"(?:[^\r\n]|\\\r?\n){0,400}?";

pub static COMMANDS: LazyLock<[Command; 12]> = LazyLock::new(|| {
    [
        command(
            &[
                "-pass",
                "-pwd",
                "-token",
                "-secret",
                "-api",
                "-access-key",
                "-access_key",
                "-auth-key",
            ],
            Demand::Mixed,
            format!(
                r#"(?i)(?:^|[\s"'`\[,(])--?(?:[a-z0-9-]{{0,24}}-)?(?:pass(?:word|wd|phrase)?|pwd|token|secret|api-?key|secret-key|access-key|auth-key)(?:[ \t]+|=|["'],[ \t]*)["'`]?{VALUE}"#
            ),
        ),
        command(
            &[
                "curl",
                "wget",
                "http -",
                "https -",
                "http get",
                "http post",
                "http put",
                "xh -",
            ],
            Demand::Any,
            format!(
                r#"(?:curl|wget|https?|xh)(?:\s{LINE})?\s(?:-u|-U|--user|--proxy-user|--auth|-a)[ =]?\s*\\?["']?[^\s:"'\\]{{0,128}}["']?:["']?{VALUE}"#
            ),
        ),
        command(
            &["mysql", "mariadb", "sshpass", "7z "],
            Demand::Mixed,
            format!(r#"(?:mysql|mysqldump|mysqladmin|mariadb|sshpass|7z){LINE}\s-p["']?{VALUE}"#),
        ),
        command(
            &["sshpass", "redis-cli", "ssh-keygen"],
            Demand::Mixed,
            format!(
                r#"(?:sshpass\s+-p|redis-cli{LINE}\s-a|ssh-keygen{LINE}\s-[NP])\s*["']?{VALUE}"#
            ),
        ),
        command(
            &[
                "login",
                "mongo",
                "keytool",
                "sqlcmd",
                "ldapsearch",
                "openssl",
                "zip -",
                "useradd",
                "usermod",
            ],
            Demand::Password,
            format!(
                r#"(?i)(?:login|mongo(?:sh|dump|restore|import|export)?|keytool|sqlcmd|ldapsearch|openssl|zip|useradd|usermod){LINE}\s-(?:p|P|w|k|storepass|keypass)\s+["']?{VALUE}"#
            ),
        ),
        command(
            &["pass:"],
            Demand::Mixed,
            format!(r#"(?:^|[\s"'])(?:-pass(?:in|out)?\s+)?pass:{VALUE}"#),
        ),
        command(
            &[
                "set -",
                "setx",
                "configure set",
                "config set",
                "secret set",
                "secrets:set",
            ],
            Demand::ByName,
            format!(
                r#"(?i)(?:\bset\s+-[a-z]+|setx|configure\s+set|config\s+set|secret\s+set|secrets:set)\s+([A-Za-z0-9_.:/@-]{{2,128}})\s+["']?{VALUE}"#
            ),
        ),
        command(
            &[
                "sudo -s",
                "-stdin",
                "with-token",
                "chpasswd",
                "| passwd",
                "|passwd",
                "cryptsetup",
                "kinit",
            ],
            Demand::Any,
            format!(
                r#"(?:echo|printf)\s+(?:-n\s+|'%s'\s+|"%s"\s+)?["']?{VALUE}["']?\s*\|\s*(?:sudo\s+-S|(?:sudo\s+)?(?:docker|podman|helm|gh|az|npm|oc|crane)\s[^\r\n|]{{0,200}}(?:stdin|with-token)|(?:sudo\s+)?(?:chpasswd|passwd|cryptsetup|kinit))"#
            ),
        ),
        command(
            &["htpasswd"],
            Demand::Any,
            format!(
                r#"htpasswd\s+-(?:[A-Za-z]*n[A-Za-z]*|[A-Za-z]*b[A-Za-z]*\s+\S{{1,255}})\s+\S{{1,128}}\s+["']?{VALUE}"#
            ),
        ),
        command(
            &[
                "net user",
                "vault login",
                "vault unwrap",
                "smbclient",
                "secret set",
                "secrets set",
            ],
            Demand::Password,
            format!(
                r#"(?:net\s+user\s+\S{{1,64}}|vault\s+(?:login|unwrap)(?:\s+-\S{{1,64}}){{0,4}}|smbclient{LINE}\s-U\s+[^\s%]{{1,64}}%|secrets?\s+set{LINE}(?:--body[ =]|\s[A-Za-z0-9_]{{1,64}}=))\s*["']?(?:token=)?{VALUE}"#
            ),
        ),
        command(
            &["lftp", "freerdp"],
            Demand::Any,
            format!(r#"(?:lftp{LINE}\s-u\s*[^\s,]{{1,64}},|freerdp{LINE}\s/p:)["']?{VALUE}"#),
        ),
        command(
            &["securestring"],
            Demand::Any,
            format!(r#"(?i)convertto-securestring\s+(?:-string\s+)?["']{VALUE}"#),
        ),
    ]
});

fn command(keywords: &'static [&'static str], demand: Demand, pattern: String) -> Command {
    Command {
        keywords,
        pattern: pattern.into(),
        demand,
    }
}

impl Command {
    /// The places of the values in a text, by the places of the keywords in it.
    pub fn find(&self, text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
        window::for_each_near(&self.pattern, text, keywords, |captures| {
            let mut groups = captures.iter().flatten().skip(1);
            let first = groups.next();
            let value = groups.next().or(first);
            let name = first.map(|name| name.as_bytes()).unwrap_or_default();
            let Some(value) = value else { return 0 };
            if accepts(self.demand, name, value.as_bytes()) {
                found.push(value.range());
            }
            value.end()
        });
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
    use super::super::scan::find_commands;

    fn found(text: &str) -> Vec<&str> {
        find_commands(text)
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
