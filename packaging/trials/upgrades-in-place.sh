# From one version to the next and back, with a file of ours that was changed.
make_network
make_systemd
repack 0.0.1-1
repack 9.0.0-1 "echo '# new' >>etc/network/ifupdown2/ifupdown2.conf"
watch
install /tmp/0.0.1-1.deb
echo 'VERBOSE=yes' >>/etc/default/networking
cp /etc/default/networking /tmp/default
rm /etc/network/if-up.d -r
bowline
install /tmp/9.0.0-1.deb
is "bowline's version" "$(dpkg-query --show --showformat '${Version}' bowline)" 9.0.0-1
cmp /etc/default/networking /tmp/default || fail "/etc/default/networking changed"
is "the end of what nobody changed" "$(tail -1 /etc/network/ifupdown2/ifupdown2.conf)" "# new"
has /etc/network/if-up.d
install --allow-downgrades /given/bowline.deb
cmp /etc/default/networking /tmp/default || fail "/etc/default/networking changed"
has /usr/sbin/ifreload
undisturbed
unchanged

# An upgrade honours that the unit was turned off since.
systemctl disable networking.service
install /tmp/9.0.0-1.deb
is "starts with the host" "$(starts_with_the_host)" no
