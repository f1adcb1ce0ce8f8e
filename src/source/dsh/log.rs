//! A log that was gone over once: what it tells, and the groups that its messages are made of.

use std::path::Path;

use super::frames::{Frames, INPUT};
use super::group::Group;
use super::grouper::{Grouper, Told};
use super::home::{self, Header};
use super::lines::{Failure, Lines, Next};
use crate::error::{Error, Result, unreadable_because};
use crate::stop::Stop;

/// A log that was gone over.
pub struct Log {
    pub header: Header,
    pub groups: Vec<Group>,
    pub told: Told,
    /// How much of the file was read.
    pub bytes: u64,
    /// Reads its lines again.
    pub lines: Lines,
}

/// What a list tells of a log.
#[derive(Default)]
pub struct Sketch {
    pub header: Header,
    pub told: Told,
    /// How many messages it has; of a large one that is estimated.
    pub messages: usize,
    /// The size of its file.
    pub bytes: u64,
}

/// Logs up to this size are read whole for a list, in bytes of the file, and for a list of so many logs as good as
/// none: that of ten thousand is there within a second.
const WHOLE: u64 = 64 * 1024;
const WHOLE_OF_MANY: u64 = 2 * 1024;
const MANY: usize = 2_000;
/// How much is read of the beginning and of the end of a larger one: the title stands at the end of the first turn, and
/// that begins with the instructions to the model, which take up 15 kB.
const BEGINNING: u64 = 24 * 1024;
const END: u64 = 8 * 1024;
/// How much more is read where nothing is whole in that.
const LARGEST_END: u64 = 1024 * 1024;
/// Frames larger than this hold those instructions, and are left out.
const LARGEST_FRAME: usize = 4 * 1024;
/// The most messages that are estimated. The size of a file alone does not tell that there is so much in it.
const MOST_ESTIMATED: u64 = 100_000;

/// Goes over one of so many logs for a list. Of a large one the beginning and the end are read, and how many messages
/// it has is estimated.
///
/// # Errors
/// Those of [`read`].
pub fn sketch(path: &Path, logs: usize, stop: &Stop) -> Result<Sketch> {
    let failed = |failure: Failure| failure_of(path, failure);
    let (file, bytes) = home::open_file(path).map_err(|error| failed(error.into()))?;
    let (whole, largest) = match logs > MANY {
        true => (WHOLE_OF_MANY, LARGEST_FRAME),
        false => (WHOLE, usize::MAX),
    };
    let is_whole = bytes <= whole;
    let beginning = match is_whole {
        true => bytes,
        false => bytes.min(BEGINNING),
    };
    let frames = Frames::open(file, beginning, INPUT).map_err(|error| failed(error.into()))?;
    if is_whole {
        let lines = Lines::new(frames).for_list();
        let mut log = over(path, lines, bytes, true, stop)?;
        super::mark_inherited(&mut log, false);
        return Ok(Sketch {
            header: log.header,
            told: log.told,
            messages: log.groups.len(),
            bytes,
        });
    }
    let mut lines = Lines::new(frames.without_larger(largest)).for_list();
    let mut header = None;
    let mut grouper = Grouper::new(true);
    while !grouper.is_full() {
        match lines.next().map_err(failed)? {
            Next::Line(_, line) if header.is_none() => {
                let found = Header::parse(line).unwrap_or_default();
                grouper.seed = found.seed_length;
                header = Some(found);
            }
            Next::Line(place, line) => grouper.add(place, line),
            Next::Damage => grouper.skip(),
            Next::End => break,
        }
    }
    let (groups, mut told) = grouper.finish();
    // One that was opened and left is smaller.
    told.has_turns = true;
    let header = header.ok_or_else(|| unreadable(path))?;
    if beginning < bytes {
        lines.read_to(bytes);
        let mut length = END;
        let end = loop {
            let end = last_of(&mut lines, bytes.saturating_sub(length)).map_err(failed)?;
            length *= 8;
            if end.updated.is_some() || length > LARGEST_END {
                break end;
            }
        };
        told = Told {
            title: end.title.or(told.title),
            updated: told.updated.max(end.updated),
            ..told
        };
    }
    let found = groups.len() as u64;
    let estimated = found.saturating_mul(bytes) / beginning.max(1);
    let estimated = estimated.min(MOST_ESTIMATED.max(found));
    Ok(Sketch {
        header,
        told,
        messages: usize::try_from(estimated).unwrap_or_default(),
        bytes,
    })
}

/// What the lines behind a place in the file tell.
fn last_of(lines: &mut Lines, from: u64) -> std::result::Result<Told, Failure> {
    let mut tail = Grouper::new(true);
    lines.skip_to(from)?;
    while !tail.is_full() {
        match lines.next()? {
            // The first one may be the end of one.
            Next::Line(place, line) => tail.add(place, line),
            Next::Damage => tail.skip(),
            Next::End => break,
        }
    }
    Ok(tail.finish().1)
}

/// Goes over a log.
///
/// # Errors
/// [`Error::StoreUnreadable`] where nothing of it can be read; [`Error::OutOfMemory`], [`Error::Aborted`].
pub fn read(path: &Path, stop: &Stop) -> Result<Log> {
    let opened = home::open(path).map_err(|error| failure_of(path, error.into()));
    let (lines, bytes) = opened?;
    over(path, lines, bytes, false, stop)
}

