//! A tree of lines: branches drawn before them, columns aligned among siblings, notes beneath.

use super::text::Text;
use crate::Look;

/// How deep a tree is drawn. Bridge, VLAN device, bond and NIC make four; deeper is no network but a loop.
const MAX_DEPTH: usize = 16;

/// A line of a tree, with what is beneath it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// Its columns; siblings' columns are aligned. A single cell is no column but a line of text.
    pub cells: Vec<Text>,
    /// Lines beneath it, wrapped where they are too long.
    pub notes: Vec<Text>,
    /// Its branches.
    pub children: Vec<Node>,
}

/// Draws trees one beneath the other. Neighbours without branches or notes share their columns.
#[must_use]
pub fn draw(roots: &[Node], look: Look) -> String {
    let mut out = String::new();
    let is_leaf = |node: &Node| node.children.is_empty() && node.notes.is_empty();
    for group in roots.chunk_by(|a, b| is_leaf(a) && is_leaf(b)) {
        if !out.is_empty() {
            out.push('\n');
        }
        let widths = widths(group);
        group.iter().for_each(|root| node(&mut out, root, &widths, ["", ""], 0, look));
    }
    out
}

/// The width of each column among siblings.
fn widths(siblings: &[Node]) -> Vec<usize> {
    let rows = || siblings.iter().map(|node| &node.cells).filter(|cells| cells.len() > 1);
    let columns = rows().map(Vec::len).max().unwrap_or(0);
    (0..columns).map(|n| rows().filter_map(|cells| cells.get(n)).map(Text::width).max().unwrap_or(0)).collect()
}

/// Draws a node. The prefixes are what stands before its own line, and before those beneath it.
fn node(out: &mut String, node: &Node, widths: &[usize], [own, below]: [&str; 2], depth: usize, look: Look) {
    line(out, own, &cells(node, widths, look));
    let bar = if node.children.is_empty() { "  " } else { look.either("│ ", "| ") };
    let margin = format!("{below}{bar}  ");
    for note in &node.notes {
        let room = look.width.saturating_sub(margin.chars().count()).max(40);
        note.wrapped(room).iter().for_each(|part| line(out, &margin, &part.render(look)));
    }
    if depth >= MAX_DEPTH {
        return;
    }
    let child_widths = self::widths(&node.children);
    for (n, child) in node.children.iter().enumerate() {
        let last = n + 1 == node.children.len();
        let branch = if last { look.either("└─ ", "`- ") } else { look.either("├─ ", "|- ") };
        let trunk = if last { "   " } else { look.either("│  ", "|  ") };
        let (own, below) = (format!("{below}{branch}"), format!("{below}{trunk}"));
        self::node(out, child, &child_widths, [&own, &below], depth + 1, look);
    }
}

fn cells(node: &Node, widths: &[usize], look: Look) -> String {
    if let [text] = node.cells.as_slice() {
        return text.render(look);
    }
    let (mut out, mut owed) = (String::new(), 0);
    for (cell, width) in node.cells.iter().zip(widths) {
        if !cell.is_empty() {
            out.push_str(&" ".repeat(owed));
            out.push_str(&cell.render(look));
            owed = 0;
        }
        // An empty column, everywhere empty, takes no room.
        owed += if *width == 0 { 0 } else { width - cell.width() + 2 };
    }
    out
}

fn line(out: &mut String, prefix: &str, text: &str) {
    out.push_str(format!("{prefix}{text}").trim_end());
    out.push('\n');
}
