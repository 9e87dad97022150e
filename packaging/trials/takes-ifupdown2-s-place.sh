# On a host that runs: the network notices nothing, and all that was configured stays.
predecessor ifupdown2
make_network
make_systemd
ln -sf ../interfaces.d /etc/network/mine
printf '#!/bin/sh\n' >/etc/network/if-up.d/mine 2>/dev/null || { mkdir -p /etc/network/if-up.d; printf '#!/bin/sh\n' >/etc/network/if-up.d/mine; }
echo 'EXCLUDE_INTERFACES="eno9"' >>/etc/default/networking
echo 'ifquery_check_success_str=fine' >>/etc/network/ifupdown2/ifupdown2.conf
cp /etc/default/networking /tmp/default
cp /etc/network/ifupdown2/ifupdown2.conf /tmp/conf
before=$(starts_with_the_host)
watch

bowline
is "ifupdown2's state" "$(state ifupdown2)" rc
is "bowline's state" "$(state bowline)" ii
cmp /etc/default/networking /tmp/default || fail "/etc/default/networking changed"
cmp /etc/network/ifupdown2/ifupdown2.conf /tmp/conf || fail "ifupdown2.conf changed"
has /etc/network/if-up.d/mine
is "starts with the host, once in ifupdown2's way" "$before" no
is "starts with the host" "$(starts_with_the_host)" yes
for face in ifup ifdown ifquery ifreload; do
    is "$face" "$(readlink -f "/sbin/$face")" /usr/libexec/bowline/ifupdown
done
for left in /etc/default/networking /etc/network/ifupdown2/ifupdown2.conf; do
    lacks "$left.bowline-kept"
    lacks "$left.dpkg-new"
done
grep -q bowline /usr/lib/systemd/system/networking.service || fail "networking.service is not ours"
undisturbed

# The predecessor's purge takes nothing of it away.
dpkg --purge ifupdown2
cmp /etc/default/networking /tmp/default || fail "the purge changed /etc/default/networking"
cmp /etc/network/ifupdown2/ifupdown2.conf /tmp/conf || fail "the purge changed ifupdown2.conf"
is "starts with the host after the purge" "$(starts_with_the_host)" yes
has /usr/sbin/ifreload
undisturbed
unchanged
