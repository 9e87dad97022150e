# The network and the files of the host survive both; what is ours goes.
make_network
make_systemd
bowline
printf '#!/bin/sh\n' >/etc/network/if-up.d/mine
mkdir -p /var/lib/bowline
echo state >/var/lib/bowline/state
mkdir -p /etc/bowline /run/network
echo '[hooks]' >/etc/bowline/config.toml
echo '{}' >/run/network/bowline.json
watch
apt-get -q remove -y bowline >/tmp/said 2>&1 || fail "$(cat /tmp/said)"
grep -q 'the network stays up' /tmp/said || fail "nothing was said: $(cat /tmp/said)"
is "bowline's state" "$(state bowline)" rc
for gone in /usr/sbin/ifreload /usr/bin/bowline /usr/libexec/bowline /usr/share/ifupdown2 \
    /usr/lib/systemd/system/networking.service /usr/lib/udev/rules.d/85-bowline.rules; do
    lacks "$gone"
done
has /etc/default/networking
has /var/lib/bowline/state
has /etc/bowline/config.toml
undisturbed

dpkg --purge bowline
is "bowline's state" "$(state bowline)" ""
lacks /var/lib/bowline
lacks /run/network/bowline.json
lacks /etc/bowline
lacks /etc/default/networking
lacks /etc/network/ifupdown2
lacks /etc/network/if-down.d
lacks /etc/systemd/system/multi-user.target.wants/networking.service
has /etc/network/if-up.d/mine
undisturbed
unchanged
