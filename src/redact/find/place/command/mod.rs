//! Secrets on command lines, and those that a command prints: `mysql -px`, `curl -u name:x`, `echo x | sudo -S`,
//! `op read …`. Which command does what is told by `commands.toml`.

mod arguments;
mod likely;
mod piped;
mod printed;
mod table;

use std::ops::Range;

use self::arguments::values;
use self::piped::piped_value;
use self::printed::printed_value;
pub use self::printed::prints_secret;
pub use self::table::KEYWORDS;
use self::table::{COMMANDS, Command, without_ending};

/// The search looks at so many bytes of a command.
const REACH: usize = 1024;

/// The places of the secrets in a text, near the places of the keywords.
pub fn find(text: &[u8], keywords: &[Range<usize>], found: &mut Vec<Range<usize>>) {
    for keyword in keywords {
        let Some(name) = text.get(keyword.clone()) else {
            continue;
        };
        if !is_command(text, keyword) || begins_a_sentence(name) {
            continue;
        }
        let written = without_ending(name);
        let of_name = |command: &&Command| {
            let mut names = command.names.iter();
            names.any(|known| known.as_bytes().eq_ignore_ascii_case(&written))
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

/// The length of `.exe` behind the name of a command, and of the quote that ends its path: `'/opt/my tools/mysql' -px`.
fn program_ending(text: &[u8], end: usize) -> usize {
    let extension = text.get(end..end + 4).unwrap_or_default();
    let length = usize::from(extension.eq_ignore_ascii_case(b".exe")) * 4;
    let behind = text.get(end + length..).unwrap_or_default();
    length + usize::from(matches!(behind, [b'"' | b'\'', b' ' | b'\t', ..]))
}

/// Tells whether a name is written as a word at the start of a sentence, or as a title: `Pass the key`, `the Auth
/// library`.
fn begins_a_sentence(name: &[u8]) -> bool {
    name.first().is_some_and(u8::is_ascii_uppercase)
        && name.iter().skip(1).all(u8::is_ascii_lowercase)
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
    fn a_path_in_quotes_or_with_an_ending_is_a_command_too() {
        for (command, value) in [
            (
                r#""C:\Program Files\7-Zip\7z.exe" a -pVelvet6b a.7z"#,
                "Velvet6b",
            ),
            ("'/opt/my tools/mysql' -u root -pvelvet", "velvet"),
            (
                r#"& "C:\Program Files\a\reg.exe" add HKCU\x /v Password /d velvet7"#,
                "velvet7",
            ),
            ("NET.EXE use Z: \\\\srv\\a Velvet6b", "Velvet6b"),
            (r"sc.exe config Svc obj= A\jo password= velvet", "velvet"),
            (
                "az keyvault secret set --name A --value velvet6b",
                "velvet6b",
            ),
            ("git config --global user.password velvet6b", "velvet6b"),
        ] {
            assert!(
                found(command).contains(&value),
                "{command}: {:?}",
                found(command)
            );
        }
        for command in [
            "git config --global user.name velvet6b",
            "sc config Svc start= auto",
            "'mysql' and 'zip' are programs",
        ] {
            assert_eq!(found(command), Vec::<&str>::new(), "{command}");
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
