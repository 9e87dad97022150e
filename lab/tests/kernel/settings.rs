//! How IP is treated on a link, and what a NIC does in place of the processor: set, left alone, read back.

use std::error::Error;

use lab::{Lab, Links, Venue};
use network::option::{driver, ip, nic};

use crate::program::{apply, link, try_apply};
use crate::raw::named;

lab::test!(
    what_the_file_says_of_ip_is_there_from_the_start,
    what_the_file_leaves_out_of_ip_stays_as_it_is,
    offloads_are_set_and_left_alone,
    what_a_driver_is_set_to_is_read_back,
    mpls_is_let_in_where_the_kernel_has_it,
    an_offload_that_the_driver_does_not_have_is_refused_at_its_line,
);

fn read(path: &str) -> Result<String, Box<dyn Error>> {
    Ok(std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?.trim().to_owned())
}

fn what_the_file_says_of_ip_is_there_from_the_start(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    Links::open()?.dummy(&named("enp3s0"))?;
    apply(
        lab,
        "auto vmbr0\niface vmbr0 inet static\n\taddress 192.168.1.10/24\n\tbridge-ports enp3s0\n\tip-forward on\n\
         \tip6-forward yes\n\tarp-accept on\n\taccept_ra 2\n\tautoconf 0\n\tprivext 2\n\tipv6-addrgen off\n",
    )?;
    let (v4, v6) = ("/proc/sys/net/ipv4/conf/vmbr0", "/proc/sys/net/ipv6/conf/vmbr0");
    for (file, value) in [
        (format!("{v4}/forwarding"), "1"),
        (format!("{v4}/arp_accept"), "1"),
        (format!("{v6}/forwarding"), "1"),
        (format!("{v6}/accept_ra"), "2"),
        (format!("{v6}/autoconf"), "0"),
        (format!("{v6}/use_tempaddr"), "2"),
        (format!("{v6}/addr_gen_mode"), "1"),
    ] {
        assert_eq!(read(&file)?, value, "{file}");
    }
    let vmbr0 = link(lab, "vmbr0")?;
    assert!(!vmbr0.addresses.iter().any(|a| a.net.addr().is_ipv6()), "it came up without: {:?}", vmbr0.addresses);
    Ok(())
}

fn what_the_file_leaves_out_of_ip_stays_as_it_is(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    Links::open()?.dummy(&named("enp3s0"))?;
    std::fs::write("/proc/sys/net/ipv4/conf/enp3s0/forwarding", "1")?;
    let file = |more: &str| format!("auto enp3s0\niface enp3s0 inet static\n\taddress 192.168.1.10/24\n{more}");
    apply(lab, &file(""))?;
    assert_eq!(link(lab, "enp3s0")?.ipv4.number(ip::v4::FORWARDING), Some(1));
    apply(lab, &file("\tip-forward off\n"))?;
    assert_eq!(link(lab, "enp3s0")?.ipv4.number(ip::v4::FORWARDING), Some(0));
    Ok(())
}

fn bond(more: &str) -> String {
    format!(
        "auto enp3s0\niface enp3s0 inet manual\n{more}\nauto bond0\niface bond0 inet manual\n\tbond-slaves enp3s0\n"
    )
}

fn offloads_are_set_and_left_alone(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    Links::open()?.dummy(&named("enp3s0"))?;
    apply(lab, &bond(""))?;
    let offload = |lab: &Lab, row| -> Result<Option<i64>, Box<dyn Error>> { Ok(link(lab, "enp3s0")?.nic.number(row)) };
    assert_eq!((offload(lab, nic::TSO)?, offload(lab, nic::TX)?), (Some(1), Some(1)));
    apply(lab, &bond("\toffload-tso off\n\ttx-offload off\n"))?;
    assert_eq!((offload(lab, nic::TSO)?, offload(lab, nic::TX)?), (Some(0), Some(0)));
    apply(lab, &bond(""))?;
    assert_eq!(offload(lab, nic::TSO)?, Some(0), "what the file leaves out stays");
    apply(lab, &bond("\ttx-offload on\n\ttso-offload on\n"))?;
    assert_eq!((offload(lab, nic::TSO)?, offload(lab, nic::TX)?), (Some(1), Some(1)));
    Ok(())
}

