//! Which property of a change the kernel refused, so that the refusal can be shown at the line of the file.

use network::option::by_attribute;
use network::{Change, Device, Field, Scope};

use crate::encode::{IFLA_INFO_DATA, IFLA_INFO_SLAVE_DATA};

/// The property that the attribute at `path` (see [`crate::extack::path`]) carries in `change`; where the kernel points
/// at none, the change's only property, if it has only one.
#[must_use]
pub fn field(change: &Change, path: &[u16]) -> Option<Field> {
    pointed_at(change, path).or_else(|| only(change))
}

fn pointed_at(change: &Change, path: &[u16]) -> Option<Field> {
    if !matches!(change, Change::Create { .. } | Change::SetOptions { .. }) {
        return None;
    }
    match path {
        [libc::IFLA_LINKINFO, IFLA_INFO_DATA | IFLA_INFO_SLAVE_DATA, attribute, ..] => match scope(change) {
            Some(scope) => by_attribute(scope, *attribute).map(Field::Option),
            None => Some(Field::Kind),
        },
        [libc::IFLA_LINKINFO | libc::IFLA_IFNAME | libc::IFLA_LINK, ..] => Some(Field::Kind),
        [libc::IFLA_MTU, ..] => Some(Field::Mtu),
        [libc::IFLA_ADDRESS, ..] => Some(Field::Mac),
        _ => None,
    }
}

fn scope(change: &Change) -> Option<Scope> {
    match change {
        Change::SetOptions { scope, .. } => Some(*scope),
        Change::Create { device: Device::Bond { .. }, .. } => Some(Scope::Bond),
        Change::Create { device: Device::Bridge { .. }, .. } => Some(Scope::Bridge),
        _ => None,
    }
}

fn only(change: &Change) -> Option<Field> {
    Some(match change {
        Change::Create { device, mac: None, mtu: None, .. } => match device {
            Device::Bond { options } | Device::Bridge { options } if !options.is_empty() => return None,
            _ => Field::Kind,
        },
        Change::Create { .. } => return None,
        Change::SetOptions { options, .. } => match options.len() {
            1 => Field::Option(options.iter().next()?.0),
            _ => return None,
        },
        Change::SetDevice { .. } | Change::AddRemote { .. } | Change::RemoveRemote { .. } | Change::Delete { .. } => {
            Field::Kind
        }
        Change::SetUp { .. } => Field::Up,
        Change::SetMtu { .. } => Field::Mtu,
        Change::SetMac { .. } => Field::Mac,
        Change::SetAlias { .. } => Field::Alias,
        Change::SetMaster { .. } => Field::Master,
        Change::StartDhcp { family, .. } | Change::StopDhcp { family, .. } => Field::Dhcp(*family),
        Change::EditSwitch { .. } => Field::Switch,
        Change::AddVlans { .. } | Change::RemoveVlans { .. } => Field::Vlans,
        Change::AddAddress { address, .. } | Change::RemoveAddress { address, .. } => Field::Address(address.net),
        Change::ReplaceRoute { route } | Change::RemoveRoute { route } => Field::Route(route.destination),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::option::bond;
    use network::{Options, Value};

    #[test]
    fn the_kernel_points_or_there_is_only_one() {
        let options: Options =
            [(bond::MODE, Value::Number(1)), (bond::MIIMON, Value::Number(100))].into_iter().collect();
        let create = Change::Create {
            link: "bond0".parse().unwrap(),
            device: Device::Bond { options: options.clone() },
            mac: None,
            mtu: Some(9000),
        };
        let path = [libc::IFLA_LINKINFO, IFLA_INFO_DATA, 3];
        assert_eq!(field(&create, &path), Some(Field::Option(bond::MIIMON)));
        assert_eq!(field(&create, &[libc::IFLA_MTU]), Some(Field::Mtu));
        assert_eq!(field(&create, &[]), None);
        let one = options.iter().take(1).map(|(row, value)| (row, value.clone())).collect();
        let set = Change::SetOptions { link: "bond0".parse().unwrap(), scope: Scope::Bond, options: one };
        assert_eq!(field(&set, &[]), Some(Field::Option(bond::MODE)));
    }
}
