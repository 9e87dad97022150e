# `apt install ifupdown2`: it gets back what was its own, and ours leaves nothing that works against it.
predecessor ifupdown2
make_network
make_systemd
echo '# mine' >>/etc/default/networking
cp /etc/default/networking /tmp/default
bowline
watch
# As apt asks when someone is there to answer, the answer is to keep the file.
apt-get -q install -y -o Dpkg::Options::=--force-confold "$PREDECESSORS"/ifupdown2_*.deb
is "ifupdown2's state" "$(state ifupdown2)" ii
is "bowline's state" "$(state bowline)" rc
is "ifreload" "$(readlink -f /sbin/ifreload)" /usr/share/ifupdown2/__main__.py
grep -q ifupdown2 /lib/systemd/system/networking.service || fail "there is no networking.service of ifupdown2's"
cmp /etc/default/networking /tmp/default || fail "/etc/default/networking changed"
is "networking.service is" "$(systemctl is-enabled networking.service)" enabled
dpkg --purge bowline
cmp /etc/default/networking /tmp/default || fail "our purge took /etc/default/networking away"
has /etc/network/ifupdown2/ifupdown2.conf
is "networking.service is still" "$(systemctl is-enabled networking.service)" enabled
is "what is left of bowline" "$(find / -xdev -name '*bowline*' ! -path '/given*' ! -path '/tmp/*' ! -path '/proc/*' ! -path '/var/log/*' ! -path '/var/lib/dpkg/*' ! -path '/var/cache/*')" ""
undisturbed
unchanged
