//! /etc/network/ifupdown2/ifupdown2.conf: `key=value` lines.

use std::path::PathBuf;

use interfaces::Files;

use super::text::optional;

/// Where it is.
pub const PATH: &str = "/etc/network/ifupdown2/ifupdown2.conf";

/// Keys of ifupdown2 that have no effect here, since what they switch is done in one way only (docs/ifupdown2.md).
const WITHOUT_EFFECT: &[&str] = &[
    "use_daemon",
    "template_enable",
    "template_engine",
    "template_lookuppath",
    "addon_syntax_check",
    "addon_python_modules_support",
    "multiple_vlan_aware_bridge_support",
    "ifquery_ifacename_expand_range",
    "link_master_slave",
    "delay_admin_state_change",
    "ifreload_down_changed",
    "addr_config_squash",
    "ifaceobj_squash",
    "adjust_logical_dev_mtu",
    "state_dir",
    "warn_on_ifdown",
    "vxlan_single_vxlan_device_support",
];

/// What of it has an effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Conf {
    /// `default_interfaces_configfile`.
    pub interfaces: PathBuf,
    /// `disable_cli_interfacesfile=1`: `-i` is refused, but for `ifquery`.
    pub forbids_other_file: bool,
    /// `addon_scripts_support`: the scripts of /etc/network/if-*.d are run. On by default here, as in the file that
    /// ifupdown2 ships.
    pub runs_scripts: bool,
    /// `ifquery_check_success_str`.
    pub pass: String,
    /// `ifquery_check_error_str`.
    pub fail: String,
    /// `ifquery_check_unknown_str`.
    pub unknown: String,
    /// `ifreload_currentlyup_down_notpresent=1`: `ifreload -c` takes interfaces down that the file no longer names.
    pub currently_up_takes_down: bool,
}

impl Default for Conf {
    fn default() -> Self {
        Self {
            interfaces: "/etc/network/interfaces".into(),
            forbids_other_file: false,
            runs_scripts: true,
            pass: "pass".to_owned(),
            fail: "fail".to_owned(),
            unknown: String::new(),
            currently_up_takes_down: false,
        }
    }
}

impl Conf {
    /// Reads it.
    pub fn read(disk: &dyn Files, warn: &mut dyn FnMut(String)) -> Self {
        optional(disk, PATH, warn).map_or_else(Self::default, |text| Self::parse(&text, warn))
    }

    /// Understands its text. Comments start with `#` or `;`, as for Python's `RawConfigParser`.
    pub fn parse(text: &str, warn: &mut dyn FnMut(String)) -> Self {
        let mut out = Self::default();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with(['#', ';', '[']) {
                continue;
            }
            let Some((key, value)) = line.split_once(['=', ':']) else {
                warn(format!("{PATH}: line {}: `{line}` is no `key=value`", number + 1));
                continue;
            };
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "default_interfaces_configfile" if !value.is_empty() => out.interfaces = value.into(),
                "disable_cli_interfacesfile" => out.forbids_other_file = value == "1",
                "addon_scripts_support" => out.runs_scripts = value == "1",
                "ifquery_check_success_str" => value.clone_into(&mut out.pass),
                "ifquery_check_error_str" => value.clone_into(&mut out.fail),
                "ifquery_check_unknown_str" => value.clone_into(&mut out.unknown),
                "ifreload_currentlyup_down_notpresent" => out.currently_up_takes_down = value == "1",
                key if WITHOUT_EFFECT.contains(&key) => {}
                _ => warn(format!("{PATH}: line {}: `{key}` is not known", number + 1)),
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_an_effect_is_taken_and_what_is_unknown_told() {
        let text = "# comment\n\ndefault_interfaces_configfile=/x\ndisable_cli_interfacesfile = 1\n\
                    addon_scripts_support=0\nifquery_check_success_str=ok\nuse_daemon=no\nnovel=1\nnonsense\n";
        let mut warnings = Vec::new();
        let conf = Conf::parse(text, &mut |warning| warnings.push(warning));
        let expected = Conf {
            interfaces: "/x".into(),
            forbids_other_file: true,
            runs_scripts: false,
            pass: "ok".into(),
            ..Conf::default()
        };
        assert_eq!(conf, expected);
        let file = PATH;
        let told =
            [format!("{file}: line 8: `novel` is not known"), format!("{file}: line 9: `nonsense` is no `key=value`")];
        assert_eq!(warnings, told);
    }
}
