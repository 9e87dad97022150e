//! What a measurement ran on.

use std::fs;
use std::thread::available_parallelism;

use serde::Serialize;

/// The machine, as far as it bears on a figure.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// Name, release and build of the kernel, as uname(2) has them.
    pub kernel: String,
    /// The first processor's model.
    pub processor: String,
    /// Processors that we may run on; 0 when the kernel does not say.
    pub processors: usize,
}

impl Machine {
    /// This one.
    #[must_use]
    pub fn here() -> Self {
        let uname = rustix::system::uname();
        let text = |part: &std::ffi::CStr| part.to_string_lossy().into_owned();
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Self {
            kernel: format!("{} {} {}", text(uname.sysname()), text(uname.release()), text(uname.machine())),
            processor: model(&cpuinfo).unwrap_or("of an unknown model").to_owned(),
            processors: available_parallelism().map_or(0, usize::from),
        }
    }
}

/// The first `model name` of /proc/cpuinfo, which not every architecture has.
fn model(cpuinfo: &str) -> Option<&str> {
    let rest = cpuinfo.lines().find_map(|line| line.strip_prefix("model name"))?;
    rest.split_once(':').map(|(_, name)| name.trim())
}

#[cfg(test)]
mod tests {
    use super::model;

    #[test]
    fn the_model_is_the_first_processors() {
        assert_eq!(
            model("processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nmodel name\t: other\n"),
            Some("Some CPU @ 2 GHz")
        );
        assert_eq!(model("CPU implementer : 0x41\n"), None);
    }
}
