//! Numbers, words and requests from the bytes of a run.

use interfaces::{Configuration, Kind};
use network::edit::{Assignment, Conversion, Device, New, Operation, Request};

use crate::words::{KEYS, NAMES, VALUES};

/// A pick from here on is a text of its own, whose length is in the low bits.
const LITERAL: u8 = 0xf0;

/// What is left of the bytes of a run.
pub(super) struct Input<'b>(pub(super) &'b [u8]);

impl<'b> Input<'b> {
    pub(super) fn take(&mut self, count: usize) -> &'b [u8] {
        let (taken, left) = self.0.split_at(count.min(self.0.len()));
        self.0 = left;
        taken
    }

    /// A byte; 0 behind the end.
    pub(super) fn byte(&mut self) -> u8 {
        self.take(1).first().copied().unwrap_or_default()
    }

    /// Two bytes, little end first.
    pub(super) fn number(&mut self) -> usize {
        self.take(2).iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
    }

    fn pick(&mut self, from: &[String]) -> String {
        match self.byte() {
            literal @ LITERAL.. => String::from_utf8_lossy(self.take(usize::from(literal & 0x0f))).into_owned(),
            index if from.is_empty() => index.to_string(),
            index => from[usize::from(index) % from.len()].clone(),
        }
    }

    /// A request for this file: its words come from the file, from a few that files use, or from the bytes.
    pub(super) fn request(&mut self, words: &Words) -> Request {
        let Words { names, keys, values } = words;
        let kind = self.byte();
        let flag = kind & 0x80 != 0;
        match kind % 8 {
            0..=2 => Request::Set {
                iface: self.pick(names),
                assignments: (0..=kind % 8 / 2).map(|_| self.assignment(words)).collect(),
                force: flag,
            },
            3 => Request::Unset { iface: self.pick(names), keys: vec![self.pick(keys)] },
            4 => Request::Remove { iface: self.pick(names), with_references: flag },
            5 => Request::Rename { old: self.pick(names), new: self.pick(names) },
            6 => Request::Add(self.device(words, flag)),
            _ => {
                let mut bond = self.device(words, flag);
                let slaves = vec![self.pick(names), self.pick(names)];
                let nic = slaves[usize::from(self.byte() & 1)].clone();
                bond.device = Device::Bond { slaves };
                let bridge = (kind & 0x40 != 0).then(|| self.pick(values).replace(' ', ""));
                Request::Convert(Conversion { nic, bond, bridge })
            }
        }
    }

    fn assignment(&mut self, words: &Words) -> Assignment {
        let how = self.byte();
        let operation = match how % 4 {
            0 | 1 => Operation::Set,
            2 => Operation::Add,
            _ => Operation::Take,
        };
        let index = (how >= LITERAL && operation == Operation::Set).then(|| usize::from(how >> 2 & 3) + 1);
        let from = if how & 0x10 != 0 { &words.names } else { &words.values };
        Assignment { key: self.pick(&words.keys), index, operation, value: self.pick(from) }
    }

    fn device(&mut self, words: &Words, force: bool) -> New {
        let how = self.byte();
        let name = self.pick(&words.names);
        let mut members = || -> Vec<String> { (0..how >> 2 & 3).map(|_| self.pick(&words.names)).collect() };
        let device = match how % 4 {
            0 => Device::Nic,
            1 => Device::Bond { slaves: members() },
            2 => Device::Bridge { ports: members() },
            _ => Device::Vlan { raw_device: members().pop(), id: (how & 0x80 != 0).then(|| "9".to_owned()) },
        };
        let four = (how & 0x10 != 0).then(|| "10.1.0.1/24".to_owned());
        let six = (how & 0x20 != 0).then(|| "fd00::1/64".to_owned());
        let settings = (0..how >> 6 & 1).map(|_| self.assignment(words)).collect();
        let addresses = four.into_iter().chain(six).collect();
        let comment = (how & 0x80 != 0).then(|| self.pick(&words.values));
        New { name, device, addresses, gateways: Vec::new(), settings, comment, force }
    }
}

/// What requests are made of.
pub(super) struct Words {
    names: Vec<String>,
    keys: Vec<String>,
    values: Vec<String>,
}

impl Words {
    /// The first words of the file, and those that files use.
    pub(super) fn of(configuration: &Configuration) -> Self {
        let own = |list: &[&str]| list.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let mut words = Self { names: own(NAMES), keys: own(KEYS), values: own(VALUES) };
        // Few, so that a byte reaches all.
        for stanza in configuration.stanzas().into_iter().take(16) {
            if let Kind::Iface(iface) = &stanza.kind {
                words.names.push(iface.name.text.to_string());
            }
            for setting in stanza.settings().iter().take(4) {
                words.keys.push(setting.key.text.to_string());
                words.values.push(setting.value.text.to_string());
            }
        }
        words
    }
}
