//! A message in, messages out.

use interfaces::Files;
use ls_types::notification::{
    DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument, DidOpenTextDocument, DidSaveTextDocument, Exit,
    Initialized, LogMessage, Notification, PublishDiagnostics, ShowMessage,
};
use ls_types::request::{
    CodeActionRequest, Completion, DocumentSymbolRequest, GotoDefinition, HoverRequest, Initialize,
    PrepareRenameRequest, References, Rename, Request, Shutdown,
};
use ls_types::{
    CodeActionProviderCapability, CompletionOptions, CompletionResponse, DocumentSymbolResponse,
    GotoDefinitionResponse, HoverProviderCapability, InitializeParams, InitializeResult, LogMessageParams, MessageType,
    OneOf, PublishDiagnosticsParams, RenameOptions, ServerCapabilities, ServerInfo, ShowMessageParams,
    TextDocumentSyncCapability, TextDocumentSyncKind, TextDocumentSyncOptions,
};
use lsp_server::{ErrorCode, Message, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::diagnostics::{self, Said};
use crate::position::Encoding;
use crate::workspace::{Refused, Workspace};
use crate::{Place, actions, completion, hover, names, symbols};

/// How a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The editor asked for it first.
    AfterShutdown,
    /// The editor did not.
    Abruptly,
}

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Fresh,
    Running,
    Shutdown,
    Ended(Ended),
}

/// A server: what one editor has open.
pub struct Server<'f> {
    workspace: Workspace<'f>,
    phase: Phase,
    said: Said,
    /// The page that explains the codes.
    checks: Option<String>,
}

/// An answer's error.
struct Failed {
    code: ErrorCode,
    message: String,
}

impl<'f> Server<'f> {
    /// A server over these files.
    #[must_use]
    pub fn new(files: &'f dyn Files, place: Place) -> Self {
        Self { workspace: Workspace::new(files, place), phase: Phase::Fresh, said: Said::new(), checks: None }
    }

    /// How the session ended, once it has.
    #[must_use]
    pub fn ended(&self) -> Option<Ended> {
        if let Phase::Ended(ended) = self.phase { Some(ended) } else { None }
    }

    /// Takes a message, and gives what is to be sent.
    pub fn handle(&mut self, message: Message) -> Vec<Message> {
        match message {
            Message::Request(request) => {
                let response = match self.answer(&request.method, request.params) {
                    Ok(result) => Response::new_ok(request.id, result),
                    Err(Failed { code, message }) => Response::new_err(request.id, code as i32, message),
                };
                vec![response.into()]
            }
            Message::Notification(notification) => self.note(&notification.method, notification.params),
            // Nothing was asked.
            Message::Response(_) => Vec::new(),
        }
    }

    /// Something that goes to the editor's log.
    #[must_use]
    pub fn complaint(&self, message: &str) -> Message {
        notification::<LogMessage>(LogMessageParams { typ: MessageType::ERROR, message: message.to_owned() })
    }

    fn answer(&mut self, method: &str, params: Value) -> Result<Value, Failed> {
        match (self.phase, method) {
            (Phase::Fresh, Initialize::METHOD) => {
                let result = self.initialize(read::<Initialize>(params)?);
                self.phase = Phase::Running;
                write(&result)
            }
            (Phase::Fresh, _) => Err(failed(ErrorCode::ServerNotInitialized, "it is not initialized yet")),
            (Phase::Running, Shutdown::METHOD) => {
                self.phase = Phase::Shutdown;
                Ok(Value::Null)
            }
            (Phase::Running, _) => self.ask(method, params),
            (Phase::Shutdown | Phase::Ended(_), _) => Err(failed(ErrorCode::InvalidRequest, "it was shut down")),
        }
    }

