//! Devices of kinds that Bowline does not make yet: what their lines say.

use std::net::IpAddr;

use interfaces::{Diagnostic, Severity, Span, Word};

use super::file::{self, File, Section};
use super::layout::Member;
use super::line::starts_with;
use crate::check::codes;
use crate::given::{Ovs, OvsRole, Tunnel, Vxlan};
use crate::{Given, IfName, Vid};

/// Keys, and beginnings of keys (those that end in `-`), that such devices are described by.
pub(super) const KEYS: &[&str] = &[
    "vxlan-id",
    "vxlan-local-tunnelip",
    "vxlan-svcnodeip",
    "vxlan-svcnodeip6",
    "vxlan-remoteip",
    "vxlan-learning",
    "vxlan-ageing",
    "vxlan-port",
    "vxlan-physdev",
    "vxlan-ttl",
    "vxlan-mcastgrp",
    "vxlan-mcastgrp6",
    "vrf-table",
    "link-type",
    "veth-peer-name",
    "tunnel-mode",
    "tunnel-local",
    "tunnel-endpoint",
    "tunnel-ttl",
    "tunnel-dev",
    "tunnel-physdev",
    "mode",
    "endpoint",
    "dstaddr",
    "local",
    "ttl",
    "encaplimit",
    "wireguard-",
    "xfrm-",
    "batman-",
    "provider",
    "ppp-physdev",
    "unit",
    "options",
    "ovs-type",
    "ovs-bridge",
    "ovs-ports",
    "ovs-bonds",
    "ovs-options",
    "ovs-extra",
    "ovs-mtu",
    "ovs-tag",
    "ovs-tunnel-type",
    "ovs-tunnel-options",
    "ovs-patch-peer",
];

/// The largest VNI (RFC 7348).
const MAX_VNI: u32 = (1 << 24) - 1;

/// A device, where the file says so, and what it stands on.
pub(super) struct Found {
    pub(super) given: Given,
    pub(super) at: Span,
    pub(super) lowers: Vec<Member>,
}

/// Reads the lines of one section.
struct Reader<'r, 'a> {
    file: &'r File<'a>,
    section: &'r Section<'a>,
    lowers: Vec<Member>,
    diagnostics: &'r mut Vec<Diagnostic>,
}

/// Which such device a section is, if any.
pub(super) fn read(file: &File<'_>, section: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Found> {
    let mut reader = Reader { file, section, lowers: Vec::new(), diagnostics };
    let (given, at) = reader.given()?;
    Some(Found { given, at, lowers: reader.lowers })
}

impl Reader<'_, '_> {
    fn given(&mut self) -> Option<(Given, Span)> {
        if let Some(word) = self.word(&["ovs-type"]) {
            return Some((self.ovs(&word)?, word.span));
        }
        if let Some(setting) = self.section.settings().find(|s| starts_with(&s.key.text, "vxlan-")) {
            return Some((Given::Vxlan(self.vxlan()), setting.key.span));
        }
        if let Some(word) = self.word(&["vrf-table"]) {
            let table = if word.text == "auto" { None } else { self.parse(&word, "routing table", 1..=u32::MAX) };
            return Some((Given::Vrf { table }, word.span));
        }
        if let Some(word) = self.word(&["batman-ifaces"]) {
            return Some((Given::Batman { members: self.names(&["batman-ifaces"]) }, word.span));
        }
        if let Some(word) = self.word(&["xfrm-id"]) {
            let id = self.parse(&word, "id", 1..=u32::MAX);
            return Some((Given::Xfrm { id, lower: self.lower(&["xfrm-physdev"]) }, word.span));
        }
        if let Some(word) = self.word(&["wireguard-config-path"]) {
            return Some((Given::Wireguard { config: Some(word.text.to_string()) }, word.span));
        }
        self.by_method().or_else(|| self.tunnel_by_mode()).or_else(|| self.by_type())
    }

