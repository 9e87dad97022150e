//! A bounded list of diagnostics: garbage of sixteen megabytes must not become a million messages.

use crate::{Diagnostic, Severity, Span, codes};

/// How many diagnostics a file gets, and how many the sources get, before the rest is only counted.
pub const MAX: usize = 100;

/// Collects diagnostics, at most [`MAX`].
#[derive(Default)]
pub(crate) struct Findings {
    list: Vec<Diagnostic>,
    more: Option<More>,
}

/// What is no longer shown.
struct More {
    count: usize,
    worst: Severity,
    first: Span,
}

impl Findings {
    /// Adds one. It is made only if there is room for it.
    pub(crate) fn add(&mut self, severity: Severity, span: Span, make: impl FnOnce() -> Diagnostic) {
        if self.list.len() < MAX {
            self.list.push(make());
            return;
        }
        let more = self.more.get_or_insert(More { count: 0, worst: severity, first: span });
        more.count += 1;
        more.worst = more.worst.max(severity);
    }

    /// All of them, and a last one for those that were left out: as severe as the worst of these.
    pub(crate) fn finish(mut self) -> Vec<Diagnostic> {
        if let Some(More { count, worst, first }) = self.more {
            let title = format!("{count} more like these, from here on");
            self.list.push(Diagnostic::new(codes::MORE, worst, title, first).help("mend those above first"));
        }
        self.list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    #[test]
    fn what_is_left_out_is_counted_and_keeps_its_severity() {
        let mut findings = Findings::default();
        for n in 0..MAX + 3 {
            let severity = if n == MAX + 1 { Severity::Error } else { Severity::Note };
            let span = Span::new(FileId(0), n, n + 1);
            findings.add(severity, span, || Diagnostic::new(codes::STRAY_LINE, severity, "x", span));
        }
        let list = findings.finish();
        assert_eq!(list.len(), MAX + 1);
        assert_eq!((list[MAX].code, list[MAX].severity), (codes::MORE, Severity::Error));
        assert!(list[MAX].title.starts_with("3 more"));
        assert_eq!(list[MAX].labels[0].span.start, MAX);
    }
}
