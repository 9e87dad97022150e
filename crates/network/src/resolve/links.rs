//! The links while the file is resolved: by the numbers of their names, and at the end by name.

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
    /// By number; none for a name that nobody asks for. One by one, so that the memory of each is free again when it is
    /// moved to its place by name.
    links: Vec<Option<Box<Link>>>,
}

impl<'l, 'a> Links<'l, 'a> {
    /// None yet.
    pub(super) fn new(file: &'l File<'a>, layout: &'l Layout) -> Self {
        let mut links = Vec::new();
        links.resize_with(layout.len(), || None);
        Self { file, layout, links }
    }

    /// Puts a link under its number.
    pub(super) fn insert(&mut self, number: Number, link: Link) {
        self.links[number] = Some(Box::new(link));
    }

    /// The link of that number.
    pub(super) fn at(&self, number: Number) -> Option<&Link> {
        self.links.get(number)?.as_deref()
    }

    /// The link of that name.
    pub(super) fn get(&self, name: &IfName) -> Option<&Link> {
        self.at(self.layout.number(self.file, name)?)
    }

    /// The link of that name, to be changed.
    pub(super) fn get_mut(&mut self, name: &IfName) -> Option<&mut Link> {
        self.links.get_mut(self.layout.number(self.file, name)?)?.as_deref_mut()
    }

    /// All of them, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Link> {
        self.links.iter().flatten().map(|link| &**link)
    }

    /// All of them, by name. A link is large: what is sorted is their numbers, and each is moved into its place.
    pub(super) fn by_name(mut self) -> crate::Links {
        let named = |(number, link): (Number, &Option<Box<Link>>)| Some((link.as_ref()?.name.clone(), number));
        let mut order: Vec<_> = self.links.iter().enumerate().filter_map(named).collect();
        order.sort_unstable();
        order.into_iter().filter_map(|(_, number)| self.links[number].take().map(|link| *link)).collect()
    }
}