fn over(path: &Path, mut lines: Lines, bytes: u64, is_listing: bool, stop: &Stop) -> Result<Log> {
    // Thousands of logs may be shorter than what is read between two looks at it.
    stop.check()?;
    let failed = |failure: Failure| failure_of(path, failure);
    let mut header: Option<Header> = None;
    let mut grouper = Grouper::new(is_listing);
    let mut count = 0_usize;
    while !grouper.is_full() {
        match lines.next().map_err(failed)? {
            Next::Line(place, line) => {
                count += 1;
                if count.is_multiple_of(256) {
                    stop.check()?;
                }
                if header.is_none() {
                    let found = Header::parse(line);
                    let is_header = found.is_some();
                    let found = found.unwrap_or_default();
                    grouper.seed = found.seed_length;
                    header = Some(found);
                    if is_header {
                        continue;
                    }
                }
                grouper.add(place, line);
            }
            Next::Damage => grouper.damage(),
            Next::End => break,
        }
    }
    let (groups, told) = grouper.finish();
    let header = header.ok_or_else(|| unreadable(path))?;
    Ok(Log {
        header,
        groups,
        told,
        bytes,
        lines,
    })
}

/// What a log without a line is to who asked for it.
fn unreadable(path: &Path) -> Error {
    Error::store_unreadable(
        path,
        "no line of the session's log can be read: it is empty, or damaged from its beginning; restore it from a backup",
    )
}

/// What a log that could not be read is to who asked for it.
pub fn failure_of(path: &Path, failure: Failure) -> Error {
    match failure {
        Failure::Other(error) => error,
        Failure::System(error) => Error::store_unreadable(
            path,
            format!(
                "the session's log could not be read {}",
                unreadable_because(&error, "it, and try again")
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::{collection, prelude::*};

    use super::super::children::Children;
    use super::super::frames::tests::frame;
    use super::super::message::Reader;
    use super::*;
    use crate::model::Notes;
    use crate::source::allowance::Allowance;

    const KINDS: [&str; 30] = [
        "agent/inbox/spliced",
        "approval/asked",
        "approval/decided",
        "assistant/attempt",
        "assistant/chunk",
        "assistant/message",
        "command/done",
        "command/run",
        "compaction/end",
        "compaction/summary",
        "feedback/record",
        "goal/change",
        "llm/retry",
        "pawwork-v1/message",
        "pawwork-v1/session",
        "plan/mode",
        "request/header",
        "session/end-seed",
        "session/title",
        "step/end",
        "step/start",
        "subagent/catalog",
        "text-chunks",
        "tool-call-chunks",
        "tool/call",
        "tool/code-dispatch",
        "tool/result",
        "turn/end",
        "turn/start",
        "user/message",
    ];

    /// Names of fields, among them those that mean something.
    const NAMES: [&str; 24] = [
        "turn",
        "step",
        "message",
        "content",
        "type",
        "text",
        "id",
        "callId",
        "name",
        "arguments",
        "source",
        "kind",
        "reason",
        "error",
        "usage",
        "inserted",
        "stream",
        "texts",
        "index",
        "chunk",
        "toolCallId",
        "data",
        "header",
        "title",
    ];

    fn json() -> impl Strategy<Value = String> {
        let leaf = prop_oneof![
            Just("null".to_owned()),
            Just("true".to_owned()),
            Just("1".to_owned()),
            Just("-9e99".to_owned()),
            Just(r#""\ud83d""#.to_owned()),
            Just(r#""text""#.to_owned()),
            Just(r#""user""#.to_owned()),
            Just(r#""tool-call""#.to_owned()),
            Just(r#""{\"a""#.to_owned()),
        ];
        leaf.prop_recursive(4, 24, 5, |inner| {
            let field = (0..NAMES.len(), inner.clone());
            let field = field.prop_map(|(name, value)| format!("\"{}\":{value}", NAMES[name]));
            prop_oneof![
                collection::vec(inner, 0..4).prop_map(|items| format!("[{}]", items.join(","))),
                collection::vec(field, 0..6).prop_map(|fields| format!("{{{}}}", fields.join(","))),
            ]
        })
    }

    fn read_all(bytes: &[u8]) -> Option<usize> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        let Log {
            groups, mut lines, ..
        } = read(file.path(), &Stop::default()).ok()?;
        let home = file.path().parent().unwrap();
        for group in &groups {
            let again = group.lines.iter().map(|place| lines.again(*place).unwrap());
            let again: Vec<_> = again.collect();
            let reader = Reader {
                home,
                session: "a",
                children: &Children::default(),
                allowance: Allowance::default(),
            };
            reader.read(group, &again, &mut Notes::default());
        }
        Some(groups.len())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_end_the_process(bytes in collection::vec(any::<u8>(), 0..300)) {
            read_all(&bytes);
            let framed = [frame(&bytes), bytes.clone(), frame(b"{}\n")].concat();
            read_all(&framed);
        }

        #[test]
        fn no_records_end_the_process(
            records in collection::vec((0..KINDS.len(), any::<Option<u64>>(), json()), 0..20),
            cut in 0..200_usize,
        ) {
            let mut text = r#"{"type":"session","version":4,"id":"a"}"#.to_owned();
            for (kind, seq, data) in records {
                let kind = KINDS[kind];
                let seq = seq.map_or("null".to_owned(), |seq| seq.to_string());
                text += &format!("\n{{\"type\":\"{kind}\",\"seq\":{seq},\"time\":5,\"data\":{data}}}");
            }
            read_all(text.as_bytes());
            let framed = frame(text.as_bytes());
            read_all(&framed);
            read_all(framed.get(..framed.len().saturating_sub(cut)).unwrap());
        }
    }
}
