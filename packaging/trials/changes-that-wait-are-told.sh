# interfaces.new is Proxmox's: we say that it is there, and leave it.
make_network
cp /etc/network/interfaces /etc/network/interfaces.new
bowline >/tmp/said 2>&1
if grep -q interfaces.new /tmp/said; then fail "the same twice is no change: $(cat /tmp/said)"; fi
dpkg --purge bowline
echo '# staged' >>/etc/network/interfaces.new
cp /etc/network/interfaces.new /tmp/new
bowline >/tmp/said 2>&1
grep -q 'changes in /etc/network/interfaces.new' /tmp/said || fail "nothing was said: $(cat /tmp/said)"
cmp /etc/network/interfaces.new /tmp/new
cmp /etc/network/interfaces /tmp/interfaces
