//! What hooks and scripts are told in their environment (`generate_running_env`, `usercmds`).

use super::Phase;
use record::stanza::Stanza;

/// The variables for a stanza in a phase, beside those that the program itself was started with:
///
/// - `IFACE` and `LOGICAL`: the interface; `METHOD` and `ADDRFAM`: `static`, `inet`, empty where the stanza does not say.
/// - `MODE`: `start` or `stop`; `PHASE`: `pre-up`, `up`, …
/// - `IF_KEY`: the first value of each setting, the key in capitals with `_` for `-`.
///
/// ifupdown2 gives scripts the interface before the last in LOGICAL, METHOD and ADDRFAM, and hooks no MODE or PHASE; both
/// get all of them here.
#[must_use]
pub fn environment(stanza: &Stanza, phase: Phase) -> Vec<(String, String)> {
    let word = |word: &Option<String>| word.clone().unwrap_or_default();
    let mut out = vec![
        ("IFACE".to_owned(), stanza.name.clone()),
        ("LOGICAL".to_owned(), stanza.name.clone()),
        ("METHOD".to_owned(), word(&stanza.method)),
        ("ADDRFAM".to_owned(), word(&stanza.family)),
        ("MODE".to_owned(), phase.mode().to_owned()),
        ("PHASE".to_owned(), phase.name().to_owned()),
    ];
    for (key, values) in &stanza.settings {
        let name = format!("IF_{}", key.to_uppercase().replace('-', "_"));
        // What can't be the name of a variable would end the whole command (execve takes no NUL, `=` ends a name).
        if name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'=') {
            out.push((name, values.first().cloned().unwrap_or_default()));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_scripts_rely_on_is_there() {
        let stanza = Stanza {
            name: "vmbr0".into(),
            family: Some("inet".into()),
            method: Some("static".into()),
            settings: vec![
                ("bridge-ports".into(), vec!["a b".into()]),
                ("address".into(), vec!["10.0.0.1/8".into(), "10.0.0.2/8".into()]),
                ("odd=key".into(), vec!["x".into()]),
            ],
            ..Stanza::default()
        };
        let told: Vec<String> =
            environment(&stanza, Phase::PreDown).iter().map(|(key, value)| format!("{key}={value}")).collect();
        let expected = [
            "IFACE=vmbr0",
            "LOGICAL=vmbr0",
            "METHOD=static",
            "ADDRFAM=inet",
            "MODE=stop",
            "PHASE=pre-down",
            "IF_BRIDGE_PORTS=a b",
            "IF_ADDRESS=10.0.0.1/8",
        ];
        assert_eq!(told, expected);
    }
}
