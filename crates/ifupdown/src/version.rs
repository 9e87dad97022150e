//! Whose version `-V` tells.

/// The version of the program that this one stands in for: Proxmox's fork of ifupdown2, whose command line and output it
/// follows. It is not Bowline's own. Proxmox asks `ifreload -V` before it reloads, and wants at least 1.2.8 and a mark of
/// its own (`pve`, `pmx` or `proxmox`) in the fourth piece between dots and dashes; the package's `Provides` says the same.
pub const STANDS_IN_FOR: &str = "3.3.0-1+pmx11";

/// What `-V` prints.
#[must_use]
pub fn line() -> String {
    format!("ifupdown2:{STANDS_IN_FOR}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The way in which Proxmox takes the line apart.
    #[test]
    fn proxmox_takes_it() {
        let line = line();
        let version = line.trim().strip_prefix("ifupdown2:").unwrap();
        assert!(!version.contains(char::is_whitespace));
        let pieces: Vec<&str> = version.split(['.', '-']).collect();
        let numbers: Vec<u32> = pieces[..3].iter().map(|piece| piece.parse().unwrap()).collect();
        assert!(numbers[0] * 100_000 + numbers[1] * 1000 + numbers[2] * 10 >= 102_080);
        assert!(["pve", "pmx", "proxmox"].iter().any(|mark| pieces[3].contains(mark)));
    }
}
