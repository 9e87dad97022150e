//! What a face says beside its output, in ifupdown2's form (`lib/log.py`): `error: vmbr0: …`.

use std::io::Write;
use std::os::unix::net::UnixDatagram;
use std::path::Path;

use crate::Face;

/// How much a message matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something was not done.
    Error,
    /// Something is not as it should be.
    Warning,
    /// With `-v`.
    Info,
    /// With `-d`.
    Debug,
}

impl Level {
    fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Debug => "debug",
        }
    }

    /// The severity of syslog(3).
    fn severity(self) -> u8 {
        match self {
            Self::Error => 3,
            Self::Warning => 4,
            Self::Info => 6,
            Self::Debug => 7,
        }
    }
}

/// `LOG_DAEMON` of syslog(3), as ifupdown2 has it.
const DAEMON: u8 = 3 << 3;

/// Where messages go.
enum Sink<'a> {
    Stream(&'a mut dyn Write),
    Syslog(UnixDatagram, Face),
}

/// Messages: a line each, `LEVEL: TEXT`. Proxmox's task log shows those that match `(warning|error): (\S+):`, so what is
/// said of an interface starts with its name and a colon, and what is said of a file with its path and a colon.
pub struct Log<'a> {
    sink: Sink<'a>,
    most: Level,
    failed: bool,
}

impl<'a> Log<'a> {
    /// Messages up to that level go to a stream.
    pub fn new(stream: &'a mut dyn Write, most: Level) -> Self {
        Self { sink: Sink::Stream(stream), most, failed: false }
    }

    /// Sends messages to the socket of syslog or the journal from now on. Without one they go where they went.
    pub fn to_syslog(&mut self, socket: &Path, face: Face) {
        let connected = UnixDatagram::unbound().and_then(|own| own.connect(socket).map(|()| own));
        match connected {
            Ok(own) => self.sink = Sink::Syslog(own, face),
            Err(error) => self.say(Level::Warning, &format!("syslog: {}: {error}", socket.display())),
        }
    }

    /// Whether there was an error; the exit code then is not 0.
    #[must_use]
    pub fn has_failed(&self) -> bool {
        self.failed
    }

    /// Makes the exit code other than 0 without a message: the output has said it.
    pub fn fail(&mut self) {
        self.failed = true;
    }

    /// Something was not done.
    pub fn error(&mut self, text: impl AsRef<str>) {
        self.failed = true;
        self.say(Level::Error, text.as_ref());
    }

    /// Something is not as it should be.
    pub fn warning(&mut self, text: impl AsRef<str>) {
        self.say(Level::Warning, text.as_ref());
    }

    /// With `-v`.
    pub fn info(&mut self, text: impl AsRef<str>) {
        self.say(Level::Info, text.as_ref());
    }

    /// With `-d`.
    pub fn debug(&mut self, text: impl AsRef<str>) {
        self.say(Level::Debug, text.as_ref());
    }

    fn say(&mut self, level: Level, text: &str) {
        if level > self.most {
            return;
        }
        // A message is one line, whatever a hook printed or a file holds: nothing may pass for a message of its own.
        let text: String = text.trim_end().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let name = level.name();
        // Nothing is left to be told to whom, when this can't be written; the exit code still says how it ended.
        let _ = match &mut self.sink {
            Sink::Stream(stream) => writeln!(stream, "{name}: {text}").and_then(|()| stream.flush()),
            Sink::Syslog(socket, face) => {
                let (priority, pid) = (DAEMON | level.severity(), std::process::id());
                socket.send(format!("<{priority}>{}[{pid}]: {name}: {text}", face.name()).as_bytes()).map(drop)
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_errors_fail_and_each_message_is_a_line() {
        let mut out = Vec::new();
        let mut log = Log::new(&mut out, Level::Warning);
        log.info("not shown");
        log.warning("vmbr0: two\nlines\u{1b}[0m\n");
        assert!(!log.has_failed());
        log.error("bond0: no");
        assert!(log.has_failed());
        assert_eq!(String::from_utf8(out).unwrap(), "warning: vmbr0: two lines [0m\nerror: bond0: no\n");
    }

    #[test]
    fn syslog_gets_facility_daemon_and_the_face() {
        let folder = std::env::temp_dir().join(format!("bowline-syslog-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let path = folder.join("log");
        let server = UnixDatagram::bind(&path).unwrap();
        let mut out = Vec::new();
        let mut log = Log::new(&mut out, Level::Info);
        log.to_syslog(&path, Face::Ifreload);
        log.error("bond0: no");
        let mut buffer = [0; 256];
        let length = server.recv(&mut buffer).unwrap();
        let text = std::str::from_utf8(&buffer[..length]).unwrap();
        assert_eq!(text, format!("<27>ifreload[{}]: error: bond0: no", std::process::id()));
        std::fs::remove_dir_all(&folder).unwrap();
        let mut log = Log::new(&mut out, Level::Info);
        log.to_syslog(&path, Face::Ifreload);
        assert!(String::from_utf8(out).unwrap().starts_with("warning: syslog: "));
    }
}
