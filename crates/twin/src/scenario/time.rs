//! Times as people write them.

use std::time::Duration;

use super::Wrong;

/// The longest time that a scenario may name: a thousand days.
const MAX: Duration = Duration::from_secs(1000 * 86400);

/// Reads `100ms`, `2s` or `3min`.
pub(super) fn time(text: &str) -> Result<Duration, Wrong> {
    let wrong = || Wrong::Time(text.to_owned());
    let unit = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
    let (digits, unit) = text.split_at(unit);
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    let millis = match unit {
        "ms" => Some(number),
        "s" => number.checked_mul(1000),
        "min" => number.checked_mul(60_000),
        _ => None,
    };
    millis.map(Duration::from_millis).filter(|time| *time <= MAX).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_numbers_with_a_unit() {
        assert_eq!(time("100ms"), Ok(Duration::from_millis(100)));
        assert_eq!(time("2s"), Ok(Duration::from_secs(2)));
        assert_eq!(time("3min"), Ok(Duration::from_secs(180)));
        for text in
            ["", "5", "ms", "1.5s", "-1s", "1h", "99999999999999999999s", "18446744073709551615min", "2000000min"]
        {
            assert_eq!(time(text), Err(Wrong::Time(text.to_owned())));
        }
    }
}
