//! `bowline lsp` as an editor starts it: a process, and two pipes.

#![allow(clippy::disallowed_methods, reason = "it starts the program")]

use std::io::Write;
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

/// Runs the program with this on its standard input, which then ends.
fn run(input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_bowline"))
        .arg("lsp")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is built");
    // What is asked here is answered in less than a pipe holds, so nobody waits for anybody.
    child.stdin.take().expect("it is piped").write_all(input).expect("the program reads");
    child.wait_with_output().expect("the program ends with its input")
}

fn frame(message: &Value) -> Vec<u8> {
    let body = message.to_string();
    format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

fn messages(mut output: &[u8]) -> Vec<Value> {
    let mut found = Vec::new();
    while !output.is_empty() {
        let text = std::str::from_utf8(output).expect("messages are UTF-8");
        let (header, rest) = text.split_once("\r\n\r\n").expect("a header ends");
        let length: usize = header.strip_prefix("Content-Length: ").and_then(|n| n.parse().ok()).expect("a length");
        found.push(serde_json::from_str(&rest[..length]).expect("a body is JSON"));
        output = &output[header.len() + 4 + length..];
    }
    found
}

#[test]
fn a_session_from_start_to_end() {
    let document = json!({
        "uri": "file:///nowhere/interfaces", "languageId": "interfaces", "version": 1, "text": "auto eth0\niface eth0 inet manual\n\tmtu none\n",
    });
    let input = [
        json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}}),
        json!({"jsonrpc": "2.0", "method": "initialized", "params": {}}),
        json!({"jsonrpc": "2.0", "method": "textDocument/didOpen", "params": {"textDocument": document}}),
        json!({"jsonrpc": "2.0", "id": 2, "method": "shutdown"}),
        json!({"jsonrpc": "2.0", "method": "exit"}),
    ];
    let output = run(&input.iter().flat_map(frame).collect::<Vec<_>>());
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
    let messages = messages(&output.stdout);
    assert_eq!(messages.len(), 3, "{messages:?}");
    assert_eq!(messages[0]["result"]["serverInfo"]["name"], "bowline");
    assert_eq!(messages[1]["params"]["diagnostics"][0]["code"], "BW021");
    assert_eq!(messages[1]["params"]["diagnostics"][0]["range"]["start"], json!({"line": 2, "character": 5}));
    assert_eq!((&messages[2]["id"], &messages[2]["result"]), (&json!(2), &Value::Null));
}

#[test]
fn an_editor_that_goes_away_and_one_that_is_none() {
    assert_eq!(run(b"").status.code(), Some(1));
    let output = run(b"GET / HTTP/1.1\r\n\r\n");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("no language server's message"), "{said}");
}
