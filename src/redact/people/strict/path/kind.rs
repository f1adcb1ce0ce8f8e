//! Tells whether a path tells anything of a person or a project.

/// How sure it is that a first folder is that of a file, and not the start of a route or a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// A folder of the system, the same on every computer.
    System,
    /// A folder of files, and never a route.
    Files,
    /// A folder of files, which a short route may begin with too: `/home/settings`.
    FilesOrRoute,
    /// A folder that some containers have, and many routes begin with: `/app`.
    Maybe,
    /// A name like any other.
    Unknown,
}

/// Folders of files. Such a route would be odd.
const FILES: &[&str] = &[
    "Users",
    "Volumes",
    "Library",
    "Applications",
    "System",
    "Network",
    "private",
    "root",
    "opt",
    "srv",
    "mnt",
    "etc",
    "var",
    "usr",
    "tmp",
    "workspace",
    "workspaces",
    "Workspace",
    "snap",
    "nix",
    "cygdrive",
    "sdcard",
    "boot",
    "lost+found",
    "afs",
    "nfs",
    "gpfs",
    "lustre",
    "scratch",
    "home1",
    "home2",
    "codebuild",
];
const FILES_OR_ROUTE: &[&str] = &[
    "home", "media", "export", "exports", "net", "run", "storage", "backup", "backups",
];
const MAYBE: &[&str] = &[
    "app", "apps", "data", "code", "src", "source", "sources", "project", "projects", "repo",
    "repos", "git", "work", "workdir", "build", "builds", "site", "sites", "www", "volume",
    "volumes", "vol", "disk", "disks", "nas", "shared", "github", "c", "d", "e", "f", "u01",
    "local", "task", "function", "config", "secrets",
];

/// Folders in which everything is the system's.
const SYSTEM_FOLDERS: &[&str] = &[
    "/dev/",
    "/proc/",
    "/sys/",
    "/bin/",
    "/sbin/",
    "/lib/",
    "/lib32/",
    "/lib64/",
    "/usr/bin/",
    "/usr/sbin/",
    "/usr/lib/",
    "/usr/lib64/",
    "/usr/libexec/",
    "/usr/include/",
    "/usr/share/",
    "/usr/local/bin/",
    "/usr/local/sbin/",
    "/usr/local/lib/",
    "/usr/local/include/",
    "/usr/local/share/",
    "/System/Library/",
    "/Library/Developer/CommandLineTools/",
    "/Library/Frameworks/",
    "/opt/homebrew/bin/",
    "/opt/homebrew/lib/",
    "/opt/homebrew/opt/",
    "/opt/homebrew/Cellar/",
    "/run/current-system/",
    "/etc/ssl/",
    "/etc/alternatives/",
    "/etc/apt/",
    "/etc/pam.d/",
    "/var/run/docker.sock/",
];

/// Folders and files that every system has, while what is in them may tell something.
const SYSTEM_NAMES: &[&str] = &[
    "/etc/bash.bashrc",
    "/etc/environment",
    "/etc/fstab",
    "/etc/group",
    "/etc/hostname",
    "/etc/hosts",
    "/etc/localtime",
    "/etc/nginx",
    "/etc/os-release",
    "/etc/passwd",
    "/etc/profile",
    "/etc/resolv.conf",
    "/etc/services",
    "/etc/shadow",
    "/etc/shells",
    "/etc/ssh",
    "/etc/ssl",
    "/etc/sudoers",
    "/etc/systemd",
    "/etc/systemd/system",
    "/etc/timezone",
    "/etc/zshrc",
    "/home/user",
    "/home/username",
    "/opt/homebrew",
    "/private/tmp",
    "/private/var",
    "/usr/local",
    "/usr/src",
    "/usr/src/app",
    "/var/cache",
    "/var/folders",
    "/var/lib",
    "/var/lib/docker",
    "/var/log",
    "/var/log/syslog",
    "/var/log/auth.log",
    "/var/log/nginx",
    "/var/run",
    "/var/spool",
    "/var/tmp",
    "/var/www",
    "/var/www/html",
    "/Users/Shared",
    "/Users/username",
    "/Users/user",
    "/mnt/c",
    "/mnt/d",
    "/mnt/c/Users",
    "/Library/LaunchDaemons",
    "/run/secrets",
    "/run/user",
    "/tmp/",
];

/// Extensions of files that no web server gives out as parts of a site. In lower case.
const FILE_EXTENSIONS: &[&str] = &[
    "rs",
    "ts",
    "tsx",
    "jsx",
    "vue",
    "svelte",
    "py",
    "ipynb",
    "go",
    "java",
    "kt",
    "kts",
    "scala",
    "rb",
    "c",
    "h",
    "cc",
    "cpp",
    "hpp",
    "cs",
    "swift",
    "m",
    "mm",
    "lua",
    "pl",
    "sh",
    "bash",
    "zsh",
    "fish",
    "ps1",
    "bat",
    "sql",
    "db",
    "sqlite",
    "toml",
    "yaml",
    "yml",
    "ini",
    "cfg",
    "conf",
    "env",
    "log",
    "lock",
    "doc",
    "docx",
    "xls",
    "xlsx",
    "ppt",
    "pptx",
    "odt",
    "ods",
    "csv",
    "tsv",
    "pem",
    "key",
    "crt",
    "p12",
    "ex",
    "exs",
    "erl",
    "hs",
    "dart",
    "tf",
    "gradle",
    "diff",
    "patch",
    "bak",
    "tmp",
    "mjs",
    "cjs",
    "mts",
    "cts",
    "properties",
    "service",
    "parquet",
    "psd",
    "ai",
];

/// The kinds of a path's first folder.
pub fn root(first: &str, second: Option<&str>) -> Root {
    let is_one_of = |names: &[&str]| names.contains(&first);
    match first {
        "dev" | "proc" | "sys" | "bin" | "sbin" | "lib" | "lib32" | "lib64" => Root::System,
        // A drive as Git for Windows shows it.
        _ if first.len() == 1 && second == Some("Users") => Root::Files,
        _ if is_one_of(FILES) => Root::Files,
        _ if is_one_of(FILES_OR_ROUTE) => Root::FilesOrRoute,
        _ if is_one_of(MAYBE) => Root::Maybe,
        _ => Root::Unknown,
    }
}

/// Tells whether a path is the same on every computer.
pub fn is_of_system(path: &str) -> bool {
    let path = path.trim_end_matches('/');
    let folder = format!("{path}/");
    SYSTEM_NAMES.contains(&path)
        || SYSTEM_FOLDERS
            .iter()
            .any(|system| folder.starts_with(system))
}

/// The same for Windows, with any slashes.
pub fn is_of_windows(path: &str) -> bool {
    let path = path.to_ascii_lowercase().replace('\\', "/");
    let mut names = path.split('/').filter(|name| !name.is_empty());
    let drive = names.next();
    let first = names.next();
    let rest = names.next();
    drive.is_some()
        && match first {
            Some("windows") | None => true,
            Some(
                "users" | "program files" | "program files (x86)" | "programdata" | "temp" | "tmp",
            ) => rest.is_none(),
            _ => false,
        }
}

/// The extension of the last name of a path.
pub fn extension(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let is_one = (1..=11).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && extension.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !stem.is_empty();
    is_one.then_some(extension)
}

/// Tells whether a name is that of a file which is no part of a web site.
pub fn is_file_name(name: &str) -> bool {
    extension(name)
        .is_some_and(|extension| FILE_EXTENSIONS.contains(&extension.to_ascii_lowercase().as_str()))
}
