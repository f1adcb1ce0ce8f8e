//! Every way in which a home folder is written.
//!
//! A path varies in what stands for it (a drive, as Git Bash, Cygwin or WSL mount it, a short name), in how its letters
//! are composed, and in how a program, JSON, a shell or an address writes its separators and its other signs.

use std::collections::BTreeSet;

use unicode_normalization::UnicodeNormalization as _;

/// Separators as systems write them, and JSON does, once and twice.
const SEPARATORS: [&str; 5] = ["/", "\\", "\\\\", "\\\\\\\\", "\\/"];

/// The numbers that Windows gives short names of the same start, before it makes up others.
const SHORT_NUMBERS: std::ops::RangeInclusive<u8> = 1..=4;

/// Gives the forms of a home folder.
pub fn forms_of(home: &str) -> BTreeSet<String> {
    let slashed = home.replace('\\', "/");
    let mut forms = BTreeSet::from([home.to_owned()]);
    for path in paths_of(&slashed) {
        for path in composed(&path) {
            forms.extend(writings_of(&path));
        }
    }
    // As tools that keep something for each folder name it: `-home-jo`.
    if slashed.trim_start_matches('/').contains('/') {
        let name = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        forms.insert(slashed.chars().map(name).collect());
    }
    forms
}

/// Tells whether a form is the name that a tool gives to what it keeps of a folder, such as `C--Users-jo`.
pub fn is_slug(form: &str) -> bool {
    !form.contains(['/', '\\', '%', ':', '~']) && form.contains('-')
}

/// Tells whether a path begins with a drive.
pub fn has_drive(path: &str) -> bool {
    let rest = path.get(1..).unwrap_or_default();
    rest.starts_with(':') || rest.starts_with("%3A") || rest.starts_with("%3a")
}

/// The paths that lead to a home folder, with `/` between their names.
fn paths_of(home: &str) -> Vec<String> {
    let name = home.rsplit('/').next().unwrap_or_default();
    // As a shell writes the home folder of a user.
    let mut paths = vec![format!("~{name}")];
    let drive = home.split_once(":/").filter(|(drive, _)| drive.len() == 1);
    let Some((drive, rest)) = drive else {
        paths.push(home.to_owned());
        // OpenCode stores paths in relation to `/` outside of a repository.
        let is_usual = ["/home/", "/Users/"]
            .iter()
            .any(|parent| home.starts_with(parent));
        paths.extend(home.get(1..).filter(|_| is_usual).map(str::to_owned));
        return paths;
    };
    let lower = drive.to_ascii_lowercase();
    for rest in std::iter::once(rest.to_owned()).chain(short_names(rest)) {
        paths.push(format!("{drive}:/{rest}"));
        for root in ["/mnt/", "/cygdrive/", "/", "//"] {
            paths.push(format!("{root}{lower}/{rest}"));
        }
        paths.push(format!("/{drive}:/{rest}"));
        // `HOMEPATH`, and what stands behind a share or a device.
        paths.push(format!("/{rest}"));
        paths.push(rest);
    }
    // The same user has a home folder in the Linux that Windows runs.
    paths.push(format!("/home/{name}"));
    paths
}

/// A path of Windows with the short names that old programs give: `Users/JORDAN~1`, `DOCUME~1/JORDAN~1`.
fn short_names(rest: &str) -> BTreeSet<String> {
    let shortened = |name: &str, number: u8, is_ascii: bool| match short(name, is_ascii) {
        Some((start, extension)) => format!("{start}~{number}{extension}"),
        None => name.to_owned(),
    };
    let (folders, name) = rest.rsplit_once('/').unwrap_or(("", rest));
    // A user may be the second whose name starts so; the folder of all users is the first.
    let folders = folders.split('/').map(|folder| shortened(folder, 1, true));
    let folders = folders.collect::<Vec<_>>().join("/");
    let names = SHORT_NUMBERS
        .flat_map(|number| [true, false].map(|is_ascii| shortened(name, number, is_ascii)));
    let paths = names.map(|name| format!("{folders}/{name}"));
    paths.filter(|path| path != rest).collect()
}

