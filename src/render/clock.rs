//! Times, durations, sizes and numbers as people read them.

use chrono::{DateTime, FixedOffset, Local, SecondsFormat, TimeZone as _, Utc};

use super::words::{Words, fill};
use crate::model::Timestamp;
use crate::options::TimeZone;

/// Shows times in one time zone.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    zone: TimeZone,
}

impl Clock {
    /// A clock in a time zone.
    pub fn new(zone: TimeZone) -> Self {
        Self { zone }
    }

    /// The time as RFC 3339 writes it, to the second, with its offset.
    pub fn rfc3339(self, time: Timestamp) -> String {
        self.at(time).to_rfc3339_opts(SecondsFormat::Secs, false)
    }

    /// The date, such as `2026-11-22`.
    pub fn date(self, time: Timestamp) -> String {
        self.at(time).format("%Y-%m-%d").to_string()
    }

    /// The time of the day, such as `07:46:12`.
    pub fn time(self, time: Timestamp) -> String {
        self.at(time).format("%H:%M:%S").to_string()
    }

    /// Date and time with the offset, such as `2026-11-22 07:46:12 +00:00`.
    pub fn moment(self, time: Timestamp) -> String {
        self.at(time).format("%Y-%m-%d %H:%M:%S %:z").to_string()
    }

    fn at(self, time: Timestamp) -> DateTime<FixedOffset> {
        let utc = Utc
            .timestamp_millis_opt(time.millis())
            .single()
            .unwrap_or_default();
        match self.zone {
            TimeZone::Utc => utc.fixed_offset(),
            TimeZone::Local => utc.with_timezone(&Local).fixed_offset(),
        }
    }
}

/// The present moment, as the computer's clock has it.
pub fn now() -> Timestamp {
    Timestamp::clamped(Utc::now().timestamp_millis())
}

impl Words {
    /// A remark behind a word: ` (once)`.
    pub fn in_brackets(&self, remark: &str) -> String {
        fill(self.bracketed, &[remark])
    }

    /// A duration, such as `38 ms`, `1.2 s`, `3 min 5 s`, `2 h 5 min`.
    pub fn duration(&self, millis: i64) -> String {
        let seconds = millis / 1000;
        let shown = |pattern: &str, large: i64, small: i64| {
            fill(pattern, &[&large.to_string(), &small.to_string()])
        };
        match millis {
            ..=999 => shown(self.milliseconds, millis, 0),
            1000..=59_999 => {
                let tenths = format!("{seconds}.{}", millis % 1000 / 100);
                fill(self.seconds, &[&tenths])
            }
            60_000..=3_599_999 => shown(self.minutes, seconds / 60, seconds % 60),
            _ => shown(self.hours, seconds / 3600, seconds / 60 % 60),
        }
    }

    /// What stands for the data of an image of so many bytes.
    pub fn image_data(&self, bytes: u64) -> String {
        fill(self.image_data, &[&self.size(bytes)])
    }

    /// A size, such as `512 bytes`, `1.2 kB`, `3.4 MB`.
    pub fn size(&self, bytes: u64) -> String {
        let tenths = |unit: u64| format!("{}.{}", bytes / unit, bytes % unit * 10 / unit);
        match bytes {
            ..=999 => self.bytes.of(usize::try_from(bytes).unwrap_or_default()),
            1000..=999_999 => format!("{} kB", tenths(1000)),
            1_000_000..=999_999_999 => format!("{} MB", tenths(1_000_000)),
            _ => format!("{} GB", tenths(1_000_000_000)),
        }
    }
}

/// A cost in US dollars, to four decimals as a rule.
pub fn cost(dollars: f64) -> String {
    if !dollars.is_finite() {
        return dollars.to_string();
    }
    let text = format!("{dollars:.4}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if (text == "0" || text == "-0") && dollars != 0.0 {
        return "< $0.0001".to_owned();
    }
    format!("${text}")
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;
    use crate::options::Locale;

    #[test]
    fn people_can_read_it() {
        let english = words(Locale::English);
        let durations = [0, 999, 1250, 185_000, 7_500_000].map(|millis| english.duration(millis));
        assert_eq!(
            durations,
            ["0 ms", "999 ms", "1.2 s", "3 min 5 s", "2 h 5 min"]
        );
        assert_eq!(words(Locale::Chinese).duration(185_000), "3 分 5 秒");
        let sizes = [1, 999, 1_250, 3_456_789].map(|bytes| english.size(bytes));
        assert_eq!(sizes, ["1 byte", "999 bytes", "1.2 kB", "3.4 MB"]);
        assert_eq!(cost(0.034_459_2), "$0.0345");
        assert_eq!(cost(12.0), "$12");
        assert_eq!(cost(0.0), "$0");
        assert_eq!(cost(0.000_01), "< $0.0001");
    }

    #[test]
    fn a_time_shows_its_offset() {
        let time = Timestamp::from_millis(1_795_333_572_026.0).unwrap();
        assert_eq!(
            Clock::new(TimeZone::Utc).rfc3339(time),
            "2026-11-22T07:46:12+00:00"
        );
        assert_eq!(Clock::new(TimeZone::Utc).date(time), "2026-11-22");
    }
}
