# systemd reads the units without a complaint, and their commands are there.
bowline
systemd-analyze verify --man=yes networking.service ifupdown2-pre.service bowline-recover.service ifup@nic0.service >/tmp/said 2>&1 ||
    fail "systemd-analyze: $(cat /tmp/said)"
is "what systemd-analyze says" "$(grep -E 'networking|ifup|bowline' /tmp/said || true)" ""
sh -n /usr/share/ifupdown2/sbin/start-networking
sh -n /usr/libexec/bowline/hotplug
if command -v udevadm >/dev/null && udevadm verify --help >/dev/null 2>&1; then
    udevadm verify --resolve-names=never /usr/lib/udev/rules.d/85-bowline.rules
fi
