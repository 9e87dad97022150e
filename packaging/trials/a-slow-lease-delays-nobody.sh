# `ifreload -a` with a DHCP server that answers only when everybody else is done, and a NIC that is not there. Who waited for
# either would never be done: the lease is given by the hook of the last interface.
make_network
bowline
# A client as dhclient is started; it has its lease when /tmp/lease is there. The name of the script is that of the process.
cat >/usr/sbin/dhclient <<'END'
#!/bin/sh
[ ! -e /tmp/no-dhcp ] || exit 2
for word; do link=$word; done
pid=/run/dhclient.$link.pid
case " $* " in
*" -r "*)
    kill "$(cat "$pid")"
    rm "$pid"
    exit ;;
*" --serve "*)
    echo $$ >"$pid"
    while [ ! -e /tmp/lease ]; do sleep 0.05; done
    ip address add 203.0.113.7/24 dev "$link" valid_lft 3600 preferred_lft 3600
    echo lease >>/tmp/order
    while :; do sleep 1; done ;;
esac
echo start >>/tmp/order
"$0" --serve "$link" &
END
chmod +x /usr/sbin/dhclient
cat >/etc/network/interfaces <<'END'
auto lo
iface lo inet loopback

auto witness
iface witness inet dhcp
	up echo witness >>/tmp/order

auto nic8
iface nic8 inet manual

auto vmbr8
iface vmbr8 inet manual
	bridge-ports nic8
	bridge-fd 0

auto vmbr0
iface vmbr0 inet static
	address 192.0.2.10/24
	bridge-ports nic0
	bridge-stp off
	bridge-fd 0
	up echo vmbr0 >>/tmp/order
	post-up touch /tmp/lease
END

# A client that can't be started is told, and its interface alone has failed.
touch /tmp/no-dhcp
if ifreload -a >/tmp/said 2>&1; then fail "a client that does not start is no error"; fi
grep -q '^error: witness: can.t start DHCP for IPv4 on witness: ' /tmp/said || fail "$(cat /tmp/said)"
grep -q -x vmbr0 /tmp/order || fail "vmbr0 was not done: $(cat /tmp/order)"
has /sys/class/net/vmbr8

rm /tmp/no-dhcp /tmp/lease /tmp/order
ifreload -a --force >/tmp/said 2>&1 || fail "$(cat /tmp/said)"
grep -q '^warning: vmbr8: names the port nic8' /tmp/said || fail "nobody misses nic8: $(cat /tmp/said)"
is "the order" "$(tr '\n' ' ' </tmp/order)" "start vmbr0 lease witness "
if grep -q 'no lease' /tmp/said; then fail "somebody waited in vain: $(cat /tmp/said)"; fi
ip -brief address show witness | grep -q 203.0.113.7/24 || fail "$(ip address)"
# Without a change nobody is asked again.
ifreload -a 2>/dev/null || fail "the second reload failed"
is "the order" "$(tr '\n' ' ' </tmp/order)" "start vmbr0 lease witness "
ifdown witness
lacks /run/dhclient.witness.pid
