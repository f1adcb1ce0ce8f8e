//! What logs of one folder have in common. Version 1.0 began a new log with each resume, and repeated the conversation
//! in it under new ids. It and 2.0 wrote the titles of sessions into any log of the folder.

use super::grouper::{Answers, Grouper};
use super::home::LogFile;
use super::log;
use super::record::{Record, is_true, line_text};
use crate::error::Result;
use crate::source::json_lines::{Ends, LinePlace};
use crate::stop::Stop;

/// The bytes of a log that are compared.
const LOOKED_AT: u64 = 32 * 1024;
/// How many logs of the folder are looked at, how many of them are read as a whole, and up to which size.
const MOST_LOOKED_AT: usize = 2000;
const MOST_READ: usize = 16;
const LARGEST: u64 = 64 * 1024 * 1024;
/// The most titles that are kept.
const MOST_SUMMARIES: usize = 1000;

/// The facts that other logs tell of one log.
#[derive(Debug, Default)]
pub struct Kin {
    /// Titles, by the last line of what they are of.
    pub summaries: Vec<(String, String)>,
    /// The session that it repeats and goes on from, with its answers.
    pub repeated: Option<(String, Answers)>,
}

/// Looks for what other logs of its folder tell of a session. `logs` are those of its store.
///
/// # Errors
/// [`Error::Aborted`](crate::Error::Aborted).
pub fn kin(file: &LogFile, logs: &[LogFile], stop: &Stop) -> Result<Kin> {
    let Some(own) = beginning(file).filter(is_old) else {
        return Ok(Kin::default());
    };
    let mut earlier = Vec::new();
    let mut summaries = Vec::new();
    for log in siblings(file, logs) {
        stop.check()?;
        let Some(Grouper { told, .. }) = beginning(log) else {
            continue;
        };
        let is_copied = told.first_answer.is_some() && told.first_answer == own.told.first_answer;
        if is_copied && told.created < own.told.created && earlier.len() < MOST_READ {
            earlier.push(log);
        }
        let room = MOST_SUMMARIES.saturating_sub(summaries.len());
        summaries.extend(told.summaries.into_iter().take(room));
    }
    // Later versions go on in the same log, and say what they forked.
    let repeated = match is_first_version(&own) {
        true => repeated(file, &earlier, stop)?,
        false => None,
    };
    Ok(Kin {
        summaries,
        repeated,
    })
}

/// The titles that other logs of its folder tell, by the last line of what they are of.
///
/// # Errors
/// [`Error::Aborted`](crate::Error::Aborted).
pub fn summaries(file: &LogFile, logs: &[LogFile], stop: &Stop) -> Result<Vec<(String, String)>> {
    let mut summaries = Vec::new();
    for log in siblings(file, logs) {
        stop.check()?;
        let of_log = beginning(log).map(|grouper| grouper.told.summaries);
        summaries.extend(of_log.into_iter().flatten());
    }
    summaries.truncate(MOST_SUMMARIES);
    Ok(summaries)
}

/// Other logs of sessions in the same folder.
fn siblings<'l>(file: &'l LogFile, logs: &'l [LogFile]) -> impl Iterator<Item = &'l LogFile> {
    let folder = file.path.parent();
    let siblings = logs
        .iter()
        .filter(move |log| log.path.parent() == folder && log.path != file.path);
    siblings.take(MOST_LOOKED_AT)
}

/// Which of some earlier logs one repeats: the one that most of its answers are in, and of several the one with the
/// fewest others.
fn repeated(
    file: &LogFile,
    earlier: &[&LogFile],
    stop: &Stop,
) -> Result<Option<(String, Answers)>> {
    let answers = |log: &LogFile| -> Result<Option<Answers>> {
        let bytes = log.path.metadata().map_or(u64::MAX, |it| it.len());
        stop.check()?;
        let is_read = bytes <= LARGEST;
        let read = is_read.then(|| log::read(&log.path, &log.id, &Kin::default(), stop));
        Ok(read.and_then(|log| Some(log.ok()?.answers)))
    };
    if earlier.is_empty() {
        return Ok(None);
    }
    let Some(own) = answers(file)? else {
        return Ok(None);
    };
    let mut best: Option<(usize, String, Answers)> = None;
    for log in earlier {
        let Some(of) = answers(log)? else { continue };
        let shared = of.intersection(&own).count();
        let is_better = best.as_ref().is_none_or(|(most, _, known)| {
            shared > *most || shared == *most && of.len() < known.len()
        });
        if shared > 0 && is_better {
            best = Some((shared, log.id.clone(), of));
        }
    }
    Ok(best.map(|(_, id, answers)| (id, answers)))
}

/// Groups the first lines of a log.
fn beginning(log: &LogFile) -> Option<Grouper> {
    let ends = Ends::of(&log.path, LOOKED_AT, 0).ok()?;
    let mut grouper = Grouper::default();
    for line in ends.head() {
        let line = line_text(line);
        if let Some(record) = Record::parse(&line)
            && !is_true(record.is_sidechain)
        {
            let nowhere = LinePlace { start: 0, bytes: 0 };
            grouper.add(nowhere, &record);
        }
    }
    Some(grouper)
}

/// Tells whether a version began a log that began a new one with each resume.
pub fn is_first_version(grouper: &Grouper) -> bool {
    let version = grouper.told.first_version.as_deref();
    version.is_some_and(|version| version.starts_with("1."))
}

/// Tells whether a version before 2.1 began a log.
pub fn is_old(grouper: &Grouper) -> bool {
    let version = grouper.told.first_version.as_deref().unwrap_or_default();
    version.starts_with("1.") || version.starts_with("2.0.")
}
