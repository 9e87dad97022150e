# What the other trials rest on notices what it is there to notice.
make_network
make_systemd

watch
ip address add 192.0.2.11/24 dev vmbr0
if (unchanged) >/dev/null 2>&1; then fail "the monitor misses an address"; fi
kill "$monitor" 2>/dev/null || true

watch
ip link set tap100i0 nomaster
if (unchanged) >/dev/null 2>&1; then fail "the monitor misses an evicted guest"; fi
kill "$monitor" 2>/dev/null || true

watch
echo '# changed' >>/etc/network/interfaces
if (unchanged) >/dev/null 2>&1; then fail "a changed file is missed"; fi
kill "$monitor" 2>/dev/null || true

if (undisturbed) >/dev/null 2>&1; then fail "a systemd that nobody asked counts as undisturbed"; fi
systemctl daemon-reload
undisturbed
systemctl try-restart networking.service || true
if (undisturbed) >/dev/null 2>&1; then fail "a restart is missed"; fi

# A package that does either does not pass.
repack 9.0.0-1 "echo 'ip link set nic0 mtu 1400' >>DEBIAN/postinst"
cp /tmp/interfaces /etc/network/interfaces
watch
install /tmp/9.0.0-1.deb
if (unchanged) >/dev/null 2>&1; then fail "a package that changes the network passes"; fi
