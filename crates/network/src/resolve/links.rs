//! The links while the file is resolved: by the numbers of their names, and at the end by name.

use std::sync::Arc;

use super::file::File;
use super::layout::{Layout, Number};
use crate::{IfName, Link};

/// The links that are wanted, so far.
///
/// A tree of names is no place to put them together in: most of what is done to a link is found by its name, and each look
/// would walk the tree.
pub(super) struct Links<'l, 'a> {
    file: &'l File<'a>,
    layout: &'l Layout,
    /// By number; none for a name that nobody asks for.
    links: Vec<Option<Link>>,
}

impl<'l, 'a> Links<'l, 'a> {
    /// None yet.
    pub(super) fn new(file: &'l File<'a>, layout: &'l Layout) -> Self {
        Self { file, layout, links: Vec::with_capacity(layout.len()) }
    }

    /// Puts a link under its number.
    pub(super) fn insert(&mut self, number: Number, link: Link) {
        if self.links.len() <= number {
            self.links.resize_with(number + 1, || None);
        }
        self.links[number] = Some(link);
    }

    /// The link of that number.
    pub(super) fn at(&self, number: Number) -> Option<&Link> {
        self.links.get(number)?.as_ref()
    }

    /// The link of that name.
    pub(super) fn get(&self, name: &IfName) -> Option<&Link> {
        self.at(self.layout.number(self.file, name)?)
    }

    /// The link of that name, to be changed.
    pub(super) fn get_mut(&mut self, name: &IfName) -> Option<&mut Link> {
        self.links.get_mut(self.layout.number(self.file, name)?)?.as_mut()
    }

    /// All of them, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Link> {
        self.links.iter().flatten()
    }

    /// All of them, by name. That is also the order in which they are put into memory: the checks look at all of them in
    /// this order many times over, and of a large file's links, no cache holds them all.
    pub(super) fn by_name(mut self) -> crate::Links {
        let named = |(number, link): (Number, &Option<Link>)| Some((link.as_ref()?.name.clone(), number));
        let mut order: Vec<(IfName, Number)> = self.links.iter().enumerate().filter_map(named).collect();
        order.sort_unstable();
        order.iter().filter_map(|(_, number)| self.links[*number].take()).map(Arc::new).collect()
    }
}
