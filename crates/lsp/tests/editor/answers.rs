//! What an editor is told at a place: completion, hover, names, actions, outline.

use crate::client::{Editor, FILE, at};
use serde_json::{Value, json};

const HOST: &str = "\
auto lo
iface lo inet loopback

auto bond0
iface bond0 inet manual
\tbond-slaves enp3s0 \\
\t  enp4s0
\tbond-mode active-backup
\tbond-primary enp3s0

auto bond0.100
iface bond0.100 inet manual

auto vmbr0
iface vmbr0 inet static
\taddress 192.0.2.10/24
\tbridge-ports bond0
\tbridge-portprios bond0=4

";

fn editor(text: &str) -> Editor {
    let mut editor = Editor::start(&[]);
    editor.open(FILE, text);
    editor
}

/// What is offered at the end of a text.
fn offered(text: &str) -> Vec<Value> {
    let line = u32::try_from(text.matches('\n').count()).expect("a short text");
    let column = u32::try_from(text.rsplit('\n').next().unwrap_or_default().len()).expect("a short line");
    let mut editor = editor(text);
    let items = editor.ask_at("textDocument/completion", FILE, line, column);
    editor.end();
    items.as_array().cloned().unwrap_or_default()
}

fn labels(text: &str) -> Vec<String> {
    offered(text).iter().map(|item| item["label"].as_str().expect("a text").to_owned()).collect()
}

#[test]
fn names_are_those_of_the_file_and_of_the_host() {
    assert_eq!(labels("auto "), ["enp3s0", "enp4s0", "lo"]);
    let names = labels(&format!("{HOST}auto enp3s0 "));
    assert_eq!(names, ["bond0", "bond0.100", "enp4s0", "lo", "vmbr0"], "without those on the line");
    let slaves = labels("auto bond7\niface bond7 inet manual\n\tbond-slaves enp3s0 \\\n\t  e");
    assert_eq!(slaves, ["enp4s0", "lo"], "a line that goes on is one line, and a bond is not its own slave");
}

#[test]
fn keys_are_those_that_the_stanza_may_take() {
    let bond = labels(&HOST[..HOST.find("\nauto bond0.100").unwrap()]);
    for key in ["bond-miimon", "mtu", "address", "iface", "bridge-access"] {
        assert!(bond.iter().any(|label| label == key), "{key} in {bond:?}");
    }
    for key in ["bridge-stp", "bond-mode", "bond-slaves", "vlan-id", "bond-queue-id"] {
        assert!(bond.iter().all(|label| label != key), "{key} in {bond:?}");
    }
    let bridge = labels(HOST);
    assert!(bridge.iter().any(|label| label == "bridge-vlan-aware"), "{bridge:?}");
    assert!(bridge.iter().all(|label| !label.starts_with("bond-") && label != "bridge-ports"), "{bridge:?}");
    assert!(bridge.iter().any(|label| label == "address"), "an address may be said again");
    assert_eq!(labels("au"), labels(""), "the editor sifts by what is typed");
    assert!(labels("# a comment").is_empty());
}

#[test]
fn a_key_comes_with_its_help_and_what_the_mode_does_not_use_comes_last() {
    let bond = offered(&HOST[..HOST.find("\nauto bond0.100").unwrap()]);
    let find = |label: &str| bond.iter().find(|item| item["label"] == label).unwrap();
    assert!(find("bond-miimon")["documentation"]["value"].as_str().unwrap().contains(" ms"), "{bond:?}");
    assert!(find("bond-miimon")["sortText"].is_null());
    assert!(find("bond-lacp-rate")["detail"].as_str().unwrap().starts_with("does nothing in active-backup"));
    assert_eq!(find("bond-lacp-rate")["sortText"], "~bond-lacp-rate");
}

#[test]
fn values_are_those_that_the_table_has() {
    let stanza = "auto bond0\niface bond0 inet manual\n\t";
    assert!(labels(&format!("{stanza}bond-mode ")).contains(&"802.3ad".to_owned()));
    assert_eq!(labels(&format!("{stanza}bond-mode 802.3ad ")), Vec::<String>::new());
    assert_eq!(labels(&format!("{stanza}bond_use_carrier ")), ["on", "off"]);
    assert_eq!(labels(&format!("{stanza}vlan-protocol ")), ["802.1q", "802.1ad"]);
    assert_eq!(labels("iface x "), ["inet", "inet6"]);
    assert!(labels("iface x inet ").contains(&"manual".to_owned()));
    let item = &offered(&format!("{stanza}bond-mode active-b"))[0];
    assert_eq!(item["textEdit"]["range"]["start"], json!({"line": 2, "character": 11}), "what is typed is replaced");
}

