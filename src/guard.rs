//! Decides whether a session may be published on the web.
//!
//! One switch for the whole process, off at start. It lives in this library's memory, so the main
//! thread, worker threads and every copy of the JavaScript loader see the same one. No environment
//! variable and no configuration file turns it on: only [`enable`], called by the application.

use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::{Error, Result};
use crate::options::Locale;

/// Hosts that are never allowed, together with their subdomains: whoever has the address of a
/// session there can read it, and it cannot surely be taken back.
pub const REFUSED_HOSTS: [&str; 2] = ["opncd.ai", "opencode.ai"];

/// The origin that publishing was enabled for. `None`: publishing is off.
static ENABLED_ORIGIN: Mutex<Option<String>> = Mutex::new(None);

fn switch() -> MutexGuard<'static, Option<String>> {
    // A panic while the lock was held cannot leave half an origin behind.
    ENABLED_ORIGIN
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
}

/// Tells whether web publishing is enabled in this process; with an origin, whether it is for that one. What is
/// no origin that [`enable`] would take is never enabled.
pub fn is_enabled(origin: Option<&str>) -> bool {
    ask("", origin).is_ok()
}

/// Succeeds only while web publishing is enabled; `call` names what was about to publish. With an origin,
/// only while it is enabled for exactly that one: a runtime publishes where its own settings point to.
///
/// # Errors
/// [`Error::WebPublishingDisabled`] while publishing is off, [`Error::PublishingOriginRefused`] for another
/// origin while it is on, and for what is none.
pub fn assert_enabled(call: &str, origin: Option<&str>) -> Result<()> {
    ask(&printable_call(call), origin)
}

fn ask(call: &str, origin: Option<&str>) -> Result<()> {
    match (switch().as_deref(), origin) {
        (None, _) => Err(Error::WebPublishingDisabled {
            call: call.to_owned(),
        }),
        (Some(_), None) => Ok(()),
        (Some(enabled), Some(asked))
            if allowed_origin(asked).is_ok_and(|asked| asked == enabled) =>
        {
            Ok(())
        }
        (Some(enabled), Some(_)) => Err(Error::PublishingOriginRefused(format!(
            "{call} was refused: sessions may be published on {enabled} only. Use Export session log \
             instead, which writes a file on this computer."
        ))),
    }
}

/// Turns web publishing on for one origin, and returns it in its normal form.
///
/// # Errors
/// [`Error::PublishingOriginRefused`] unless `acknowledged` is true and `origin` is an `https:`
/// origin (or an `http:` one on loopback) outside [`REFUSED_HOSTS`].
pub fn enable(origin: &str, acknowledged: bool) -> Result<String> {
    if !acknowledged {
        return Err(refused(
            "show the user webPublishingWarning(), and pass acknowledged: true once they have agreed.",
        ));
    }
    let origin = allowed_origin(origin)?;
    *switch() = Some(origin.clone());
    Ok(origin)
}

/// Turns web publishing off. It does nothing where it is off already.
pub fn disable() {
    *switch() = None;
}

/// What a user must know before anything is published, in plain words.
pub fn warning(locale: Locale) -> &'static str {
    match locale {
        Locale::English => {
            "Publishing puts this whole conversation on the web: your messages, the answers, and the \
             files, commands and results that the agent saw. Anybody who has the address can read \
             it, without signing in, and search engines and other people may keep copies. It stays \
             there until it is removed, and messages that you write later are added to it by \
             themselves. Removing it does not bring back copies that were already made. To hand \
             the conversation to somebody, use Export session log instead: it writes a file that \
             stays on this computer and that you can read first."
        }
        Locale::Chinese => {
            "发布会把整个对话放到网络上：您的消息、回答，以及智能体看到的文件、命令和结果。\
             任何拿到地址的人无需登录即可阅读，搜索引擎和其他人可能会保存副本。\
             在被移除之前它会一直公开，您之后写的消息也会自动添加进去。\
             移除无法收回已经产生的副本。如需把对话交给他人，请改用“导出会话记录”：\
             它会生成一个保存在本机的文件，您可以先自行查看。"
        }
    }
}

fn refused(problem: &str) -> Error {
    Error::PublishingOriginRefused(format!("Web publishing cannot be enabled: {problem}"))
}

