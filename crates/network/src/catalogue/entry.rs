//! An entry, and the parts of its explanation.

use interfaces::Severity;

/// What there is to know of one code.
#[derive(Debug, PartialEq, Eq)]
pub struct Entry {
    /// `BW` and three digits.
    pub code: &'static str,
    /// A name that says it: `address-on-slave`.
    pub name: &'static str,
    /// The severities that it comes with, the usual one first; where there are several, the explanation says when.
    pub severities: &'static [Severity],
    /// All of `explanation.md`.
    pub explanation: &'static str,
    /// What shows it.
    pub example: Example,
}

/// What shows a code.
#[derive(Debug, PartialEq, Eq)]
pub enum Example {
    /// Two files, as `/etc/network/interfaces`.
    Files {
        /// One that raises the code.
        bad: &'static str,
        /// One that is clean.
        good: &'static str,
        /// The host that both are held against, in the words of `cases/README.md`, where it takes one.
        host: Option<&'static str>,
    },
    /// No file can, and why.
    None(&'static str),
}

/// The line before what to do.
const WHAT_TO_DO: &str = "\n## What to do\n";

impl Entry {
    /// What it is, in a sentence.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.explanation.split_once("\n\n").map_or(self.explanation, |(summary, _)| summary).trim()
    }

    /// Why it matters: paragraphs of Markdown, with an empty line between.
    #[must_use]
    pub fn why(&self) -> &'static str {
        let rest = self.explanation.split_once("\n\n").map_or("", |(_, rest)| rest);
        rest.split_once(WHAT_TO_DO).map_or(rest, |(why, _)| why).trim()
    }

    /// What to do about it: paragraphs of Markdown.
    #[must_use]
    pub fn remedy(&self) -> &'static str {
        self.explanation.split_once(WHAT_TO_DO).map_or("", |(_, remedy)| remedy).trim()
    }

    /// The usual severity.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.severities.first().copied().unwrap_or(Severity::Error)
    }

    /// Where the documentation explains it, from the top of the project: `docs/checks.md#bw041`.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("docs/checks.md#{}", self.code.to_ascii_lowercase())
    }
}
