//! Dumps: that what is read as a whole is one, though the network changes under it and answers are lost.

use std::collections::BTreeSet;
use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};

use lab::{Lab, Links};
use linux::{DumpError, Socket};
use netlink_packet_core::{NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NLMSG_DONE, NetlinkBuffer};

use crate::raw::{self, named};

lab::test!(
    the_kernel_marks_a_dump_that_was_interrupted,
    an_interrupted_dump_is_begun_anew,
    a_dump_survives_lost_answers,
);

/// More links than go into one datagram of a dump.
const MANY: usize = 150;

fn crowd(links: &mut Links) -> Result<(), Box<dyn Error>> {
    (0..MANY).try_for_each(|number| Ok(links.dummy(&named(&format!("nic{number}")))?))
}

fn the_kernel_marks_a_dump_that_was_interrupted(_: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut links = Links::open()?;
    crowd(&mut links)?;
    let socket = Socket::open()?;
    let mut request = raw::all_links();
    request.header.flags = NLM_F_REQUEST | NLM_F_DUMP;
    request.finalize();
    let mut bytes = vec![0; request.buffer_len()];
    request.serialize(&mut bytes);
    for disturb in [false, true] {
        socket.raw().send(&bytes, 0)?;
        let (mut datagrams, mut marked, mut done) = (0, false, false);
        while !done {
            let (datagram, _) = socket.raw().recv_from_full()?;
            datagrams += 1;
            let mut rest = datagram.as_slice();
            while !rest.is_empty() {
                let message = NetlinkBuffer::new_checked(rest)?;
                marked |= message.flags() & NLM_F_DUMP_INTR != 0;
                done |= message.message_type() == NLMSG_DONE;
                rest = rest.get((message.length() as usize).next_multiple_of(4)..).unwrap_or_default();
            }
            if disturb && datagrams == 1 {
                links.delete(&named("nic0"))?;
            }
        }
        assert!(datagrams > 2, "a dump that fits into one datagram can't be interrupted");
        assert_eq!(marked, disturb);
    }
    Ok(())
}

fn an_interrupted_dump_is_begun_anew(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    crowd(&mut Links::open()?)?;
    let over = AtomicBool::new(false);
    let host = lab.host.clone();
    std::thread::scope(|scope| {
        // At each moment at least one of the two is there; a dump without either is no whole.
        let disturber = scope.spawn(|| {
            host.run(|| -> Result<(), lab::NetError> {
                let mut links = Links::open()?;
                links.dummy(&named("this"))?;
                while !over.load(Ordering::Relaxed) {
                    links.dummy(&named("that"))?;
                    links.delete(&named("this"))?;
                    links.dummy(&named("this"))?;
                    links.delete(&named("that"))?;
                }
                Ok(())
            })
        });
        let result = dump_until_interrupted();
        over.store(true, Ordering::Relaxed);
        disturber.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        result
    })
}

/// Dumps until one was interrupted and begun anew: then it took more requests than it has answers.
fn dump_until_interrupted() -> Result<(), Box<dyn Error>> {
    let mut socket = Socket::open()?;
    for _ in 0..1000 {
        let before = socket.counters().reads;
        match socket.dump(&raw::all_links()) {
            Ok(links) => {
                let names: BTreeSet<String> = links.iter().map(|link| raw::name(&link.payload)).collect();
                assert_eq!(names.len(), links.len(), "no link twice");
                assert!((0..MANY).all(|number| names.contains(&format!("nic{number}"))), "none missing");
                // The disturber may not have begun yet.
                if socket.counters().reads > before + 1 {
                    assert!(names.contains("this") || names.contains("that"), "{names:?}");
                    return Ok(());
                }
            }
            Err(DumpError::Changing { .. }) => assert!(socket.counters().reads > before + 1),
            Err(other) => return Err(other.into()),
        }
    }
    Err("no dump was ever interrupted".into())
}

fn a_dump_survives_lost_answers(_: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut socket = Socket::open()?;
    // The least that the kernel gives, and announcements that nobody reads: it overflows.
    rustix::net::sockopt::set_socket_recv_buffer_size(socket.raw(), 1)?;
    let link_group = 1;
    socket.raw().add_membership(link_group)?;
    crowd(&mut Links::open()?)?;
    let before = socket.counters().reads;
    let links = socket.dump(&raw::all_links())?;
    // `lo` too.
    assert_eq!(links.len(), MANY + 1);
    assert!(socket.counters().reads > before + 1, "nothing was lost, so nothing is proven");
    Ok(())
}
