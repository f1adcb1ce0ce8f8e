//! Names of accounts that tell nothing of a person, and names that are words too.

/// Accounts of systems, services and examples. In order.
const COMMON: &[&str] = &[
    "adm",
    "admin",
    "administrator",
    "all users",
    "alpine",
    "apache",
    "app",
    "application",
    "azureuser",
    "bin",
    "bot",
    "build",
    "builder",
    "centos",
    "ci",
    "circleci",
    "coder",
    "codespace",
    "container",
    "daemon",
    "data",
    "debian",
    "default",
    "default user",
    "deploy",
    "dev",
    "developer",
    "docker",
    "ec2-user",
    "example",
    "fedora",
    "foo",
    "games",
    "git",
    "gitea",
    "github",
    "gitlab-runner",
    "gitpod",
    "gradle",
    "guest",
    "home",
    "jenkins",
    "jovyan",
    "linuxbrew",
    "lost+found",
    "mail",
    "me",
    "mysql",
    "name",
    "nginx",
    "node",
    "nobody",
    "nogroup",
    "none",
    "null",
    "opc",
    "operator",
    "oracle",
    "pi",
    "postgres",
    "public",
    "pwuser",
    "rails",
    "redis",
    "root",
    "runner",
    "runneradmin",
    "sandbox",
    "service",
    "shared",
    "someone",
    "ssh",
    "staff",
    "sudo",
    "sys",
    "syslog",
    "system",
    "systemd-network",
    "test",
    "tester",
    "tmp",
    "travis",
    "true",
    "ubuntu",
    "undefined",
    "unknown",
    "user",
    "user1",
    "username",
    "users",
    "vagrant",
    "vscode",
    "web",
    "wheel",
    "work",
    "worker",
    "workspace",
    "www",
    "www-data",
    "x-access-token",
    "x-token-auth",
    "oauth2",
    "you",
    "your-name",
    "your-username",
    "yourname",
    "yourusername",
];

/// First names and short ones that an ordinary sentence holds as words. In order.
const WORDS_TOO: &[&str] = &[
    "art", "august", "bill", "chase", "code", "dean", "drew", "frank", "gene", "go", "grace",
    "grant", "guy", "hope", "jack", "june", "main", "mark", "max", "may", "miles", "norm", "pat",
    "ray", "rich", "rob", "rose", "rust", "sky", "star", "sue", "will",
];

/// Tells whether a name is none of a person.
pub fn is_common(name: &str) -> bool {
    COMMON.contains(&name.to_lowercase().as_str())
}

/// Tells whether a name is a word of English too, so that it is one only beside what tells it.
pub fn is_word_too(name: &str) -> bool {
    WORDS_TOO.contains(&name.to_lowercase().as_str())
}

/// Tells whether a text is the name of an account: letters, digits and a few marks.
pub fn is_account(name: &str) -> bool {
    let is_of_name = |c: char| c.is_alphanumeric() || "._-+".contains(c);
    let is_long = name.chars().count() >= 2 || name.chars().all(crate::redact::words::is_unspaced);
    is_long
        && !name.is_empty()
        && name.chars().count() <= 48
        && name.chars().all(is_of_name)
        && name.chars().any(char::is_alphabetic)
        && name
            .chars()
            .next()
            .is_some_and(|c| c.is_alphanumeric() || c == '_')
        && !is_common(name)
}
