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
    /// By number; none for a name that nobody asks for. Each where it will stay: a link is large, and is not moved again.
    links: Vec<Option<Arc<Link>>>,
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
        self.links[number] = Some(Arc::new(link));
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
        self.links.get_mut(self.layout.number(self.file, name)?)?.as_mut().map(Arc::make_mut)
    }

    /// All of them, by number.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Link> {
        self.links.iter().flatten().map(|link| &**link)
    }

    /// All of them, by name.
    pub(super) fn by_name(self) -> crate::Links {
        self.links.into_iter().flatten().collect()
    }
}
