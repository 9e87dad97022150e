# A host that ifupdown2 brought up, then Bowline, then `ifreload -a`: the network notices nothing.
make_network
# As ifupdown2 marks its own.
ip route del default
ip route add default via 192.0.2.1 dev vmbr0 proto kernel onlink
bowline
watch
ifreload -a -v >/tmp/said 2>&1 || fail "ifreload: $(cat /tmp/said)"
ifreload -a
ifquery -a -c -o json >/tmp/check || fail "ifquery -c: $(cat /tmp/check)"
is "what ifquery lists" "$(ifquery --list | tr '\n' ' ')" "lo vmbr0 "
is "what hangs on vmbr0" "$(ls /sys/class/net/vmbr0/brif | tr '\n' ' ')" "nic0 tap100i0 "
unchanged