#[test]
fn hover_tells_what_a_word_means() {
    let mut editor = editor(HOST);
    let mut hover = |line, character| {
        let hover = editor.ask_at("textDocument/hover", FILE, line, character);
        hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let mode = hover(7, 3);
    for part in ["**bond-mode**", "`802.3ad`", "unless said: `balance-rr`", "every slave out of it"] {
        assert!(mode.contains(part), "{part} in {mode}");
    }
    let bond = hover(16, 16);
    for part in ["a bond, active-backup, slaves: enp3s0, enp4s0", "in vmbr0", "described at interfaces:5", "used at"] {
        assert!(bond.contains(part), "{part} in {bond}");
    }
    assert!(hover(15, 3).contains("prefix length"));
    assert!(hover(14, 1).contains("describes an interface"));
    assert!(hover(14, 20).contains("`address` lines"));
    assert_eq!(hover(2, 0), "");
    editor.end();
}

#[test]
fn a_name_leads_to_its_stanza_and_to_its_uses() {
    let mut editor = editor(HOST);
    let lines = |found: &Value| {
        let lines =
            found.as_array().unwrap().iter().map(|location| location["range"]["start"]["line"].as_u64().unwrap());
        lines.collect::<Vec<_>>()
    };
    assert_eq!(lines(&editor.ask_at("textDocument/definition", FILE, 16, 17)), [4]);
    let mut asked = at(FILE, 4, 7);
    asked["context"] = json!({"includeDeclaration": true});
    assert_eq!(lines(&editor.ask("textDocument/references", asked.clone())), [3, 4, 16, 17]);
    asked["context"] = json!({"includeDeclaration": false});
    assert_eq!(lines(&editor.ask("textDocument/references", asked)), [3, 16, 17]);
    assert_eq!(editor.ask_at("textDocument/definition", FILE, 7, 14), json!(null), "a mode is no name");
    editor.end();
}

#[test]
fn a_new_name_is_written_wherever_the_old_one_stands() {
    let mut editor = editor(HOST);
    let rename = |to: &str| {
        let mut asked = at(FILE, 16, 17);
        asked["newName"] = json!(to);
        asked
    };
    let edit = editor.ask("textDocument/rename", rename("bond1"));
    let mut edits = edit["changes"][format!("file://{FILE}")].as_array().unwrap().clone();
    assert_eq!(edits.len(), 6, "{edits:?}");
    // From the end, so that the places before stay what they are.
    edits.reverse();
    edits.iter().for_each(|edit| editor.change(FILE, json!([{"range": edit["range"], "text": edit["newText"]}])));
    let symbols = editor.ask("textDocument/documentSymbol", json!({"textDocument": {"uri": format!("file://{FILE}")}}));
    let names: Vec<_> = symbols.as_array().unwrap().iter().map(|symbol| symbol["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["auto", "lo", "auto", "bond1", "auto", "bond1.100", "auto", "vmbr0"]);
    assert!(editor.diagnostics(FILE).iter().all(|diagnostic| diagnostic["severity"] != 1));
    for bad in ["vmbr0", "a b", "a-name-far-too-long", "twelve-bytes", "lo", ""] {
        assert_eq!(editor.error("textDocument/rename", rename(bad))["code"], -32803, "{bad}");
    }
    assert_eq!(editor.ask_at("textDocument/prepareRename", FILE, 16, 17)["placeholder"], "bond1");
    editor.end();
}

#[test]
fn where_nothing_is_to_be_mended_nothing_is_offered() {
    let mut editor = editor(&HOST.replacen("\tbond-mode", "\tbond-miimon 100\n\tbond-mode", 1));
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 99, "character": 0}});
    let asked =
        json!({"textDocument": {"uri": format!("file://{FILE}")}, "range": range, "context": {"diagnostics": []}});
    assert_eq!(editor.ask("textDocument/codeAction", asked), json!([]));
    editor.end();
}