/// The start of the short name of a file, and its extension; `None` where the name is short already.
fn short(name: &str, is_ascii: bool) -> Option<(String, String)> {
    let (stem, extension) = match name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) {
        Some((stem, extension)) => (stem, extension),
        None => (name, ""),
    };
    let letters = |text: &str, most: usize| -> String {
        let kept = text
            .chars()
            .filter(|c| !matches!(c, ' ' | '.') && (c.is_ascii() || !is_ascii));
        let kept = kept.map(|c| if "+,;=[]".contains(c) { '_' } else { c });
        kept.take(most).collect::<String>().to_uppercase()
    };
    let is_plain = |text: &str| text.is_ascii() && !text.contains([' ', '.']);
    // A short name without an ending stays as it is; of `jordan.lee`, some systems make `JORDAN~1.LEE`.
    if extension.is_empty() && is_plain(stem) && stem.len() <= 8 {
        return None;
    }
    let start = letters(stem, 6);
    let extension = Some(letters(extension, 3)).filter(|extension| !extension.is_empty());
    let extension = extension.map(|extension| format!(".{extension}"));
    (!start.is_empty()).then(|| (start, extension.unwrap_or_default()))
}

/// A path with its letters composed and decomposed, and in other cases where only they have some.
fn composed(path: &str) -> BTreeSet<String> {
    if path.is_ascii() {
        return BTreeSet::from([path.to_owned()]);
    }
    let cases = [path.to_owned(), path.to_lowercase(), path.to_uppercase()];
    let forms = cases
        .iter()
        .flat_map(|path| [path.nfc().collect(), path.nfd().collect()]);
    forms.collect()
}

/// The writings of a path with `/` between its names.
fn writings_of(path: &str) -> BTreeSet<String> {
    let mut forms = BTreeSet::new();
    for escaped in escapes_of(path) {
        forms.extend(SEPARATORS.map(|separator| escaped.replace('/', separator)));
    }
    if path.starts_with("/Users/") {
        forms.insert(path.replace('/', ":"));
    }
    for slash in ["/", "\\"] {
        let path = path.replace('/', slash);
        for keep in ["/\\:", "/\\", ""] {
            let encoded = percent_encoded(&path, keep);
            forms.insert(encoded.replace("%20", "+"));
            // Older encoders do not leave the sign of Windows' short names.
            forms.insert(encoded.replace('~', "%7E"));
            forms.insert(encoded);
        }
    }
    // The slash before a drive is that of an address; `\\?\C:` has another.
    forms.retain(|form| !form.strip_prefix('\\').is_some_and(has_drive));
    forms
}

/// A path as it is, and with its signs escaped. Most paths have none that anything escapes.
fn escapes_of(path: &str) -> BTreeSet<String> {
    // A shell of POSIX, the same in a string, PowerShell, and `cmd`.
    let in_shells = ["\\", "\\\\", "`", "^"].map(|escape| shell_escaped(path, escape));
    let mut escaped = BTreeSet::from(in_shells);
    for escape in ["\\u", "\\\\u"] {
        escaped.extend([true, false].map(|is_upper| json_escaped(path, escape, is_upper)));
    }
    escaped.insert(path.replace('\'', "''"));
    escaped.insert(with_entities(path));
    escaped.insert(octal_escaped(path));
    escaped.insert(path.to_owned());
    escaped
}

/// Escapes what has a meaning to a shell.
fn shell_escaped(path: &str, escape: &str) -> String {
    path.chars().fold(String::new(), |mut escaped, c| {
        if " '\"()&$;".contains(c) {
            escaped.push_str(escape);
        }
        escaped.push(c);
        escaped
    })
}

/// As it stands in XML.
fn with_entities(path: &str) -> String {
    path.replace('&', "&amp;").replace('\'', "&apos;")
}

/// As git shows what is not of ASCII: `Zo\303\253`.
fn octal_escaped(path: &str) -> String {
    path.bytes().fold(String::new(), |mut escaped, byte| {
        match byte.is_ascii() {
            true => escaped.push(char::from(byte)),
            false => escaped.push_str(&format!("\\{byte:03o}")),
        }
        escaped
    })
}

/// Escapes what is not of ASCII, and what some encoders escape with it, by the numbers of UTF-16.
fn json_escaped(path: &str, escape: &str, is_upper: bool) -> String {
    path.chars().fold(String::new(), |mut escaped, c| {
        if c.is_ascii() && !"'&<>".contains(c) {
            escaped.push(c);
            return escaped;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            let number = match is_upper {
                true => format!("{unit:04X}"),
                false => format!("{unit:04x}"),
            };
            escaped.push_str(escape);
            escaped.push_str(&number);
        }
        escaped
    })
}

/// Encodes all but letters, digits, marks, and what is to be kept.
fn percent_encoded(path: &str, keep: &str) -> String {
    path.bytes().fold(String::new(), |mut encoded, byte| {
        let is_kept = b"-_.~%+@".contains(&byte) || keep.as_bytes().contains(&byte);
        if byte.is_ascii_alphanumeric() || is_kept {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
        encoded
    })
}
