//! The names that Node gives to errors of the system, on every platform.

use std::io;

/// The name that Node gives to a system error (`ENOSPC`), so that a user can search for it.
pub fn system_code(error: &io::Error) -> &'static str {
    number(error)
        .and_then(name_of_number)
        .unwrap_or_else(|| name_of_kind(error.kind()))
}

/// The system's own number. A library may have wrapped the error that has it.
fn number(error: &io::Error) -> Option<i32> {
    let mut cause = match error.raw_os_error() {
        Some(number) => return Some(number),
        None => error.get_ref()?.source(),
    };
    // One that gives no cause still shows it (`tempfile`).
    let shown = error.to_string();
    let shown = shown.rsplit_once("(os error ").and_then(|(_, rest)| {
        let (number, _) = rest.split_once(')')?;
        number.parse().ok()
    });
    if shown.is_some() {
        return shown;
    }
    // No library wraps an error this often.
    for _ in 0..8 {
        let inner = cause?;
        let system = inner.downcast_ref::<io::Error>();
        if let Some(number) = system.and_then(io::Error::raw_os_error) {
            return Some(number);
        }
        cause = inner.source();
    }
    None
}

/// For errors that have no number, since no system made them.
fn name_of_kind(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::NotFound => "ENOENT",
        io::ErrorKind::PermissionDenied => "EACCES",
        io::ErrorKind::AlreadyExists => "EEXIST",
        io::ErrorKind::StorageFull => "ENOSPC",
        io::ErrorKind::QuotaExceeded => "EDQUOT",
        io::ErrorKind::IsADirectory => "EISDIR",
        io::ErrorKind::NotADirectory => "ENOTDIR",
        io::ErrorKind::ReadOnlyFilesystem => "EROFS",
        io::ErrorKind::InvalidFilename => "ENAMETOOLONG",
        io::ErrorKind::FileTooLarge => "EFBIG",
        io::ErrorKind::ResourceBusy => "EBUSY",
        io::ErrorKind::ExecutableFileBusy => "ETXTBSY",
        io::ErrorKind::InvalidInput => "EINVAL",
        io::ErrorKind::OutOfMemory => "ENOMEM",
        io::ErrorKind::Unsupported => "ENOTSUP",
        io::ErrorKind::CrossesDevices => "EXDEV",
        _ => "EIO",
    }
}

#[cfg(unix)]
fn name_of_number(number: i32) -> Option<&'static str> {
    use rustix::io::Errno;
    /// What libuv knows, and three more that file systems give.
    const NAMES: &[(Errno, &str)] = &[
        (Errno::TOOBIG, "E2BIG"),
        (Errno::ACCESS, "EACCES"),
        (Errno::ADDRINUSE, "EADDRINUSE"),
        (Errno::ADDRNOTAVAIL, "EADDRNOTAVAIL"),
        (Errno::AFNOSUPPORT, "EAFNOSUPPORT"),
        (Errno::AGAIN, "EAGAIN"),
        (Errno::ALREADY, "EALREADY"),
        (Errno::BADF, "EBADF"),
        (Errno::BUSY, "EBUSY"),
        (Errno::CANCELED, "ECANCELED"),
        (Errno::CONNABORTED, "ECONNABORTED"),
        (Errno::CONNREFUSED, "ECONNREFUSED"),
        (Errno::CONNRESET, "ECONNRESET"),
        (Errno::DESTADDRREQ, "EDESTADDRREQ"),
        (Errno::EXIST, "EEXIST"),
        (Errno::FAULT, "EFAULT"),
        (Errno::FBIG, "EFBIG"),
        (Errno::HOSTDOWN, "EHOSTDOWN"),
        (Errno::HOSTUNREACH, "EHOSTUNREACH"),
        (Errno::ILSEQ, "EILSEQ"),
        (Errno::INTR, "EINTR"),
        (Errno::INVAL, "EINVAL"),
        (Errno::IO, "EIO"),
        (Errno::ISCONN, "EISCONN"),
        (Errno::ISDIR, "EISDIR"),
        (Errno::LOOP, "ELOOP"),
        (Errno::MFILE, "EMFILE"),
        (Errno::MLINK, "EMLINK"),
        (Errno::MSGSIZE, "EMSGSIZE"),
        (Errno::NAMETOOLONG, "ENAMETOOLONG"),
        (Errno::NETDOWN, "ENETDOWN"),
        (Errno::NETUNREACH, "ENETUNREACH"),
        (Errno::NFILE, "ENFILE"),
        (Errno::NOBUFS, "ENOBUFS"),
        (Errno::NODEV, "ENODEV"),
        (Errno::NOENT, "ENOENT"),
        (Errno::NOMEM, "ENOMEM"),
        (Errno::NOPROTOOPT, "ENOPROTOOPT"),
        (Errno::NOSPC, "ENOSPC"),
        (Errno::NOSYS, "ENOSYS"),
        (Errno::NOTCONN, "ENOTCONN"),
        (Errno::NOTDIR, "ENOTDIR"),
        (Errno::NOTEMPTY, "ENOTEMPTY"),
        (Errno::NOTSOCK, "ENOTSOCK"),
        (Errno::NOTSUP, "ENOTSUP"),
        (Errno::OPNOTSUPP, "ENOTSUP"),
        (Errno::NOTTY, "ENOTTY"),
        (Errno::NXIO, "ENXIO"),
        (Errno::OVERFLOW, "EOVERFLOW"),
        (Errno::PERM, "EPERM"),
        (Errno::PIPE, "EPIPE"),
        (Errno::PROTO, "EPROTO"),
        (Errno::PROTONOSUPPORT, "EPROTONOSUPPORT"),
        (Errno::PROTOTYPE, "EPROTOTYPE"),
        (Errno::RANGE, "ERANGE"),
        (Errno::ROFS, "EROFS"),
        (Errno::SHUTDOWN, "ESHUTDOWN"),
        (Errno::SOCKTNOSUPPORT, "ESOCKTNOSUPPORT"),
        (Errno::SPIPE, "ESPIPE"),
        (Errno::SRCH, "ESRCH"),
        (Errno::TIMEDOUT, "ETIMEDOUT"),
        (Errno::TXTBSY, "ETXTBSY"),
        (Errno::XDEV, "EXDEV"),
        #[cfg(target_os = "linux")]
        (Errno::NODATA, "ENODATA"),
        #[cfg(target_os = "linux")]
        (Errno::NONET, "ENONET"),
        #[cfg(target_os = "linux")]
        (Errno::REMOTEIO, "EREMOTEIO"),
        #[cfg(target_os = "linux")]
        (Errno::UNATCH, "EUNATCH"),
        (Errno::DQUOT, "EDQUOT"),
        (Errno::STALE, "ESTALE"),
        (Errno::NOLCK, "ENOLCK"),
    ];
    let known = |(errno, _): &&(Errno, _)| errno.raw_os_error() == number;
    NAMES.iter().find(known).map(|(_, name)| *name)
}

