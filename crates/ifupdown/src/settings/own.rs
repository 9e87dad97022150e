//! /etc/bowline/config.toml: what ifupdown2 has no setting for.

use std::time::Duration;

use interfaces::Files;

use super::text::optional;

/// Where it is.
pub const PATH: &str = "/etc/bowline/config.toml";
/// How long a hook or script may take by default: longer than any wait for DHCP, shorter than a boot that seems dead.
const TIMEOUT: Duration = Duration::from_secs(300);

/// For how long what worked has to work again by default: five looks in turn.
const SETTLE: Duration = Duration::from_secs(10);
/// How long what worked may be gone by default: a spanning tree takes twice its forward delay of 15 s, and LACP at the slow
/// rate 30 s, each until the next question is answered.
const GRACE: Duration = Duration::from_secs(45);
/// How long a reload waits by default.
const WITHIN: Duration = Duration::from_secs(90);
/// The longest that may be asked for: what is guarded waits for so long, and keeps others out.
const MAX_SETTLE: i64 = 3600;
/// How long a lease is waited for by default: as long as dhclient itself tries at first.
pub const LEASE: Duration = Duration::from_secs(60);

/// Bowline's own configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// `[hooks] timeout`, in seconds: how long a hook or a script may take before it is ended. 0: for ever (`None`).
    pub hook_timeout: Option<Duration>,
    /// `[dhcp] wait`, in seconds: how long a lease is waited for; the client goes on in the background then. `None`: what
    /// the policy files say (`dhcp-wait`), else [`LEASE`].
    pub lease_wait: Option<Duration>,
    /// `[bridge] mac-from-port`: a new bridge gets the address of its first port and keeps it, as Proxmox's policy has
    /// it. `None`: what the policy files say, else yes.
    pub mac_from_port: Option<bool>,
    /// `[guard]`: changes that undo themselves.
    pub guard: Guard,
}

/// `[guard]`: how a change is guarded that nobody is there to confirm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Guard {
    /// `settle`, in seconds: for how long what worked before has to work again, after a change that disturbs something,
    /// until it is kept.
    pub settle: Duration,
    /// `grace`, in seconds: how long what worked before may be gone before the change is undone.
    pub grace: Duration,
    /// `within`, in seconds: after which time a reload of which this does not come about is undone.
    pub within: Duration,
    /// `ifreload`: whether `ifreload` is guarded.
    pub ifreload: bool,
}

impl Default for Guard {
    fn default() -> Self {
        Self { settle: SETTLE, grace: GRACE, within: WITHIN, ifreload: false }
    }
}

impl Default for Own {
    fn default() -> Self {
        Self { hook_timeout: Some(TIMEOUT), lease_wait: None, mac_from_port: None, guard: Guard::default() }
    }
}

impl Own {
    /// Reads it.
    pub fn read(disk: &dyn Files, warn: &mut dyn FnMut(String)) -> Self {
        optional(disk, PATH, warn).map_or_else(Self::default, |text| Self::parse(&text, warn))
    }

    /// Understands its text. A key that is not known, or a value that it does not take, is told and left out; a text that
    /// is no TOML is told and left out whole.
    pub fn parse(text: &str, warn: &mut dyn FnMut(String)) -> Self {
        let mut out = Self::default();
        let table: toml::Table = match text.parse() {
            Ok(table) => table,
            Err(error) => {
                let at = error.span().map_or(0, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
                warn(format!("{PATH}: line {at}: {}", error.message()));
                return out;
            }
        };
        for (section, value) in &table {
            let toml::Value::Table(keys) = value else {
                warn(format!("{PATH}: `{section}` is not known"));
                continue;
            };
            for (key, value) in keys {
                match (section.as_str(), key.as_str(), value) {
                    ("hooks", "timeout", toml::Value::Integer(seconds)) if *seconds >= 0 => {
                        let seconds = Duration::from_secs(seconds.unsigned_abs());
                        out.hook_timeout = Some(seconds).filter(|seconds| !seconds.is_zero());
                    }
                    ("dhcp", "wait", toml::Value::Integer(seconds)) if *seconds >= 0 => {
                        out.lease_wait = Some(Duration::from_secs(seconds.unsigned_abs()));
                    }
                    ("dhcp", "wait", _) => warn(format!("{PATH}: dhcp.wait takes a number of seconds")),
                    ("bridge", "mac-from-port", toml::Value::Boolean(yes)) => out.mac_from_port = Some(*yes),
                    ("guard", "settle", toml::Value::Integer(seconds)) if (0..=MAX_SETTLE).contains(seconds) => {
                        out.guard.settle = Duration::from_secs(seconds.unsigned_abs());
                    }
                    ("guard", "grace", toml::Value::Integer(seconds)) if (0..=MAX_SETTLE).contains(seconds) => {
                        out.guard.grace = Duration::from_secs(seconds.unsigned_abs());
                    }
                    ("guard", "within", toml::Value::Integer(seconds)) if (5..=MAX_SETTLE).contains(seconds) => {
                        out.guard.within = Duration::from_secs(seconds.unsigned_abs());
                    }
                    ("guard", "ifreload", toml::Value::Boolean(yes)) => out.guard.ifreload = *yes,
                    ("guard", "ifreload", _) => warn(format!("{PATH}: guard.ifreload takes true or false")),
                    ("guard", "settle" | "grace" | "within", _) => {
                        warn(format!("{PATH}: guard.{key} takes a number of seconds up to {MAX_SETTLE}"));
                    }
                    ("hooks", "timeout", _) => warn(format!("{PATH}: hooks.timeout takes a number of seconds")),
                    ("bridge", "mac-from-port", _) => warn(format!("{PATH}: bridge.mac-from-port takes true or false")),
                    _ => warn(format!("{PATH}: `{section}.{key}` is not known")),
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_taken_and_the_rest_told() {
        for (text, timeout, mac, warning) in [
            ("", Some(300), None, ""),
            ("[hooks]\ntimeout = 20\n[bridge]\nmac-from-port = true\n", Some(20), Some(true), ""),
            ("[hooks]\ntimeout = 0\n", None, None, ""),
            ("[hooks]\ntimeout = -1\n", Some(300), None, "hooks.timeout takes a number of seconds"),
            ("[guard]\nsettle = 9999\n", Some(300), None, "guard.settle takes a number of seconds up to 3600"),
            ("[hooks]\nretries = 1\n", Some(300), None, "`hooks.retries` is not known"),
            ("novel = 1\n", Some(300), None, "`novel` is not known"),
            ("\n[hooks\n", Some(300), None, "line 2: "),
        ] {
            let mut warnings = Vec::new();
            let own = Own::parse(text, &mut |warning| warnings.push(warning));
            assert_eq!(own.hook_timeout, timeout.map(Duration::from_secs), "{text}");
            assert_eq!(own.mac_from_port, mac, "{text}");
            assert_eq!(warnings.len(), usize::from(!warning.is_empty()), "{text}: {warnings:?}");
            assert!(warnings.iter().all(|told| told.contains(warning)), "{warnings:?}");
        }
    }
}
