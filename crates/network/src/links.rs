//! The links of a network, by name.

use std::collections::{BTreeMap, btree_map};
use std::iter::Map;
use std::ops::Index;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::{IfName, Link};

/// Links by their names, in the order of the names.
///
/// Copies share each link until one of them changes it: a plan works on a copy of what was observed, of which it changes
/// little. And the links lie beside the tree, not in it: a link is large, and whoever looks for one should not have to
/// walk past others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links(BTreeMap<IfName, Arc<Link>>);

/// Names and links, in the order of the names.
pub type Iter<'a> =
    Map<btree_map::Iter<'a, IfName, Arc<Link>>, fn((&'a IfName, &'a Arc<Link>)) -> (&'a IfName, &'a Link)>;

impl Links {
    /// The link of that name.
    #[must_use]
    pub fn get(&self, name: &IfName) -> Option<&Link> {
        self.0.get(name).map(|link| &**link)
    }

    /// The link of that name, to be changed.
    pub fn get_mut(&mut self, name: &IfName) -> Option<&mut Link> {
        self.0.get_mut(name).map(Arc::make_mut)
    }

    /// Whether there is a link of that name.
    #[must_use]
    pub fn contains_key(&self, name: &IfName) -> bool {
        self.0.contains_key(name)
    }

    /// Puts a link under a name, and gives back what was there.
    pub fn insert(&mut self, name: IfName, link: Link) -> Option<Link> {
        self.0.insert(name, Arc::new(link)).map(Arc::unwrap_or_clone)
    }

    /// Takes a link out.
    pub fn remove(&mut self, name: &IfName) -> Option<Link> {
        self.0.remove(name).map(Arc::unwrap_or_clone)
    }

    /// Keeps those of which it is true.
    pub fn retain(&mut self, mut keep: impl FnMut(&IfName, &Link) -> bool) {
        self.0.retain(|name, link| keep(name, link));
    }

    /// The names, in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &IfName> {
        self.0.keys()
    }

    /// The links, in the order of their names.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &Link> {
        self.0.values().map(|link| &**link)
    }

    /// The links, to be changed.
    pub fn values_mut(&mut self) -> impl DoubleEndedIterator<Item = &mut Link> {
        self.0.values_mut().map(Arc::make_mut)
    }

    /// Names and links, in the order of the names.
    pub fn iter(&self) -> Iter<'_> {
        self.0.iter().map(|(name, link)| (name, &**link))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'a> IntoIterator for &'a Links {
    type Item = (&'a IfName, &'a Link);
    type IntoIter = Iter<'a>;
    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

/// A link that must be there.
impl Index<&IfName> for Links {
    type Output = Link;
    fn index(&self, name: &IfName) -> &Link {
        &self.0[name]
    }
}

/// Each under its own name; of two with one name the later counts.
impl FromIterator<Link> for Links {
    fn from_iter<I: IntoIterator<Item = Link>>(links: I) -> Self {
        links.into_iter().map(Arc::new).collect()
    }
}

/// The same, where they are shared already: none is moved or copied.
impl FromIterator<Arc<Link>> for Links {
    fn from_iter<I: IntoIterator<Item = Arc<Link>>>(links: I) -> Self {
        // Collecting builds the tree at once, which takes less room than adding to it one by one.
        Self(links.into_iter().map(|link| (link.name.clone(), link)).collect())
    }
}

/// A map.
impl Serialize for Links {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// A map, as it was written.
impl<'de> Deserialize<'de> for Links {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let links = BTreeMap::<IfName, Link>::deserialize(deserializer)?;
        Ok(Self(links.into_iter().map(|(name, link)| (name, Arc::new(link))).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Kind;

    #[test]
    fn a_copy_shares_a_link_until_it_changes() {
        let name = |text: &str| IfName::new(text).unwrap();
        let one: Links = ["b", "a"].map(|text| Link::new(name(text), Kind::Nic)).into_iter().collect();
        let mut other = one.clone();
        assert!(std::ptr::eq(&one[&name("a")], &other[&name("a")]));
        other.get_mut(&name("a")).unwrap().mtu = Some(9000);
        assert_eq!((one[&name("a")].mtu, other[&name("a")].mtu), (None, Some(9000)));
        assert!(std::ptr::eq(&one[&name("b")], &other[&name("b")]));
        assert_eq!(other.remove(&name("b")), one.get(&name("b")).cloned());
        assert_eq!((one.len(), other.len()), (2, 1));
        assert_eq!(one.keys().map(IfName::as_str).collect::<Vec<_>>(), ["a", "b"]);
    }
}