/// The number with which Windows says that another program has a file open, and shares it not as it was asked for.
#[cfg(windows)]
pub const SHARING_VIOLATION: i32 = 32;

/// As libuv translates the errors of Windows that files have, and two more: a file that was removed and is still open
/// (303), and one that is mapped into a memory (1224).
#[cfg(windows)]
fn name_of_number(number: i32) -> Option<&'static str> {
    Some(match number {
        2 | 3 | 15 | 123 | 126 | 161 | 267 => "ENOENT",
        740 | 998 | 1920 => "EACCES",
        5 | 1314 => "EPERM",
        1 => "EISDIR",
        4 => "EMFILE",
        6 => "EBADF",
        8 | 14 => "ENOMEM",
        13 | 87 | 122 | 1464 => "EINVAL",
        17 => "EXDEV",
        19 => "EROFS",
        23 | 29 | 31 | 110 | 1106 | 1117 | 1165 | 1166 | 1393 => "EIO",
        SHARING_VIOLATION | 33 | 231 | 303 | 1224 => "EBUSY",
        39 | 112 | 277 => "ENOSPC",
        50 => "ENOTSUP",
        80 | 183 => "EEXIST",
        109 | 230 | 232 | 233 => "EPIPE",
        121 => "ETIMEDOUT",
        145 => "ENOTEMPTY",
        206 => "ENAMETOOLONG",
        995 => "ECANCELED",
        1231 => "ENETUNREACH",
        1232 => "EHOSTUNREACH",
        1921 => "ELOOP",
        _ => return None,
    })
}

#[cfg(not(any(unix, windows)))]
fn name_of_number(_: i32) -> Option<&'static str> {
    None
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;
    use rustix::io::Errno;

    #[test]
    fn the_system_errors_that_had_a_number_have_nodes_name() {
        for (errno, name) in [
            (Errno::IO, "EIO"),
            (Errno::MFILE, "EMFILE"),
            (Errno::INVAL, "EINVAL"),
            (Errno::PERM, "EPERM"),
            (Errno::LOOP, "ELOOP"),
            (Errno::NOTSUP, "ENOTSUP"),
        ] {
            assert_eq!(system_code(&errno.into()), name);
        }
        assert_eq!(system_code(&io::Error::other("anything")), "EIO");
        assert_eq!(system_code(&io::ErrorKind::IsADirectory.into()), "EISDIR");
    }

    #[test]
    fn an_error_that_a_library_wrapped_keeps_its_name() {
        let missing = tempfile::Builder::new().tempfile_in("/no/such/folder");
        assert_eq!(system_code(&missing.unwrap_err()), "ENOENT");
        let folder = tempfile::tempdir().unwrap();
        let link = folder.path().join("loop");
        std::os::unix::fs::symlink("loop", &link).unwrap();
        let looping = tempfile::Builder::new().tempfile_in(&link);
        assert_eq!(system_code(&looping.unwrap_err()), "ELOOP");
        let none = Errno::MFILE.into();
        let wrapped = io::Error::other(Wrapped(none));
        assert_eq!(system_code(&wrapped), "EMFILE");
    }

    #[derive(Debug, thiserror::Error)]
    #[error("wrapped")]
    struct Wrapped(#[source] io::Error);
}
