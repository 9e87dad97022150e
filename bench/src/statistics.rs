//! Medians and spreads.

use std::time::Duration;

use serde::{Serialize, Serializer};

/// The middle and the ends of some samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Spread {
    /// The middle one; of an even number, the mean of the middle two.
    #[serde(rename = "median_seconds", serialize_with = "seconds")]
    pub median: Duration,
    /// The shortest.
    #[serde(rename = "min_seconds", serialize_with = "seconds")]
    pub min: Duration,
    /// The longest.
    #[serde(rename = "max_seconds", serialize_with = "seconds")]
    pub max: Duration,
}

impl Spread {
    /// Of any samples, in any order; `None` without any.
    #[must_use]
    pub fn of(samples: &[Duration]) -> Option<Self> {
        let mut sorted = samples.to_vec();
        sorted.sort_unstable();
        let (&min, &max) = (sorted.first()?, sorted.last()?);
        let upper = sorted[sorted.len() / 2];
        let median = if sorted.len() % 2 == 1 { upper } else { (sorted[sorted.len() / 2 - 1] + upper) / 2 };
        Some(Self { median, min, max })
    }

    /// `3.14 ms (3.02–4.00)`, all in the unit of the median.
    #[must_use]
    pub fn text(&self) -> String {
        let unit = Unit::of(self.median);
        format!("{} {} ({}–{})", unit.number(self.median), unit.name(), unit.number(self.min), unit.number(self.max))
    }
}

/// How often the one fits the other; `None` when the other took no time.
#[must_use]
pub fn ratio(of: Duration, to: Duration) -> Option<f64> {
    (!to.is_zero()).then(|| of.as_secs_f64() / to.as_secs_f64())
}

/// Three digits of what people read.
#[must_use]
pub fn digits(value: f64) -> String {
    match value {
        value if value < 9.995 => format!("{value:.2}"),
        value if value < 99.95 => format!("{value:.1}"),
        value => format!("{value:.0}"),
    }
}

/// What durations of one size are told in.
#[derive(Clone, Copy)]
enum Unit {
    Milliseconds,
    Seconds,
}

impl Unit {
    fn of(duration: Duration) -> Self {
        if duration < Duration::from_secs(1) { Self::Milliseconds } else { Self::Seconds }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Milliseconds => "ms",
            Self::Seconds => "s",
        }
    }

    fn number(self, duration: Duration) -> String {
        let scale = match self {
            Self::Milliseconds => 1000.0,
            Self::Seconds => 1.0,
        };
        digits(duration.as_secs_f64() * scale)
    }
}

/// A duration in JSON: seconds.
///
/// # Errors
/// What the serializer says.
pub fn seconds<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64(duration.as_secs_f64())
}

/// Durations in JSON: seconds.
///
/// # Errors
/// What the serializer says.
pub fn seconds_each<S: Serializer>(durations: &[Duration], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(durations.iter().map(Duration::as_secs_f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn millis<const N: usize>(samples: [u64; N]) -> Vec<Duration> {
        samples.into_iter().map(Duration::from_millis).collect()
    }

    #[test]
    fn of_an_odd_number_the_middle_one_counts() {
        let spread = Spread::of(&millis([9, 1, 4])).expect("there are samples");
        assert_eq!([spread.median, spread.min, spread.max].to_vec(), millis([4, 1, 9]));
    }

    #[test]
    fn of_an_even_number_the_middle_two_count() {
        let spread = Spread::of(&millis([8, 2, 100, 4])).expect("there are samples");
        assert_eq!([spread.median, spread.min, spread.max].to_vec(), millis([6, 2, 100]));
    }

    #[test]
    fn one_is_its_own_spread_and_none_has_none() {
        let five = Duration::from_millis(5);
        assert_eq!(Spread::of(&[five]), Some(Spread { median: five, min: five, max: five }));
        assert_eq!(Spread::of(&[]), None);
    }

    #[test]
    fn a_spread_is_told_in_the_unit_of_its_median() {
        let text = |samples: Vec<Duration>| Spread::of(&samples).map(|spread| spread.text());
        assert_eq!(text(millis([3, 4, 5])).as_deref(), Some("4.00 ms (3.00–5.00)"));
        assert_eq!(text(millis([999, 999, 1200])).as_deref(), Some("999 ms (999–1200)"));
        assert_eq!(text(millis([900, 1000, 26_500])).as_deref(), Some("1.00 s (0.90–26.5)"));
    }

    #[test]
    fn three_digits_at_every_size() {
        assert_eq!(
            [0.004, 1.0, 9.994, 9.996, 99.94, 99.96, 1234.0].map(digits),
            ["0.00", "1.00", "9.99", "10.0", "99.9", "100", "1234"]
        );
    }

    #[test]
    fn nothing_is_a_multiple_of_no_time() {
        assert_eq!(ratio(Duration::from_millis(6), Duration::from_millis(4)), Some(1.5));
        assert_eq!(ratio(Duration::from_millis(6), Duration::ZERO), None);
    }
}
