# A predecessor whose removal stops networking.service takes the network with it: then, and only then, it is started.
make_systemd
read -r up _ </proc/uptime
echo inactive >/tmp/active

# Long ago, or never: that was someone's wish.
echo 0 >/tmp/inactive-since
bowline
undisturbed
dpkg --purge bowline

echo $((${up%%.*} * 1000000)) >/tmp/inactive-since
: >/tmp/systemctl
mkdir -p /run/systemd/system/networking.service.d
printf '[Unit]\nRefuseManualStop=yes\n' >/run/systemd/system/networking.service.d/bowline-install.conf
bowline >/tmp/said 2>&1
is "what systemd was asked to start" "$(grep -w start /tmp/systemctl)" "start networking.service"
grep -q 'the network went down with the package that was removed' /tmp/said || fail "nothing was said: $(cat /tmp/said)"
lacks /run/systemd/system/networking.service.d

# An upgrade is none of that.
: >/tmp/systemctl
repack 9.0.0-1
install /tmp/9.0.0-1.deb
undisturbed
