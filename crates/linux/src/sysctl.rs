//! How IP is treated on a link, written: a file below /proc/sys, which is that of the network namespace of the thread that
//! opens it.

use std::io;
use std::path::PathBuf;

use network::{IfName, Opt, Scope};

/// The file of an option of IP on a link; `None` for an option of anything else.
#[must_use]
pub fn path(link: &IfName, row: Opt) -> Option<PathBuf> {
    let family = match row.scope {
        Scope::Ipv4 => "ipv4",
        Scope::Ipv6 => "ipv6",
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

#[cfg(test)]
mod tests {
    use super::*;
    use network::option::{bond, ip};

    #[test]
    fn a_link_with_a_dot_is_one_folder() {
        let link: IfName = "bond0.10".parse().unwrap();
        let found = path(&link, ip::v6::ACCEPT_RA).unwrap();
        assert_eq!(found.to_str(), Some("/proc/sys/net/ipv6/conf/bond0.10/accept_ra"));
        assert_eq!(path(&link, bond::MODE), None);
    }
}
