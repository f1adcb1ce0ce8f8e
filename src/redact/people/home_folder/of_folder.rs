//! The home folder that a folder is in, by its form.

use std::sync::LazyLock;

use regex::Regex;

/// The home folder that a folder is in, as its own system writes it: of `/mnt/c/Users/jo/shop` it is `C:\Users\jo`.
#[expect(clippy::expect_used, reason = "constant patterns, proved by the tests")]
pub fn home_of(folder: &str) -> Option<String> {
    static IN_WINDOWS: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"(?i)^(?:(?:[\\/]{2}[?.][\\/])?([a-z]):|/(?:mnt/|cygdrive/)?([a-z])|[\\/]{2}[^\\/]+[\\/]([a-z])\$)",
            r"[\\/](Users|Documents and Settings)[\\/]([^\\/]+)(?:[\\/]|$)"
        ))
        .expect("the pattern is valid")
    });
    static IN_UNIX: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(concat!(
            r"^(?:((?:/[^/]+){0,6}?/(?:home|Users)(?:/users)?/[^/]+)(?:/|$)",
            r"|(/root)(?:/|$))"
        ))
        .expect("the pattern is valid")
    });
    static IN_WSL: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^[\\/]{2}(?:wsl\$|wsl\.localhost)[\\/][^\\/]+([\\/].*)$")
            .expect("the pattern is valid")
    });
    if let Some(linux) = IN_WSL.captures(folder).and_then(|it| it.get(1)) {
        return home_of(&linux.as_str().replace('\\', "/"));
    }
    if let Some(captures) = IN_WINDOWS.captures(folder) {
        let mut parts = captures.iter().skip(1).flatten().map(|part| part.as_str());
        let (drive, users, name) = (parts.next()?, parts.next()?, parts.next()?);
        return Some(format!("{}:\\{users}\\{name}", drive.to_ascii_uppercase()));
    }
    let folder = folder
        .strip_prefix("/System/Volumes/Data")
        .unwrap_or(folder);
    let captures = IN_UNIX.captures(folder)?;
    let home = captures.iter().skip(1).flatten().next()?;
    Some(home.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_recognised_in_a_session_folder() {
        for (folder, home) in [
            ("/home/jo/code", Some("/home/jo")),
            (
                "/srv/office/home/users/jo/code",
                Some("/srv/office/home/users/jo"),
            ),
            ("/Users/jo", Some("/Users/jo")),
            ("/System/Volumes/Data/Users/jo/x", Some("/Users/jo")),
            (r"D:\Users\jo\x", Some(r"D:\Users\jo")),
            (r"\\?\c:\Users\jo\x", Some(r"C:\Users\jo")),
            ("/mnt/c/Users/jo/x", Some(r"C:\Users\jo")),
            ("/c/Users/jo", Some(r"C:\Users\jo")),
            (r"\\desk\C$\Users\jo\x", Some(r"C:\Users\jo")),
            (
                r"C:\Documents and Settings\jo\x",
                Some(r"C:\Documents and Settings\jo"),
            ),
            (r"\\wsl$\Ubuntu\home\jo\x", Some("/home/jo")),
            ("//wsl.localhost/Ubuntu/home/jo", Some("/home/jo")),
            ("/root/work", Some("/root")),
            ("/work/acme", None),
        ] {
            assert_eq!(home_of(folder).as_deref(), home, "{folder}");
        }
    }
}
