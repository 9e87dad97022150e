//! `/proc/net/bonding/<bond>` line by line, without what two hosts that do the same need not share.

/// The lines of a bond's text. Stars stand for:
///
/// - the driver's release;
/// - the keys, port priorities and port numbers of a partner, where there is one: the lab's switch counts as Linux does;
/// - the verdicts of churn detection and their number: Linux gives one after 60 s, and neither side is waited for so long;
/// - numbers of aggregators: said is whether it is the active one's.
pub(super) fn lines(text: &str) -> Vec<String> {
    let active = value_of(text, "\tAggregator ID: ");
    let has_partner = value_of(text, "\tPartner Mac Address: ").is_some_and(|mac| mac != NOBODY);
    let (mut lines, mut is_partners) = (Vec::new(), false);
    for (number, line) in text.lines().enumerate() {
        if !line.starts_with(' ') {
            is_partners = line == "details partner lacp pdu:" && speaks(text, number);
        }
        lines.push(match line.split_once(": ") {
            Some(("\tPartner Key", _)) if has_partner => "\tPartner Key: *".to_owned(),
            Some((key, value)) => format!("{key}: {}", value_in(key, value, active, is_partners)),
            None => line.to_owned(),
        });
    }
    lines
}

/// Nobody's address.
const NOBODY: &str = "00:00:00:00:00:00";

fn value_in<'a>(key: &str, value: &'a str, active: Option<&str>, is_partners: bool) -> &'a str {
    match key {
        "Ethernet Channel Bonding Driver" => "*",
        "\tAggregator ID" => "the active one",
        "Aggregator ID" if Some(value) == active => "the active one",
        "Aggregator ID" if value != "N/A" => "another one",
        "Actor Churn State" | "Partner Churn State" | "Actor Churned Count" | "Partner Churned Count" => "*",
        "    oper key" | "    port priority" | "    port number" if is_partners => "*",
        _ => value,
    }
}

/// Whether the partner's section that begins in that line has an address.
fn speaks(text: &str, begins: usize) -> bool {
    let mut section = text.lines().skip(begins + 1).take_while(|line| line.starts_with(' '));
    section.find_map(|line| line.strip_prefix("    system mac address: ")).is_some_and(|mac| mac != NOBODY)
}

fn value_of<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(key)).map(str::trim)
}
