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
# Static programs name no interpreter (the header of type PT_INTERP, 3), and so need no library of the host.
cat >/tmp/interpreter.py <<'END'
import struct, sys
program = open(sys.argv[1], "rb").read()
assert program[:6] == b"\x7fELF\x02\x01", "no 64-bit little-endian ELF"
offset, = struct.unpack_from("<Q", program, 32)
size, number = struct.unpack_from("<HH", program, 54)
assert number > 0, "no program headers"
types = [struct.unpack_from("<I", program, offset + n * size)[0] for n in range(number)]
print("static" if 3 not in types else "dynamic")
END
is "what reads /bin/sh" "$(python3 /tmp/interpreter.py /bin/sh)" dynamic
for program in /usr/bin/bowline /usr/libexec/bowline/ifupdown; do
    is "$program" "$(python3 /tmp/interpreter.py "$program")" static
done
for page in bowline bowline-apply ifup ifdown ifquery ifreload interfaces; do
    man --warnings --pager=cat "$page" >/tmp/page 2>/tmp/warnings || fail "man $page: $(cat /tmp/warnings)"
    [ "$(wc -l </tmp/page)" -gt 15 ] || fail "man $page shows next to nothing"
    is "what man warns of in $page" "$(cat /tmp/warnings)" ""
done