    /// `tunnel-mode`, and `mode` beside an end: ifupdown2 takes both without a method.
    fn tunnel_by_mode(&mut self) -> Option<(Given, Span)> {
        let ends = ["tunnel-local", "tunnel-endpoint", "local", "endpoint"];
        let word = self.word(&["tunnel-mode", "mode"]).filter(|_| self.section.first(&ends).is_some())?;
        let span = word.span;
        Some((self.tunnel(&word.text), span))
    }

    fn by_method(&mut self) -> Option<(Given, Span)> {
        let method = self
            .section
            .stanzas()
            .filter_map(|stanza| stanza.method)
            .find(|method| ["tunnel", "v4tunnel", "6to4", "ppp", "wvdial"].contains(&method.text.as_str()))?;
        let given = match method.text.as_str() {
            "ppp" | "wvdial" => {
                let provider = self.word(&["provider"]).map(|word| word.text.to_string());
                Given::Ppp { provider, lower: self.lower(&["ppp-physdev"]) }
            }
            "6to4" => self.tunnel("6to4"),
            "v4tunnel" => self.tunnel("sit"),
            _ => match self.word(&["tunnel-mode", "mode"]) {
                Some(mode) => self.tunnel(&mode.text),
                None => self.tunnel("tunnel"),
            },
        };
        Some((given, method.span))
    }

    fn by_type(&mut self) -> Option<(Given, Span)> {
        let word = self.word(&["link-type"])?;
        let given = match word.text.as_str() {
            "dummy" => Given::Dummy,
            "veth" => {
                let peer = self.word(&["veth-peer-name"]);
                Given::Veth { peer: peer.and_then(|peer| file::name(&peer, self.diagnostics)) }
            }
            // These have lines of their own, and are made by those.
            "bond" | "bridge" | "vlan" => return None,
            other => Given::Kind(other.to_owned()),
        };
        Some((given, word.span))
    }

    fn vxlan(&mut self) -> Vxlan {
        let id = self.word(&["vxlan-id"]).and_then(|word| self.parse(&word, "VXLAN id", 0..=MAX_VNI));
        let port = self.word(&["vxlan-port"]).and_then(|word| self.parse(&word, "UDP port", 1..=u16::MAX));
        let local = self.word(&["vxlan-local-tunnelip"]).and_then(|word| self.ip(&word));
        let group = self.word(&["vxlan-svcnodeip", "vxlan-svcnodeip6", "vxlan-mcastgrp", "vxlan-mcastgrp6"]);
        let group = group.and_then(|word| self.ip(&word));
        let lines: Vec<_> = self.section.find(&["vxlan-remoteip"]).flat_map(|s| self.file.words(&s.value)).collect();
        let mut remotes: Vec<IpAddr> = lines.iter().filter_map(|word| self.ip(word)).collect();
        remotes.sort_unstable();
        remotes.dedup();
        let learning = self.word(&["vxlan-learning"]).and_then(|word| self.switch(&word));
        let ageing = self.word(&["vxlan-ageing"]).and_then(|word| self.parse(&word, "time in seconds", 0..=u32::MAX));
        let ttl = self.word(&["vxlan-ttl"]).filter(|word| word.text != "auto");
        let ttl = ttl.and_then(|word| self.parse(&word, "TTL", 0..=u8::MAX));
        Vxlan { id, local, remotes, group, port, learning, ageing, ttl, lower: self.lower(&["vxlan-physdev"]) }
    }

    fn tunnel(&mut self, mode: &str) -> Given {
        let local = self.word(&["tunnel-local", "local"]).and_then(|word| self.end(&word));
        let remote = self.word(&["tunnel-endpoint", "endpoint"]).and_then(|word| self.end(&word));
        let ttl = self.word(&["tunnel-ttl", "ttl"]).filter(|word| word.text != "inherit");
        let ttl = ttl.and_then(|word| self.parse(&word, "TTL", 0..=u8::MAX)).filter(|ttl| *ttl != 0);
        let lower = self.lower(&["tunnel-dev", "tunnel-physdev"]);
        Given::Tunnel(Tunnel { mode: mode.to_owned(), local, remote, ttl, lower })
    }

