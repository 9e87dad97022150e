//! How IP and MPLS are treated on a link, written, and read for MPLS: a file below /proc/sys, which is that of the network namespace of the thread that
//! opens it.

use std::io;
use std::path::{Path, PathBuf};

use network::option::ip;
use network::{IfName, Opt, Options, Scope, Value};

/// The file of an option of IP on a link; `None` for an option of anything else.
#[must_use]
pub fn path(link: &IfName, row: Opt) -> Option<PathBuf> {
    let family = match row.scope {
        Scope::Ipv4 => "ipv4",
        Scope::Ipv6 => "ipv6",
        Scope::Mpls => "mpls",
        _ => return None,
    };
    // A name holds no slash and is no `..`, so it is one folder.
    Some(PathBuf::from(format!("/proc/sys/net/{family}/conf/{link}/{}", row.name)))
}

/// Writes it.
///
/// # Errors
/// What the system says: no such link or option, no permission, a value that the kernel does not take; `InvalidInput` for
/// an option that has no file.
pub fn write(link: &IfName, row: Opt, number: i64) -> io::Result<()> {
    let path = path(link, row).ok_or(io::ErrorKind::InvalidInput)?;
    std::fs::write(path, format!("{number}\n"))
}

/// What of MPLS a link has; nothing where the kernel has no MPLS, or the link is gone.
#[must_use]
pub fn read_mpls(link: &IfName) -> Options {
    let number = |row: Opt| std::fs::read_to_string(path(link, row)?).ok()?.trim().parse().ok();
    let found = ip::mpls::ALL.iter().filter_map(|row| Some((*row, Value::Number(number(*row)?))));
    found.collect()
}

/// Whether the kernel has MPLS: without it no link need be asked.
#[must_use]
pub fn has_mpls() -> bool {
    Path::new("/proc/sys/net/mpls/conf").exists()
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::option::bond;

    #[test]
    fn a_link_with_a_dot_is_one_folder() {
        let link: IfName = "bond0.10".parse().unwrap();
        let found = path(&link, ip::v6::ACCEPT_RA).unwrap();
        assert_eq!(found.to_str(), Some("/proc/sys/net/ipv6/conf/bond0.10/accept_ra"));
        assert_eq!(path(&link, bond::MODE), None);
    }
}
