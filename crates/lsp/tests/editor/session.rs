//! An editor's sessions, over the same bytes as on a pipe.

use crate::client::{Editor, FILE};
use serde_json::json;

#[test]
fn it_says_what_check_says_as_the_text_changes() {
    let mut editor = Editor::start(&[]);
    editor.open(FILE, "auto bond0\niface bond0 inet manual\n\tbond-salves eth0\n\tbond-mode active-backup\n");
    let said = editor.diagnostics(FILE);
    let unknown = said.iter().find(|d| d["code"] == "BW022").expect("the key is misspelled");
    assert_eq!(unknown["range"], json!({"start": {"line": 2, "character": 1}, "end": {"line": 2, "character": 12}}));
    assert_eq!((&unknown["severity"], &unknown["source"]), (&json!(2), &json!("bowline")));
    assert!(unknown["message"].as_str().unwrap().contains("did you mean `bond-slaves`?"), "{unknown}");

    // One edit in the middle of the word, as an editor sends it.
    editor.change(FILE, json!([{"range": {"start": {"line": 2, "character": 6}, "end": {"line": 2, "character": 12}}, "text": "slaves"}]));
    assert!(editor.diagnostics(FILE).iter().all(|d| d["code"] != "BW022"));
    editor.change(FILE, json!([{"text": "auto lo\niface lo inet loopback\n"}]));
    assert_eq!(editor.diagnostics(FILE), Vec::<serde_json::Value>::new());
    editor.end();
}

#[test]
fn columns_are_in_utf16_unless_bytes_are_agreed_on() {
    let text = "auto x\niface x inet manual\n\tpost-up echo 🪢ö\n\tmtu 🪢\n";
    for (offered, end) in [(json!(["utf-16"]), 7), (json!(["utf-8", "utf-16"]), 9)] {
        let mut editor = Editor::offering(&[], &json!({"general": {"positionEncodings": offered}}));
        editor.open(FILE, text);
        let said = editor.diagnostics(FILE);
        let mtu = said.iter().find(|d| d["code"] == "BW021").expect("a knot is no MTU");
        assert_eq!(mtu["range"]["end"], json!({"line": 3, "character": end}));
        // The same place, the other way round: the mistake is deleted.
        editor.change(FILE, json!([{"range": mtu["range"], "text": "1500"}]));
        assert!(editor.diagnostics(FILE).iter().all(|d| d["code"] != "BW021"));
        editor.end();
    }
}

#[test]
fn what_is_open_counts_before_what_is_on_the_disk() {
    let lan = "/etc/network/interfaces.d/lan";
    let main = "auto eth0\niface eth0 inet static\n\taddress 192.0.2.1/24\nsource interfaces.d/*\n";
    let clash = "auto eth1\niface eth1 inet static\n\taddress 192.0.2.1/24\n";
    let mut editor = Editor::start(&[(FILE, main), (lan, clash)]);
    // A file that another sources is judged as part of that one, with the other place beside it.
    editor.open(lan, clash);
    let said = editor.diagnostics(lan);
    let related = &said[0]["relatedInformation"][0];
    assert_eq!(related["location"]["uri"], format!("file://{FILE}"), "{said:?}");
    assert_eq!(related["location"]["range"]["start"], json!({"line": 2, "character": 9}));
    editor.change(lan, json!([{"text": clash.replace("2.1/24", "3.1/24")}]));
    assert!(editor.diagnostics(lan).is_empty());
    // Closed, the file on the disk counts again, and the main file tells of it.
    editor.open(FILE, main);
    editor.close(lan);
    assert_eq!(editor.diagnostics(lan).len(), 1);
    editor.close(FILE);
    assert!(editor.diagnostics(lan).is_empty(), "nobody looks at it any more");
    editor.end();
}

#[test]
fn what_is_no_request_of_ours_is_refused_and_the_session_goes_on() {
    let mut editor = Editor::start(&[]);
    assert_eq!(editor.error("textDocument/none", json!({}))["code"], -32601);
    assert_eq!(editor.error("textDocument/hover", json!({"textDocument": 1}))["code"], -32602);
    editor.notify("textDocument/didOpen", json!({"nothing": true}));
    assert!(editor.shown()[0].contains("textDocument/didOpen"));
    editor.raw(b"Content-Length: 2\r\n\r\n{]");
    assert_eq!(editor.logged().len(), 1);
    editor.notify("$/whatever", json!({}));
    editor.open("/big", &"#".repeat((16 << 20) + 1));
    assert!(editor.shown()[1].contains("too large"), "{:?}", editor.shown());
    // A document that is not open, and one without a path.
    assert_eq!(editor.ask_at("textDocument/hover", "/none", 0, 0), json!(null));
    editor.open_uri("untitled:Untitled-1", "auto lo\niface lo inet loopback\n\tmtu x\n");
    let symbols = editor.ask("textDocument/documentSymbol", json!({"textDocument": {"uri": "untitled:Untitled-1"}}));
    assert_eq!(symbols.as_array().unwrap().len(), 2);
    editor.end();
}

#[test]
fn before_initialize_and_after_shutdown_there_are_no_answers() {
    let mut editor = Editor::silent(&[]);
    assert_eq!(editor.error("textDocument/hover", json!({}))["code"], -32002);
    editor.initialize(&json!({}));
    editor.ask("shutdown", json!(null));
    assert_eq!(editor.error("textDocument/hover", json!({}))["code"], -32600);
    editor.notify("exit", json!(null));
    assert_eq!(editor.ended(), Some(lsp::Ended::AfterShutdown));
    let mut editor = Editor::start(&[]);
    editor.notify("exit", json!(null));
    assert_eq!(editor.ended(), Some(lsp::Ended::Abruptly));
}