    fn ovs(&mut self, word: &Word) -> Option<Given> {
        let Some(role) = OvsRole::by_name(&word.text) else {
            let title = format!("`{}` is nothing that Open vSwitch's scripts know", word.text);
            self.diagnostics.push(
                Diagnostic::new(codes::VALUE, Severity::Error, title, word.span)
                    .help("write OVSBridge, OVSBond, OVSPort, OVSIntPort, OVSTunnel or OVSPatchPort"),
            );
            return None;
        };
        let bridge = self.word(&["ovs-bridge"]).and_then(|word| file::name(&word, self.diagnostics));
        let members = match role {
            OvsRole::Bridge => self.names(&["ovs-ports"]),
            OvsRole::Bond => self.names(&["ovs-bonds"]),
            _ => Vec::new(),
        };
        let tag = self.word(&["ovs-tag"]).map(|word| (word.text.to_string(), word.span)).or_else(|| self.tag_option());
        let tag = tag.and_then(|(text, span)| match text.parse::<Vid>() {
            Ok(vid) => Some(vid),
            Err(error) => {
                self.diagnostics.push(Diagnostic::new(codes::VALUE, Severity::Error, error.to_string(), span));
                None
            }
        });
        Some(Given::Ovs(Ovs { role, bridge, members, tag }))
    }

    /// `tag=50` among the `ovs_options`.
    fn tag_option(&self) -> Option<(String, Span)> {
        let options = self.section.find(&["ovs-options"]).flat_map(|setting| self.file.words(&setting.value));
        options.filter_map(|word| Some((word.text.strip_prefix("tag=")?.to_owned(), word.span))).next()
    }

    fn word(&mut self, keys: &[&str]) -> Option<Word> {
        self.section.only(keys, self.diagnostics).map(|setting| setting.value.clone())
    }

    fn lower(&mut self, keys: &[&str]) -> Option<IfName> {
        let word = self.word(keys)?;
        let name = file::name(&word, self.diagnostics)?;
        self.lowers.push(Member { name: name.clone(), span: word.span });
        Some(name)
    }

    fn names(&mut self, keys: &[&str]) -> Vec<IfName> {
        let lines: Vec<_> = self.section.find(keys).flat_map(|setting| self.file.words(&setting.value)).collect();
        let mut names: Vec<IfName> = Vec::new();
        for word in lines.iter().filter(|word| word.text != "none") {
            let Some(name) = file::name(word, self.diagnostics) else { continue };
            if !names.contains(&name) {
                self.lowers.push(Member { name: name.clone(), span: word.span });
                names.push(name);
            }
        }
        names
    }

    fn parse<T>(&mut self, word: &Word, what: &str, range: std::ops::RangeInclusive<T>) -> Option<T>
    where
        T: std::str::FromStr + PartialOrd + std::fmt::Display,
    {
        let value = word.text.parse().ok().filter(|value| range.contains(value));
        if value.is_none() {
            let title = format!("`{}` is no {what}: a number from {} to {}", word.text, range.start(), range.end());
            self.diagnostics.push(Diagnostic::new(codes::VALUE, Severity::Error, title, word.span));
        }
        value
    }

    fn switch(&mut self, word: &Word) -> Option<bool> {
        match word.text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "1" | "true" => Some(true),
            "no" | "off" | "0" | "false" => Some(false),
            _ => {
                let title = format!("`{}` is neither on nor off", word.text);
                self.diagnostics.push(Diagnostic::new(codes::VALUE, Severity::Error, title, word.span));
                None
            }
        }
    }

    /// An end of a tunnel; `any` leaves it open.
    fn end(&mut self, word: &Word) -> Option<IpAddr> {
        if word.text == "any" { None } else { self.ip(word) }
    }

    fn ip(&mut self, word: &Word) -> Option<IpAddr> {
        let ip = word.text.parse().ok();
        if ip.is_none() {
            let title = format!("`{}` is no IP address", word.text);
            let diagnostic = Diagnostic::new(codes::VALUE, Severity::Error, title, word.span);
            self.diagnostics.push(diagnostic.help("write an address without a prefix length"));
        }
        ip
    }
}
