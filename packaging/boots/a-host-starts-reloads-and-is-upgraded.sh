# A host's life with the package: it starts, reloads, gets another NIC, a new version and none, and starts again.

boot_1() {
    make_cables 0
    make_file
    bowline
    is "starts with the host" "$(systemctl is-enabled networking.service)" enabled
    # Installing it brings nothing up by itself.
    lacks /sys/class/net/vmbr0
}

boot_2() {
    # networking.service brought the file's network up, with the NIC that is there.
    until_so "the start of the network" is_active networking.service
    is_active ifupdown2-pre.service || fail "nobody waited for udev"
    is "what failed" "$(systemctl --failed --plain --no-legend | grep -E 'networking|ifup' || true)" ""
    ip -brief address show vmbr0 | grep -q '192.0.2.10/24' || fail "vmbr0 has no address: $(ip address)"
    is_slave nic0 || fail "nic0 is no slave"
    ifquery -c vmbr0 >/run/check || fail "ifquery: $(cat /run/check)"
    converse

    # A NIC comes late: udev starts ifup@nic1, and the bond has it.
    before=$(devices)
    plug nic1 port1
    until_so "the adoption of nic1" is_slave nic1
    until_so "the unit of nic1" is_active ifup@nic1.service
    # It goes, and with it its unit; it comes back under the kernel's name, and udev gives it its own.
    ip link delete nic1
    until_so "the end of nic1's unit" sh -c '[ "$(systemctl is-active ifup@nic1.service)" = inactive ]'
    mkdir -p /etc/systemd/network
    printf '[Match]\nOriginalName=eth7\n[Link]\nName=nic1\n' >/etc/systemd/network/10-nic1.link
    udevadm control --reload
    plug eth7 port1
    until_so "the adoption of nic1 once more" is_slave nic1
    until_so "the unit of nic1 once more" is_active ifup@nic1.service
    # One that the file does not know is left alone.
    plug nic7 port7
    udevadm settle
    is "the unit of nic7" "$(systemctl is-active ifup@nic7.service || true)" inactive
    ip link delete nic7
    is "the devices" "$(devices)" "$before"
    still_talking

    # An unchanged file: nothing is announced. A changed one: what changed, and nothing else.
    is "what a reload of the same file announces" "$(heard systemctl reload networking.service)" ""
    sed -i 's,address 192.0.2.10/24,&\n\taddress 198.51.100.10/24,' /etc/network/interfaces
    systemctl reload networking.service
    ip -brief address show vmbr0 | grep -q '192.0.2.10/24 198.51.100.10/24' || fail "the new address: $(ip address)"
    is "the devices after a reload" "$(devices)" "$before"
    # A reload that fails is told in the journal, and the unit stays up.
    sed -i 's,bond-miimon 100,bond-miimon often,' /etc/network/interfaces
    systemctl reload networking.service
    journalctl --no-pager -u networking.service | grep -q 'error: bond0: ' || fail "the journal says nothing of bond0"
    is_active networking.service || fail "the unit failed with the interface"
    sed -i 's,bond-miimon often,bond-miimon 100,' /etc/network/interfaces
    systemctl reload networking.service
    still_talking

    # A new version, the same again, none, and the package anew: the network hears nothing of it.
    repack 9.0.0-1
    is "what an upgrade announces" "$(heard install /tmp/9.0.0-1.deb)" ""
    is "bowline's state" "$(state bowline)" ii
    is_active networking.service || fail "the unit stopped with the upgrade"
    is "what a removal announces" "$(heard apt-get -q remove -y bowline)" ""
    is "bowline's state" "$(state bowline)" rc
    is "the devices without the package" "$(devices)" "$before"
    still_talking
    is "what the package announces" "$(heard install /given/bowline.deb)" ""
    is "what a reload then announces" "$(heard ifreload -a)" ""
    is "the devices in the end" "$(devices)" "$before"
    still_talking
    # The next start finds both NICs.
    make_cables 0 1
}

boot_3() {
    until_so "the start of the network" is_active networking.service
    ip -brief address show vmbr0 | grep -q '192.0.2.10/24 198.51.100.10/24' || fail "vmbr0: $(ip address)"
    is_slave nic0 || fail "nic0 is no slave"
    until_so "the adoption of nic1" is_slave nic1
    converse
    touch /run/hush
    # Stopped by hand, it is down; started, it is up.
    systemctl stop networking.service
    lacks /sys/class/net/vmbr0
    lacks /sys/class/net/bond0
    systemctl start networking.service
    until_so "the network" is_slave nic0
    ip -brief address show vmbr0 | grep -q '192.0.2.10/24 198.51.100.10/24' || fail "vmbr0: $(ip address)"
}
