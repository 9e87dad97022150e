//! Who asks.

/// The user, and where the session comes from: `root from 192.0.2.7`.
#[must_use]
pub fn asks() -> String {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let user = ["SUDO_USER", "USER", "LOGNAME"].into_iter().find_map(set).unwrap_or_else(|| "root".to_owned());
    match set("SSH_CONNECTION").as_deref().and_then(|text| text.split(' ').next()) {
        Some(from) => format!("{user} from {from}"),
        None => user,
    }
}

/// The address of this host that the session comes in by (`SSH_CONNECTION`, third word), where there is one.
#[must_use]
pub fn comes_in_by() -> Option<std::net::IpAddr> {
    std::env::var("SSH_CONNECTION").ok()?.split(' ').nth(2)?.parse().ok()
}
