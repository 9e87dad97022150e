//! What the package is by itself, before anyone installs it.

use std::fs;
use std::path::Path;
use std::process::Command;

use libtest_mimic::Failed;

use crate::place;
use crate::tool;

/// The list of files, beside this crate: a line for each, `PATH MODE[ -> LINK]`. Folders are not in it.
const LIST: &str = "files.txt";

/// The package has the files that the list says, with those modes and links, all root's; a difference shows both.
///
/// # Errors
/// When it has not.
pub fn files(deb: &Path) -> Result<(), Failed> {
    let listing = tool::read(Command::new("dpkg-deb").arg("--contents").arg(deb))?;
    let lines: Vec<Option<String>> = listing.lines().map(entry).collect::<Result<_, _>>()?;
    let mut lines: Vec<String> = lines.into_iter().flatten().collect();
    lines.sort();
    let (is, path) = (lines.join("\n") + "\n", place::packaging().join(LIST));
    let wanted = fs::read_to_string(&path).unwrap_or_default();
    if is == wanted {
        return Ok(());
    }
    let new = place::output().join(LIST);
    fs::write(&new, &is)?;
    let (is, wanted): (Vec<_>, Vec<_>) = (is.lines().collect(), wanted.lines().collect());
    let more = is.iter().filter(|line| !wanted.contains(line)).map(|line| format!("+ {line}\n"));
    let less = wanted.iter().filter(|line| !is.contains(line)).map(|line| format!("- {line}\n"));
    let difference: String = less.chain(more).collect();
    Err(format!(
        "the package has other files than {} says (what it has is in {}):\n{difference}",
        path.display(),
        new.display()
    )
    .into())
}

/// `-rw-r--r-- root/root 1234 2026-01-01 00:00 ./usr/bin/x -> y` without what varies from build to build; nothing for a folder,
/// which everyone may enter.
fn entry(line: &str) -> Result<Option<String>, Failed> {
    let mut words = line.split_whitespace();
    let mut next = || words.next().ok_or_else(|| Failed::from(format!("dpkg-deb printed what can't be read: {line}")));
    let (mode, owner) = (next()?, next()?);
    let (_size, _day, _time) = (next()?, next()?, next()?);
    let path = next()?;
    // cargo-deb writes no names, so dpkg-deb shows numbers.
    if owner != "0/0" && owner != "root/root" {
        return Err(format!("{path} is {owner}'s").into());
    }
    if mode.starts_with('d') {
        return if mode == "drwxr-xr-x" { Ok(None) } else { Err(format!("{path} is {mode}").into()) };
    }
    let rest: Vec<&str> = words.collect();
    let separator = if rest.is_empty() { "" } else { " " };
    Ok(Some(format!("{} {mode}{separator}{}", path.trim_start_matches('.'), rest.join(" "))))
}

/// lintian finds no error.
///
/// # Errors
/// When it does, or can't be run.
pub fn lintian(deb: &Path) -> Result<(), Failed> {
    tool::need("/usr/bin/lintian", "lintian")?;
    let mut command = Command::new("lintian");
    let output = command.args(["--allow-root", "--fail-on", "error", "--tag-display-limit", "0"]).arg(deb).output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{said}{}", String::from_utf8_lossy(&output.stderr)).into())
    }
}

/// The same commit makes the same package, byte for byte.
///
/// # Errors
/// When a second build differs.
pub fn reproducible(deb: &Path) -> Result<(), Failed> {
    let first = fs::read(deb)?;
    let again = crate::deb::build_into(&place::output().join("again"))?;
    if fs::read(&again)? == first { Ok(()) } else { Err("a second build made another package".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_varies_is_left_out() {
        let line = "lrwxrwxrwx root/root         0 2026-11-24 18:00 ./usr/sbin/ifup -> ../libexec/bowline/ifupdown";
        assert_eq!(entry(line).unwrap().unwrap(), "/usr/sbin/ifup lrwxrwxrwx -> ../libexec/bowline/ifupdown");
        let line = "-rwxr-xr-x 0/0   4271936 2026-11-24 18:00 ./usr/bin/bowline";
        assert_eq!(entry(line).unwrap().unwrap(), "/usr/bin/bowline -rwxr-xr-x");
        assert!(entry("drwxr-xr-x 0/0 0 2026-11-24 18:00 ./usr/").unwrap().is_none());
    }

    #[test]
    fn what_is_not_roots_or_open_to_all_is_an_error() {
        assert!(entry("-rw-r--r-- me/me 1 2026-11-24 18:00 ./x").is_err());
        assert!(entry("drwxrwxrwx 0/0 0 2026-11-24 18:00 ./usr/").is_err());
        assert!(entry("garbage").is_err());
    }
}