/// Succeeds unless a request would publish a session where it may not: at a share endpoint that is
/// not at the enabled origin, or anywhere on [`REFUSED_HOSTS`]. The parts are those of a URL as the
/// WHATWG parser gives them, which is the one that `fetch` uses.
///
/// # Errors
/// [`Error::WebPublishingDisabled`] while publishing is off, [`Error::PublishingOriginRefused`] for
/// another origin while it is on.
pub fn check_request(origin: &str, host: &str, path: &str) -> Result<()> {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_refused_host = REFUSED_HOSTS
        .iter()
        .any(|refused| is_same_or_subdomain(&host, refused));
    if !is_refused_host && !is_share_endpoint(path) {
        return Ok(());
    }
    match switch().as_deref() {
        None => Err(Error::WebPublishingDisabled {
            call: format!("A request to {host}"),
        }),
        Some(enabled) if enabled == origin && !is_refused_host => Ok(()),
        Some(enabled) => Err(Error::PublishingOriginRefused(format!(
            "A request to {host} was refused: sessions may be published on {enabled} only."
        ))),
    }
}

/// How often a path may be encoded: no honest one is that often.
const MOST_ENCODINGS: usize = 8;

/// Tells whether a path holds `/api/share` or `/api/shares`, however it is written. A server, and whatever
/// stands before it, may each decode it and resolve its dots, in any order: so each form between what
/// was sent and what no longer changes is looked at.
fn is_share_endpoint(path: &str) -> bool {
    let mut path = path.to_owned();
    for _ in 0..=MOST_ENCODINGS {
        path.make_ascii_lowercase();
        if names_share_endpoint(&path) {
            return true;
        }
        let decoded = percent_decoded(&path);
        if decoded == path {
            return false;
        }
        path = decoded;
    }
    true
}

/// Tells whether a path that is not decoded any more holds it, as it stands or with its dots resolved.
fn names_share_endpoint(path: &str) -> bool {
    let path: String = path
        .chars()
        .filter(|c| *c == '\0' || !c.is_control())
        .collect();
    let segments: Vec<&str> = path
        .split(['/', '\\'])
        // Servers end a name here: at parameters, at the end of a text of C, at a query.
        .map(|segment| {
            segment
                .split([';', '\0', '?', '#'])
                .next()
                .unwrap_or_default()
                .trim()
        })
        .collect();
    let (mut resolved, mut resolved_whole) = (Vec::new(), Vec::new());
    for segment in &segments {
        match *segment {
            "." => {}
            ".." => {
                resolved.pop();
                resolved_whole.pop();
            }
            "" => resolved_whole.push(""),
            name => {
                // Windows ignores dots and blanks at the end of a name.
                let name = name.trim_end_matches(['.', ' ']);
                resolved.push(name);
                resolved_whole.push(name);
            }
        }
    }
    [segments, resolved, resolved_whole].iter().any(|segments| {
        let names = segments.iter().filter(|name| !matches!(**name, "" | "."));
        names
            .clone()
            .zip(names.skip(1))
            .any(|(first, second)| *first == "api" && matches!(*second, "share" | "shares"))
    })
}

fn percent_decoded(text: &str) -> String {
    let mut rest = text;
    let mut decoded = Vec::with_capacity(text.len());
    while let Some((before, after)) = rest.split_once('%') {
        decoded.extend_from_slice(before.as_bytes());
        let byte = after
            .get(..2)
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        (rest, _) = match byte {
            Some(byte) => (after.get(2..).unwrap_or_default(), decoded.push(byte)),
            None => (after, decoded.push(b'%')),
        };
    }
    decoded.extend_from_slice(rest.as_bytes());
    String::from_utf8_lossy(&decoded).into_owned()
}

/// A call name is short and printable, so that what a caller passes cannot forge a log line.
pub fn printable_call(call: &str) -> String {
    let name: String = call
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || "._$#[]-".contains(*c))
        .take(80)
        .collect();
    if name.is_empty() {
        "The call".to_owned()
    } else {
        name
    }
}

/// Checks an origin by hand and by allow-list: anything unusual (userinfo, a path, percent signs,
/// characters outside ASCII, trailing dots) is refused, not interpreted, because two URL parsers
/// that disagree are a way around a guard.
fn allowed_origin(origin: &str) -> Result<String> {
    let lower = origin.to_ascii_lowercase();
    let (scheme, rest) = lower
        .split_once("://")
        .ok_or_else(|| refused("origin must look like https://share.example.com."))?;
    let authority = rest.strip_suffix('/').unwrap_or(rest);
    let (host, port) = split_port(authority).ok_or_else(|| {
        refused("origin must be a scheme and a host alone, without a path or a user name.")
    })?;
    if REFUSED_HOSTS
        .iter()
        .any(|refused| is_same_or_subdomain(host, refused))
    {
        return Err(refused(
            "opncd.ai and opencode.ai are always refused. Choose hosting that your organisation controls.",
        ));
    }
    match scheme {
        "https" => {}
        "http" if is_loopback(host) => {}
        _ => {
            return Err(refused(
                "origin must use https: (http: is allowed on loopback only, for tests).",
            ));
        }
    }
    let default_port = if scheme == "https" { 443 } else { 80 };
    Ok(match port.filter(|port| *port != default_port) {
        Some(port) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    })
}

