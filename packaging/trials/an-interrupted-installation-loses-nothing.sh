# Cut off after preinst, after unpacking: what was set aside comes back, by going on or by giving up.
predecessor ifupdown2
make_systemd
echo '# mine' >>/etc/default/networking
cp /etc/default/networking /tmp/default
apt-get -q remove -y ifupdown2

# Unpacked and not configured; then once more from the start.
dpkg --unpack /given/bowline.deb
is "bowline's state" "$(state bowline)" iU
dpkg --unpack /given/bowline.deb
dpkg --configure bowline
cmp /etc/default/networking /tmp/default || fail "going on lost /etc/default/networking"
dpkg --purge bowline

# A preinst that is cut off at its end: dpkg calls postrm to undo it.
mkdir -p /etc/default
cp /tmp/default /etc/default/networking
repack 9.0.0-1 "echo 'exit 1' >>DEBIAN/preinst"
if dpkg --install /tmp/9.0.0-1.deb; then fail "it was installed"; fi
cmp /etc/default/networking /tmp/default || fail "giving up lost /etc/default/networking"
lacks /etc/default/networking.bowline-kept
