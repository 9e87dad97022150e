//! The interfaces file, in both views.

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use interfaces::{Configuration, FileId, Files};
use linux::Disk;
use network::resolve::resolve_only;
use network::{Given, IfName, Kind, Link, Network};
use record::Lines;
use record::stanza::{self, Stanza};

use crate::settings::Policy;

/// The file that stands for the policies' defaults. It is nowhere.
const DEFAULTS: &str = "/etc/network/ifupdown2/policy.d/=defaults";
/// The file that sources the real one and that of the defaults.
const BOTH: &str = "/etc/network/ifupdown2/policy.d/=both";

/// The interfaces file.
pub struct File {
    /// With what the policy files add to it: what the file says comes first, and so counts.
    pub configuration: Configuration,
    /// Its stanzas. The policies' are not among them.
    pub lines: Lines,
    defaults: Option<FileId>,
}

impl File {
    /// Adds the policies' defaults to a file.
    #[must_use]
    pub fn of(configuration: Configuration, disk: &Disk, policy: &Policy) -> Self {
        let lines = Lines::of(&configuration);
        let mut file = Self { configuration, lines, defaults: None };
        if policy.has_defaults() {
            file.add_defaults(disk, policy);
        }
        file
    }

    /// All stanzas, in reading order.
    #[must_use]
    pub fn stanzas(&self) -> &[Stanza] {
        self.lines.stanzas()
    }

    /// The stanzas of a name.
    pub fn of_name(&self, name: &str) -> impl Iterator<Item = &Stanza> {
        self.lines.of_name(name)
    }

    /// Whether a span is of the policies' making.
    #[must_use]
    pub fn is_default(&self, span: interfaces::Span) -> bool {
        self.defaults == Some(span.file)
    }

    /// The stanza in which a span stands.
    #[must_use]
    pub fn stanza_at(&self, span: interfaces::Span) -> Option<&Stanza> {
        self.stanzas().iter().find(|stanza| {
            let place = stanza.place.as_ref().map(|place| place.span);
            place.is_some_and(|place| place.file == span.file && place.start <= span.start && span.start < place.end)
        })
    }

    /// What the policies add for an interface, by its kind, where the file does not say it itself.
    #[must_use]
    pub fn defaults(&self, policy: &Policy, name: &str) -> Vec<(String, String)> {
        let Ok(known) = IfName::new(name) else { return Vec::new() };
        // Not the one alone: whose slave it is stands with the bond.
        let wanted = resolve_only(&self.configuration, None, &self.lines.interfaces()).wanted;
        wanted.link(&known).map(|link| self.added(policy, link, &wanted)).unwrap_or_default()
    }

    fn added(&self, policy: &Policy, link: &Link, wanted: &Network) -> Vec<(String, String)> {
        let said = |key: &str| self.of_name(link.name.as_str()).any(|stanza| !stanza.values(key).is_empty());
        let for_all = |key: &str| key != "mtu" || has_usual_mtu(link, wanted);
        policy.defaults(link.name.as_str(), kind(link), for_all).into_iter().filter(|(key, _)| !said(key)).collect()
    }

    /// Reads the file again, followed by one that holds what the policies say for each interface, by its kind, and the
    /// file does not say itself.
    fn add_defaults(&mut self, disk: &Disk, policy: &Policy) {
        let names = self.lines.interfaces();
        let resolved = resolve_only(&self.configuration, None, &names);
        let mut text = String::new();
        for name in &names {
            let Some(link) = resolved.wanted.link(name) else { continue };
            let lines = self.added(policy, link, &resolved.wanted).into_iter();
            let lines: String = lines.map(|(key, value)| format!("    {key} {value}\n")).collect();
            if !lines.is_empty() {
                text += &format!("iface {name}\n{lines}");
            }
        }
        let Some(main) = self.configuration.files.first().map(|file| file.path.clone()) else { return };
        let both = format!("source {}\nsource {DEFAULTS}\n", main.display());
        let read = self.configuration.files.iter().map(|file| (file.path.as_path(), file.document.source())).collect();
        let files = Overlay { disk, texts: [(BOTH, both), (DEFAULTS, text)], read };
        if let Ok(with_defaults) = interfaces::load(&files, Path::new(BOTH)) {
            let number = with_defaults.files.iter().position(|file| file.path == Path::new(DEFAULTS));
            self.defaults = number.and_then(|number| u32::try_from(number).ok()).map(FileId);
            let defaults = self.defaults;
            let own = |stanza: &Stanza| stanza.place.as_ref().is_none_or(|place| Some(place.span.file) != defaults);
            self.lines = stanza::stanzas(&with_defaults).into_iter().filter(own).collect();
            self.configuration = with_defaults;
        }
    }
}

/// Whether the default MTU of all interfaces is meant for a link: the loopback device has its own, a bond's slaves have the
/// bond's, and a VLAN device that of the one below it (ifupdown2's `_process_mtu_config_mtu_none`).
fn has_usual_mtu(link: &Link, wanted: &Network) -> bool {
    let master = link.master.as_ref().and_then(|master| wanted.link(master));
    let is_slave = master.is_some_and(|master| master.bond().is_some());
    !is_slave && !matches!(link.kind, Kind::Loopback | Kind::Vlan(_))
}

/// The word by which policies know what a link is.
fn kind(link: &Link) -> &str {
    match &link.kind {
        Kind::Given(Given::Tunnel(_)) => "tunnel",
        kind => plan::kind_name(kind),
    }
}

/// The disk, with files in memory before it: those that were read already, and two that are nowhere.
struct Overlay<'a> {
    disk: &'a Disk,
    texts: [(&'static str, String); 2],
    read: BTreeMap<&'a Path, &'a [u8]>,
}

impl Files for Overlay<'_> {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        if let Some((_, text)) = self.texts.iter().find(|(name, _)| Path::new(name) == path) {
            return Ok(text.clone().into_bytes());
        }
        self.read.get(path).map_or_else(|| self.disk.read(path, limit), |bytes| Ok(bytes.to_vec()))
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.disk.list(folder)
    }
}