/// Splits `host[:port]`; `None` where either is not plainly one.
fn split_port(authority: &str) -> Option<(&str, Option<u16>)> {
    let (host, port) = if let Some(end) = authority.strip_prefix('[').and(authority.find(']')) {
        let (host, rest) = authority.split_at_checked(end + 1)?;
        match rest.strip_prefix(':') {
            Some(port) => (host, Some(port)),
            None if rest.is_empty() => (host, None),
            None => return None,
        }
    } else {
        match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        }
    };
    let port = match port {
        Some(text) if text.bytes().all(|b| b.is_ascii_digit()) => Some(text.parse().ok()?),
        Some(_) => return None,
        None => None,
    };
    let is_bracketed = host.starts_with('[');
    let is_plain = if is_bracketed {
        host == "[::1]"
    } else {
        !host.is_empty()
            && !host.starts_with(['.', '-'])
            && !host.ends_with(['.', '-'])
            && !host.contains("..")
            && host
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
    };
    is_plain.then_some((host, port))
}

fn is_same_or_subdomain(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain)
        .is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host == "127.0.0.1" || host == "[::1]"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_https_origins_and_http_on_loopback() {
        for (given, normal) in [
            ("https://share.example.com", "https://share.example.com"),
            (
                "HTTPS://Share.Example.com:443/",
                "https://share.example.com",
            ),
            (
                "https://share.example.com:8443",
                "https://share.example.com:8443",
            ),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000"),
            ("http://[::1]:9000", "http://[::1]:9000"),
            ("http://localhost", "http://localhost"),
            ("https://notopncd.ai", "https://notopncd.ai"),
        ] {
            assert_eq!(allowed_origin(given).unwrap(), normal, "{given}");
        }
    }

    #[test]
    fn refuses_public_hosts_and_whatever_could_hide_one() {
        for origin in [
            "https://opncd.ai",
            "https://OPNCD.AI:443",
            "https://www.opncd.ai",
            "https://opencode.ai",
            "https://api.opencode.ai/",
            "https://opncd.ai.",
            "https://user@opncd.ai",
            "https://share.example.com@opncd.ai",
            "https://share.example.com/path",
            "https://opncd%2eai",
            "https://ｏpncd.ai",
            "https://opncd\u{3002}ai",
            "https://",
            "https://:443",
            "https://a..b",
            "https://-a",
            "https://a:99999",
            "https://a:b",
            "https://[::1",
            "https://[::2]",
            "http://share.example.com",
            "http://127.0.0.1.example.com",
            "ftp://127.0.0.1",
            "share.example.com",
            "",
        ] {
            assert!(allowed_origin(origin).is_err(), "{origin}");
        }
    }

    #[test]
    fn a_share_endpoint_is_recognised_however_it_is_written() {
        for path in [
            "/api/share",
            "/api/share/abc/sync",
            "/api/shares/shr_1",
            "/base/api/share",
            "/API/Share",
            "/api/%73hare",
            "/api/%2573hare",
            "/api%2Fshare",
            "//api//share/",
            "/api/./share",
            "/api/share;v=1",
            "/api\\share",
            "/api/share%00",
            "/api/share%00.json",
            "/api/share%2500",
            "/api/share%3Fx",
            "/api/sha%09re",
            "/api/share.",
            "/api/x%2f..%2fshare",
            "/api/x/%252e%252e/share",
            "/api/x%252f%252e%252e%252fshare",
            "/api/x/..;/share",
            "/api/%2f..%2fshare",
            "/x/..%2fapi%2f.%2fshare",
            "/api/share%2f..%2fx",
            "/api/%2525252573hare",
        ] {
            assert!(is_share_endpoint(path), "{path}");
        }
        for path in [
            "/",
            "/api/shared",
            "/share",
            "/api",
            "/api/x/share",
            "/session/1/share",
            "/%",
            "/%25",
            "/api/..%2fshare",
            "/share/api",
            "/docs/100%25/api/shareholders",
        ] {
            assert!(!is_share_endpoint(path), "{path}");
        }
    }

    #[test]
    fn a_path_that_is_encoded_without_end_is_refused() {
        let encoded = |times: usize| format!("/%{}41", "25".repeat(times));
        assert!(!is_share_endpoint(&encoded(3)));
        assert!(is_share_endpoint(&encoded(50)));
    }

    #[test]
    fn call_names_cannot_carry_text() {
        assert_eq!(printable_call("ShareNext.create"), "ShareNext.create");
        assert_eq!(printable_call("a\nb: secret value"), "absecretvalue");
        assert_eq!(printable_call("\u{202e}"), "The call");
    }
}
