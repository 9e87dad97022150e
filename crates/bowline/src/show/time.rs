//! Times and durations for people.

use std::time::Duration;

/// Seconds since 1970 as `2026-11-24 22:23:05 UTC`.
#[must_use]
pub fn moment(seconds: u64) -> String {
    let (days, rest) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    format!("{year:04}-{month:02}-{day:02} {:02}:{:02}:{:02} UTC", rest / 3600, rest / 60 % 60, rest % 60)
}

/// The same without blanks, for names that sort by time: `20261124-222305`.
#[must_use]
pub fn stamp(seconds: u64) -> String {
    moment(seconds).trim_end_matches(" UTC").replace(['-', ':'], "").replace(' ', "-")
}

/// `90 s`, `5 min`, `5 min 20 s`; a part of a second counts as one.
#[must_use]
pub fn duration(time: Duration) -> String {
    let seconds = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    match (seconds / 60, seconds % 60) {
        (0..=1, _) => format!("{seconds} s"),
        (minutes, 0) => format!("{minutes} min"),
        (minutes, seconds) => format!("{minutes} min {seconds} s"),
    }
}

/// Reads `90s`, `5m`, `1h`, or a number of seconds.
///
/// # Errors
/// Says what would be right.
pub fn parse_duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
    let factor = match unit {
        "" | "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        _ => 0,
    };
    let seconds = number.parse::<u64>().ok().and_then(|number| number.checked_mul(factor));
    match seconds {
        Some(seconds @ 5..=86_400) => Ok(Duration::from_secs(seconds)),
        _ => Err("a time from 5s to 24h, as in 90s or 5m".to_owned()),
    }
}

/// The day of that number, 1970-01-01 being 0, in the Gregorian calendar.
fn date(days: u64) -> (u64, u64, u64) {
    let (mut year, mut left) = (1970, days);
    let is_leap = |year: u64| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    // An era of 400 years has the same number of days, so that the loop is short whatever a clock says.
    year += left / 146_097 * 400;
    left %= 146_097;
    while left >= 365 + u64::from(is_leap(year)) {
        left -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    (year, month, left + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01 00:00:00 UTC"),
            (951_782_399, "2000-02-28 23:59:59 UTC"),
            (951_782_400, "2000-02-29 00:00:00 UTC"),
            (1_735_689_599, "2024-12-31 23:59:59 UTC"),
            (4_107_542_400, "2100-03-01 00:00:00 UTC"),
        ] {
            assert_eq!(moment(seconds), text);
        }
        assert_eq!(stamp(0), "19700101-000000");
        assert!(!moment(u64::MAX).is_empty());
    }

    #[test]
    fn durations_are_read_and_shown() {
        let read = |text: &str| parse_duration(text).map(duration);
        assert_eq!(read("90s").as_deref(), Ok("90 s"));
        assert_eq!(read("5m").as_deref(), Ok("5 min"));
        assert_eq!(read("320").as_deref(), Ok("5 min 20 s"));
        for bad in ["", "s", "1s", "25h", "-5s", "5 m", "99999999999999999999", "5x"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
