# The same from Debian's own ifupdown.
predecessor ifupdown
make_network
make_systemd
echo '# mine' >>/etc/default/networking
cp /etc/default/networking /tmp/default
watch
bowline
is "ifupdown's state" "$(state ifupdown)" rc
is "bowline's state" "$(state bowline)" ii
cmp /etc/default/networking /tmp/default || fail "/etc/default/networking changed"
is "starts with the host" "$(starts_with_the_host)" yes
dpkg --purge ifupdown
is "starts with the host after the purge" "$(starts_with_the_host)" yes
cmp /etc/default/networking /tmp/default || fail "the purge changed /etc/default/networking"
undisturbed
unchanged
