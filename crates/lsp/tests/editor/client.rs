//! An editor: what it sends goes through the server's own framing, and it keeps what comes back.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use interfaces::Files;
use lsp::transport::{self, Incoming};
use lsp::{Ended, Place, Server};
use lsp_server::{Message, Notification, Request};
use serde_json::{Value, json};

/// The file that most sessions are about.
pub(crate) const FILE: &str = "/etc/network/interfaces";

/// Files in memory, and the NICs of a host.
pub(crate) struct Host(BTreeMap<PathBuf, Vec<u8>>);

impl Files for Host {
    fn read(&self, path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
        self.0.read(path, limit)
    }

    fn list(&self, folder: &Path) -> std::io::Result<Vec<String>> {
        if folder == Path::new("/sys/class/net") {
            return Ok(["enp3s0", "enp4s0", "lo", "tap100i0", "bonding_masters"].map(str::to_owned).to_vec());
        }
        self.0.list(folder)
    }
}

/// An editor.
pub(crate) struct Editor {
    server: Server<'static>,
    sent: i32,
    version: i32,
    received: Vec<Message>,
}

impl Editor {
    /// With these files on the disk, and initialized.
    pub(crate) fn start(files: &[(&str, &str)]) -> Self {
        Self::offering(files, &json!({}))
    }

    /// The same with these capabilities.
    pub(crate) fn offering(files: &[(&str, &str)], capabilities: &Value) -> Self {
        let mut editor = Self::silent(files);
        editor.initialize(capabilities);
        editor
    }

    /// One that has said nothing yet.
    pub(crate) fn silent(files: &[(&str, &str)]) -> Self {
        let files = files.iter().map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec())).collect();
        let host = Box::leak(Box::new(Host(files)));
        Self { server: Server::new(host, Place::default()), sent: 0, version: 0, received: Vec::new() }
    }

    pub(crate) fn initialize(&mut self, capabilities: &Value) -> Value {
        let result = self.ask("initialize", json!({"processId": null, "rootUri": null, "capabilities": capabilities}));
        self.notify("initialized", json!({}));
        result
    }

    /// Sends bytes as they are.
    pub(crate) fn raw(&mut self, mut bytes: &[u8]) {
        while let Some(incoming) = transport::read(&mut bytes).expect("the test writes whole messages") {
            let answers = match incoming {
                Incoming::Message(message) => self.server.handle(*message),
                Incoming::Malformed(error) => vec![self.server.complaint(&error.to_string())],
                Incoming::TooLong(_) => panic!("no test sends so much"),
            };
            self.received.extend(answers);
        }
    }

    fn send(&mut self, message: &Message) {
        let mut bytes = Vec::new();
        transport::write(&mut bytes, message).expect("a vector takes all");
        self.raw(&bytes);
    }

    pub(crate) fn notify(&mut self, method: &str, params: Value) {
        self.send(&Notification::new(method.to_owned(), params).into());
    }

    fn request(&mut self, method: &str, params: Value) -> lsp_server::Response {
        self.sent += 1;
        self.send(&Request::new(self.sent.into(), method.to_owned(), params).into());
        let Some(Message::Response(response)) = self.received.pop() else { panic!("{method} was not answered") };
        response
    }

    pub(crate) fn ask(&mut self, method: &str, params: Value) -> Value {
        let response = self.request(method, params);
        response.response_result.unwrap_or_else(|error| panic!("{method}: {error:?}"))
    }

    pub(crate) fn error(&mut self, method: &str, params: Value) -> Value {
        let error = self.request(method, params).response_result.expect_err("it must be refused");
        serde_json::to_value(error).expect("it is plain data")
    }

    pub(crate) fn ask_at(&mut self, method: &str, path: &str, line: u32, character: u32) -> Value {
        self.ask(method, at(path, line, character))
    }

    pub(crate) fn open(&mut self, path: &str, text: &str) {
        self.open_uri(&format!("file://{path}"), text);
    }

    pub(crate) fn open_uri(&mut self, uri: &str, text: &str) {
        let document = json!({"uri": uri, "languageId": "interfaces", "version": 0, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    pub(crate) fn change(&mut self, path: &str, changes: Value) {
        self.version += 1;
        let document = json!({"uri": format!("file://{path}"), "version": self.version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": changes}));
    }

    pub(crate) fn close(&mut self, path: &str) {
        self.notify("textDocument/didClose", json!({"textDocument": {"uri": format!("file://{path}")}}));
    }

    fn notes(&self, method: &str) -> Vec<&Value> {
        let notes = self.received.iter().filter_map(|message| match message {
            Message::Notification(note) if note.method == method => Some(&note.params),
            _ => None,
        });
        notes.collect()
    }

    /// What was last said of a file.
    pub(crate) fn diagnostics(&self, path: &str) -> Vec<Value> {
        let uri = json!(format!("file://{path}"));
        let said = self.notes("textDocument/publishDiagnostics").into_iter().rfind(|params| params["uri"] == uri);
        said.unwrap_or_else(|| panic!("nothing was said of {path}"))["diagnostics"].as_array().expect("a list").clone()
    }

    pub(crate) fn shown(&self) -> Vec<String> {
        self.notes("window/showMessage").into_iter().map(|params| params["message"].to_string()).collect()
    }

    pub(crate) fn logged(&self) -> Vec<String> {
        self.notes("window/logMessage").into_iter().map(|params| params["message"].to_string()).collect()
    }

    pub(crate) fn ended(&self) -> Option<Ended> {
        self.server.ended()
    }

    /// Shuts the server down as editors do.
    pub(crate) fn end(mut self) {
        self.ask("shutdown", json!(null));
        self.notify("exit", json!(null));
        assert_eq!(self.ended(), Some(Ended::AfterShutdown));
    }
}

/// A place in a file, as requests name it.
pub(crate) fn at(path: &str, line: u32, character: u32) -> Value {
    json!({"textDocument": {"uri": format!("file://{path}")}, "position": {"line": line, "character": character}})
}
