//! The guard's socket: requests in, replies and news out, and whoever sends nonsense is not heard.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

use std::io::Write;
use std::os::unix::net::UnixStream;
use std::time::Duration;

use bowline::guarded::control::Control;
use guard::{Ending, News, Reply, Request};
use record::client::Client;

const LONG: Duration = Duration::from_secs(20);

#[test]
fn requests_are_answered_and_news_reach_all() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("control");
    assert!(Client::connect(&path).unwrap().is_none(), "nobody is there");
    let mut control = Control::bind(&path).unwrap();
    let mut listener = Client::connect(&path).unwrap().unwrap();
    control.wait_for_a_listener(LONG);
    // One sends nonsense, one more than a request can have, one half a request and goes.
    for nonsense in [&b"hello\n"[..], &[b'x'; 5000], b"{\"ask\":\"loo"] {
        UnixStream::connect(&path).unwrap().write_all(nonsense).unwrap();
        assert_eq!(control.wait(Duration::from_millis(50)), None);
    }
    let confirm = Request::Confirm { token: Some("token".to_owned()), by: "root".to_owned() };
    let asked = confirm.clone();
    let place = path.clone();
    let asker = std::thread::spawn(move || {
        let mut client = Client::connect(&place).unwrap().unwrap();
        (client.reply_to(&asked).unwrap(), client.ending(&mut |_| {}).unwrap())
    });
    assert_eq!(control.wait(LONG), Some(confirm));
    control.reply(&Reply::Taken);
    let ending = Ending::Confirmed { by: "root".to_owned() };
    control.tell(&News::Step { step: 3 });
    control.tell(&News::Amiss { text: "something".to_owned() });
    control.tell(&News::Ended { ending: ending.clone() });
    let mut told = Vec::new();
    assert_eq!(asker.join().unwrap(), (Reply::Taken, ending.clone()));
    assert_eq!(listener.ending(&mut |text| told.push(text.to_owned())).unwrap(), ending);
    assert_eq!(told, ["something"]);
    drop(control);
    assert!(listener.hear(Some(LONG)).is_err(), "the guard is gone");
    assert!(Client::connect(&path).unwrap().is_none(), "a socket that a dead guard left is nobody");
    Control::bind(&path).unwrap();
}
