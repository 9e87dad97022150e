//! A test of the lab, and how one is registered.

use std::error::Error;

use crate::Lab;

/// A test: a name and what it does in a network namespace of its own.
#[derive(Clone, Copy)]
pub struct Case {
    /// Its module's path and its function: `kernel::traps::setlink_is_ignored`. Shown without the crate.
    pub path: &'static str,
    /// It measures, so nothing else may run meanwhile.
    pub alone: bool,
    /// Which of its family it is ([`crate::family!`]); empty for a test by itself.
    pub member: &'static str,
    /// What it does.
    pub run: fn(&mut Lab) -> Result<(), Box<dyn Error>>,
}

impl Case {
    /// The name that a person types: the path without the crate.
    #[must_use]
    pub fn name(&self) -> &'static str {
        self.path.split_once("::").map_or(self.path, |(_, name)| name)
    }

    /// All tests that were registered with [`crate::test!`] and [`crate::family!`], by name.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut cases = CASES.to_vec();
        cases.extend(FAMILIES.iter().flat_map(|family| family()));
        cases.sort_by_key(|case| case.path);
        cases
    }
}

/// What a test function may give back.
pub trait Outcome {
    /// An error fails the test.
    ///
    /// # Errors
    /// The test's own.
    fn into_result(self) -> Result<(), Box<dyn Error>>;
}

impl Outcome for () {
    fn into_result(self) -> Result<(), Box<dyn Error>> {
        Ok(())
    }
}

impl<E: Into<Box<dyn Error>>> Outcome for Result<(), E> {
    fn into_result(self) -> Result<(), Box<dyn Error>> {
        self.map_err(Into::into)
    }
}

/// Where [`crate::test!`] puts the tests of a program; the linker gathers them.
#[linkme::distributed_slice]
pub static CASES: [Case];

/// Where [`crate::family!`] puts the families of a program. Asked more than once, on both sides: each time for the same.
#[linkme::distributed_slice]
pub static FAMILIES: [fn() -> Vec<Case>];

/// Registers tests that are data: `lab::family!(scenarios)`, where `fn scenarios() -> Vec<Case>` reads them from a folder.
#[macro_export]
macro_rules! family {
    ($function:ident) => {
        const _: () = {
            #[$crate::linkme::distributed_slice($crate::FAMILIES)]
            #[linkme(crate = $crate::linkme)]
            static FAMILY: fn() -> Vec<$crate::Case> = $function;
        };
    };
}

/// Registers functions as tests: `lab::test!(carrier_falls, failover_works);`.
///
/// `lab::test!(alone: …)` is for those that measure: no other test runs meanwhile.
///
/// Such a function takes `&mut Lab` and gives back nothing or a `Result`. One that is not registered is dead code, which
/// the compiler warns of.
#[macro_export]
macro_rules! test {
    ($($function:ident),+ $(,)?) => {
        $crate::test!(@ false, $($function),+);
    };
    (alone: $($function:ident),+ $(,)?) => {
        $crate::test!(@ true, $($function),+);
    };
    (@ $alone:literal, $($function:ident),+) => {
        $(
            const _: () = {
                #[$crate::linkme::distributed_slice($crate::CASES)]
                #[linkme(crate = $crate::linkme)]
                static CASE: $crate::Case = $crate::Case {
                    path: concat!(module_path!(), "::", stringify!($function)),
                    alone: $alone,
                    member: "",
                    run: |lab| $crate::Outcome::into_result($function(lab)),
                };
            };
        )+
    };
}
