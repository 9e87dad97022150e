//! The page that keeps the results: a table between two marks is replaced, the rest stays.

use std::path::{Path, PathBuf};
use std::{fs, io};

/// A page that could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum ReadmeError {
    /// It can't be read.
    #[error("can't read {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It can't be written.
    #[error("can't write {}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It lacks the marks.
    #[error("{} has no `{begin}` with a `{end}` after it, so there is no place for the table", path.display())]
    NoPlace {
        /// Which.
        path: PathBuf,
        /// The first mark.
        begin: String,
        /// The second mark.
        end: String,
    },
}

/// Puts `table` between the marks of `bench` in a page.
///
/// # Errors
/// When the page can't be read or written, or has no such marks; it is as it was then, unless writing failed midway.
pub fn write(path: &Path, bench: &str, table: &str) -> Result<(), ReadmeError> {
    let page = fs::read_to_string(path).map_err(|source| ReadmeError::Read { path: path.to_owned(), source })?;
    let [begin, end] = marks(bench);
    let Some(page) = replaced(&page, &begin, &end, table) else {
        return Err(ReadmeError::NoPlace { path: path.to_owned(), begin, end });
    };
    fs::write(path, page).map_err(|source| ReadmeError::Write { path: path.to_owned(), source })
}

fn marks(bench: &str) -> [String; 2] {
    [format!("<!-- {bench}: begin -->"), format!("<!-- {bench}: end -->")]
}

/// The page with what stands between the marks replaced.
fn replaced(page: &str, begin: &str, end: &str, table: &str) -> Option<String> {
    let (before, rest) = page.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    Some(format!("{before}{begin}\n\n{}\n\n{end}{after}", table.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_changes() {
        let [begin, end] = marks("check");
        let page = format!("# Title\n{begin}\nold\n{end}\nrest\n");
        let new = replaced(&page, &begin, &end, "| new |\n").expect("the marks are there");
        assert_eq!(new, format!("# Title\n{begin}\n\n| new |\n\n{end}\nrest\n"));
        assert_eq!(replaced(&new, &begin, &end, "| new |\n"), Some(new), "again is the same");
    }

    #[test]
    fn a_page_without_both_marks_in_order_has_no_place() {
        let [begin, end] = marks("check");
        for page in ["", &begin, &end, &format!("{end}{begin}")] {
            assert_eq!(replaced(page, &begin, &end, "table"), None, "{page}");
        }
    }
}
