# The questions that Proxmox asks before it reloads, and the packages that it asks for.
bowline
version=$(ifreload -V)
case $version in
ifupdown2:*) version=${version#ifupdown2:} ;;
*) fail "ifreload -V says $version" ;;
esac
dpkg --compare-versions "$version" ge 1.2.8 || fail "$version is too old for Proxmox"
echo "$version" | tr .- '\n\n' | sed -n 4p | grep -q -E 'pve|pmx|proxmox' || fail "$version is not of Proxmox's kind"
says "ifupdown2 (= $version)" dpkg -s bowline
has /usr/share/ifupdown2

# What the other packages say of it.
dummy() {
    mkdir -p "/tmp/$1/DEBIAN"
    cat >"/tmp/$1/DEBIAN/control" <<END
Package: $1
Version: 1
Architecture: all
Maintainer: Nobody <nobody@localhost>
$2
Description: needs the network
END
    dpkg-deb --root-owner-group --build "/tmp/$1" "/tmp/$1.deb" >/dev/null
    install "/tmp/$1.deb"
    is "$1's state" "$(state "$1")" ii
    is "bowline's state beside $1" "$(state bowline)" ii
}
dummy like-pve-manager "Depends: ifupdown2 (>= 3.0) | ifenslave (>= 2.6)"
dummy like-an-older-pve-manager "Depends: ifupdown2 (>= 2.0.1-1+pve8) | ifenslave (>= 2.6)"
dummy like-libpve-network-perl "Depends: ifupdown2"
dummy like-cloud-init "Depends: ifupdown"
lacks /usr/share/doc/ifenslave