    fn initialize(&mut self, params: InitializeParams) -> InitializeResult {
        let offered = params.capabilities.general.and_then(|general| general.position_encodings);
        self.workspace.encoding = Encoding::of(&offered.unwrap_or_default());
        let page = params.initialization_options.and_then(|options| Some(options.get("checks")?.as_str()?.to_owned()));
        self.checks = page.or_else(|| diagnostics::page(&self.workspace));
        InitializeResult {
            capabilities: capabilities(self.workspace.encoding),
            server_info: Some(ServerInfo {
                name: "bowline".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
            ..InitializeResult::default()
        }
    }

    fn ask(&self, method: &str, params: Value) -> Result<Value, Failed> {
        let workspace = &self.workspace;
        match method {
            Completion::METHOD => {
                let at = read::<Completion>(params)?.text_document_position;
                write(
                    &completion::complete(workspace, &at.text_document.uri, at.position).map(CompletionResponse::Array),
                )
            }
            HoverRequest::METHOD => {
                let at = read::<HoverRequest>(params)?.text_document_position_params;
                write(&hover::hover(workspace, &at.text_document.uri, at.position))
            }
            GotoDefinition::METHOD => {
                let at = read::<GotoDefinition>(params)?.text_document_position_params;
                let found = names::definition(workspace, &at.text_document.uri, at.position);
                write(&found.map(GotoDefinitionResponse::Array))
            }
            References::METHOD => {
                let asked = read::<References>(params)?;
                let (at, stanzas) = (asked.text_document_position, asked.context.include_declaration);
                write(&names::references(workspace, &at.text_document.uri, at.position, stanzas))
            }
            DocumentSymbolRequest::METHOD => {
                let uri = read::<DocumentSymbolRequest>(params)?.text_document.uri;
                write(&symbols::symbols(workspace, &uri).map(DocumentSymbolResponse::Nested))
            }
            CodeActionRequest::METHOD => write(&actions::actions(workspace, &read::<CodeActionRequest>(params)?)),
            PrepareRenameRequest::METHOD => {
                let at = read::<PrepareRenameRequest>(params)?;
                write(&names::prepare(workspace, &at.text_document.uri, at.position))
            }
            Rename::METHOD => {
                let asked = read::<Rename>(params)?;
                let at = asked.text_document_position;
                let edit = names::rename(workspace, &at.text_document.uri, at.position, &asked.new_name);
                write(&edit.map_err(|error| failed(ErrorCode::RequestFailed, &error.to_string()))?)
            }
            _ => Err(failed(ErrorCode::MethodNotFound, &format!("there is no `{method}`"))),
        }
    }

    fn note(&mut self, method: &str, params: Value) -> Vec<Message> {
        if method == Exit::METHOD {
            let polite = self.phase == Phase::Shutdown;
            self.phase = Phase::Ended(if polite { Ended::AfterShutdown } else { Ended::Abruptly });
            return Vec::new();
        }
        if self.phase != Phase::Running {
            return Vec::new();
        }
        match self.take(method, params) {
            Ok(true) => self.publish(),
            Ok(false) => Vec::new(),
            Err(message) => {
                let shown = ShowMessageParams { typ: MessageType::ERROR, message };
                let mut out = vec![notification::<ShowMessage>(shown)];
                out.extend(self.publish());
                out
            }
        }
    }

    /// Takes a change of the documents; whether there was one.
    fn take(&mut self, method: &str, params: Value) -> Result<bool, String> {
        let refused = |refused: Refused| refused.to_string();
        match method {
            DidOpenTextDocument::METHOD => {
                let document = note::<DidOpenTextDocument>(params)?.text_document;
                self.workspace.open(document.uri, document.text, document.version).map_err(refused)?;
            }
            DidChangeTextDocument::METHOD => {
                let change = note::<DidChangeTextDocument>(params)?;
                let document = change.text_document;
                self.workspace.change(&document.uri, document.version, change.content_changes).map_err(refused)?;
            }
            DidCloseTextDocument::METHOD => {
                self.workspace.close(&note::<DidCloseTextDocument>(params)?.text_document.uri);
            }
            // A file on the disk may be another by now.
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => {}
            Initialized::METHOD => return Ok(false),
            // Those that begin with `$/` may be left alone (LSP 3.17, "$ Notifications"), and so may what is unknown.
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// What is said now and was not before, and an empty list for what is no longer looked at.
    fn publish(&mut self) -> Vec<Message> {
        let now = diagnostics::all(&self.workspace, self.checks.as_deref());
        let mut out = Vec::new();
        for (path, before) in &self.said {
            if !now.contains_key(path) && !before.diagnostics.is_empty() {
                let uri = before.uri.clone();
                let nothing = PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None };
                out.push(notification::<PublishDiagnostics>(nothing));
            }
        }
        let news = now.iter().filter(|(path, params)| self.said.get(*path) != Some(*params));
        out.extend(news.map(|(_, params)| notification::<PublishDiagnostics>(params.clone())));
        self.said = now;
        out
    }
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(TextDocumentSyncOptions {
            open_close: Some(true),
            change: Some(TextDocumentSyncKind::INCREMENTAL),
            save: Some(ls_types::TextDocumentSyncSaveOptions::Supported(true)),
            ..TextDocumentSyncOptions::default()
        })),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(vec![" ".to_owned(), "-".to_owned()]),
            ..CompletionOptions::default()
        }),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        definition_provider: Some(OneOf::Left(true)),
        references_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(CodeActionProviderCapability::Simple(true)),
        rename_provider: Some(OneOf::Right(RenameOptions {
            prepare_provider: Some(true),
            work_done_progress_options: ls_types::WorkDoneProgressOptions::default(),
        })),
        ..ServerCapabilities::default()
    }
}

fn failed(code: ErrorCode, message: &str) -> Failed {
    Failed { code, message: message.to_owned() }
}

fn read<R: Request>(params: Value) -> Result<R::Params, Failed>
where
    R::Params: DeserializeOwned,
{
    serde_json::from_value(params)
        .map_err(|error| failed(ErrorCode::InvalidParams, &format!("`{}`: {error}", R::METHOD)))
}

fn note<N: Notification>(params: Value) -> Result<N::Params, String>
where
    N::Params: DeserializeOwned,
{
    serde_json::from_value(params).map_err(|error| format!("`{}`: {error}", N::METHOD))
}

fn write(result: &impl Serialize) -> Result<Value, Failed> {
    serde_json::to_value(result).map_err(|error| failed(ErrorCode::InternalError, &error.to_string()))
}

fn notification<N: Notification>(params: N::Params) -> Message
where
    N::Params: Serialize,
{
    lsp_server::Notification::new(N::METHOD.to_owned(), params).into()
}
