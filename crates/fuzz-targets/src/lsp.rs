//! An editor that has any text open, and asks and changes at any place.

use interfaces::Files;
use lsp::{Place, Server};
use lsp_server::{Message, Notification, Request};
use serde_json::{Value, json};

const URI: &str = "file:///etc/network/interfaces";

/// The first four bytes are a line and a column, and another column and the encoding; the rest is the text.
///
/// # Panics
/// When a request has no answer, or the document after a change is none that can be asked about.
pub fn lsp(bytes: &[u8]) {
    let [line, first, second, encoding, text @ ..] = bytes else { return };
    let files = std::collections::BTreeMap::new();
    let mut editor = Editor { server: Server::new(&files as &dyn Files, Place::default()), asked: 0 };
    let encoding = ["utf-8", "utf-16", "utf-32"][usize::from(*encoding) % 3];
    editor.ask("initialize", json!({"capabilities": {"general": {"positionEncodings": [encoding]}}}));
    let text = String::from_utf8_lossy(text);
    let document = json!({"uri": URI, "languageId": "interfaces", "version": 1, "text": text});
    editor.note("textDocument/didOpen", json!({"textDocument": document}));
    editor.questions(*line, *first);
    let range = json!({"start": place(*line, *first), "end": place(line.saturating_add(1), *second)});
    let change = json!([{"range": range, "text": "bond0"}]);
    editor
        .note("textDocument/didChange", json!({"textDocument": {"uri": URI, "version": 2}, "contentChanges": change}));
    editor.questions(*line, *second);
    editor.note("textDocument/didClose", json!({"textDocument": {"uri": URI}}));
}

struct Editor<'f> {
    server: Server<'f>,
    asked: i32,
}

impl Editor<'_> {
    fn questions(&mut self, line: u8, column: u8) {
        let document = json!({"uri": URI});
        let at = json!({"textDocument": document, "position": place(line, column)});
        for method in ["completion", "hover", "definition", "prepareRename"] {
            self.ask(&format!("textDocument/{method}"), at.clone());
        }
        let with = |key: &str, value: Value| {
            let mut asked = at.clone();
            asked[key] = value;
            asked
        };
        self.ask("textDocument/references", with("context", json!({"includeDeclaration": true})));
        self.ask("textDocument/rename", with("newName", json!("other0")));
        self.ask("textDocument/documentSymbol", json!({"textDocument": document}));
        let range = json!({"start": place(0, 0), "end": place(line, column)});
        let actions = json!({"textDocument": document, "range": range, "context": {"diagnostics": []}});
        self.ask("textDocument/codeAction", actions);
    }

    fn ask(&mut self, method: &str, params: Value) {
        self.asked += 1;
        let answers = self.server.handle(Request::new(self.asked.into(), method.to_owned(), params).into());
        let [Message::Response(response)] = answers.as_slice() else { panic!("{method} has no answer: {answers:?}") };
        // A rename may be refused; nothing else has a reason to.
        assert!(response.response_result.is_ok() || method == "textDocument/rename", "{method}: {response:?}");
    }

    fn note(&mut self, method: &str, params: Value) {
        for answer in self.server.handle(Notification::new(method.to_owned(), params).into()) {
            let Message::Notification(note) = answer else { panic!("{method} was answered: {answer:?}") };
            assert_eq!(note.method, "textDocument/publishDiagnostics", "{note:?}");
        }
    }
}

fn place(line: u8, column: u8) -> Value {
    json!({"line": line, "character": column})
}