fn mpls_is_let_in_where_the_kernel_has_it(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    Links::open()?.dummy(&named("enp3s0"))?;
    let file = |more: &str| format!("auto enp3s0\niface enp3s0 inet static\n\taddress 192.0.2.1/24\n{more}");
    let input =
        |lab: &Lab| -> Result<Option<i64>, Box<dyn Error>> { Ok(link(lab, "enp3s0")?.mpls.number(ip::mpls::INPUT)) };
    apply(lab, &file(""))?;
    if !std::path::Path::new("/proc/sys/net/mpls").exists() {
        // Nothing loads the module, and that is said where the line is.
        assert_eq!(lab.venue(), Venue::Native, "the lab's own kernel has it");
        let ran = try_apply(lab, &file("\tmpls-enable yes\n"))?;
        assert!(ran.to_string().contains("this kernel does not know mpls-enable"), "{ran}");
        return Ok(());
    }
    assert_eq!(input(lab)?, Some(0));
    apply(lab, &file("\tmpls-enable yes\n"))?;
    assert_eq!(input(lab)?, Some(1));
    apply(lab, &file("\tmpls-enable no\n"))?;
    assert_eq!(input(lab)?, Some(0));
    Ok(())
}

fn an_offload_that_the_driver_does_not_have_is_refused_at_its_line(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    Links::open()?.dummy(&named("enp3s0"))?;
    apply(lab, &bond(""))?;
    let ran = try_apply(lab, &bond("\trx-vlan-filter on\n"))?;
    assert!(ran.to_string().contains("interfaces:3:"), "the line is named: {ran}");
    assert!(ran.to_string().contains("does not know rx-vlan-filter"), "{ran}");
    Ok(())
}

/// The tap driver is the one of this kernel's that takes a speed and coalescing; hardware's rings and wake-up no lab has.
fn what_a_driver_is_set_to_is_read_back(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let made = std::process::Command::new("ip").args(["tuntap", "add", "enp3s0", "mode", "tap"]).output()?;
    assert!(made.status.success(), "{made:?}");
    let file = |lines: &str| {
        format!(
            "auto bond0\niface bond0 inet manual\n\tbond-slaves enp3s0\n\nauto enp3s0\niface enp3s0 inet manual\n{lines}"
        )
    };
    let found = |row| -> Result<Option<i64>, Box<dyn Error>> { Ok(link(lab, "enp3s0")?.nic.number(row)) };
    // A driver is asked of NICs and slaves alone, and a tap is none before it is a slave.
    apply(lab, &file(""))?;
    apply(
        lab,
        &file("\tlink-autoneg off\n\tlink-speed 1000\n\tlink-duplex half\n\thardware-irq-coalesce-rx-frames 16\n"),
    )?;
    assert_eq!((found(driver::SPEED)?, found(driver::DUPLEX)?), (Some(1000), Some(0)));
    assert_eq!((found(driver::AUTONEG)?, found(driver::COALESCE_RX_FRAMES)?), (Some(0), Some(16)));
    apply(lab, &file("\tlink-speed 2500\n"))?;
    assert_eq!((found(driver::SPEED)?, found(driver::COALESCE_RX_FRAMES)?), (Some(2500), Some(16)), "the rest stays");
    // What the driver does not know is told at its line, before anything is done.
    lab.file(&file("\tethernet-wol g\n"))?;
    let plan = crate::apply::run(lab, &["plan"]);
    assert!(plan.out.contains("the driver of enp3s0 does not know ethernet-wol"), "{plan}");
    assert!(plan.out.contains("interfaces:7:"), "{plan}");
    let ran = crate::face::call(lab, "ifreload -a");
    assert_eq!(ran.code, ifupdown::ExitCode::Failure, "{ran}");
    assert!(ran.err.contains("error: enp3s0: the driver of enp3s0 does not know ethernet-wol"), "{ran}");
    Ok(())
}
