# No predecessor and no file: the least is made, and all of it is there.
make_systemd
bowline
is "bowline's state" "$(state bowline)" ii
for face in ifup ifdown ifquery ifreload; do
    is "$face" "$(readlink -f "/usr/sbin/$face")" /usr/libexec/bowline/ifupdown
done
has /usr/share/ifupdown2/ifupdown2
for folder in if-pre-up.d if-up.d if-down.d if-post-down.d interfaces.d ifupdown2/policy.d; do
    has "/etc/network/$folder"
done
grep -q '^iface lo inet loopback$' /etc/network/interfaces
is "starts with the host" "$(starts_with_the_host)" yes
undisturbed
says "bowline 0." /usr/bin/bowline --version
for page in bowline bowline-apply ifup ifdown ifquery ifreload interfaces; do
    man --warnings --pager=cat "$page" >/tmp/page 2>/tmp/warnings || fail "man $page: $(cat /tmp/warnings)"
    [ "$(wc -l </tmp/page)" -gt 15 ] || fail "man $page shows next to nothing"
    is "what man warns of in $page" "$(cat /tmp/warnings)" ""
done
