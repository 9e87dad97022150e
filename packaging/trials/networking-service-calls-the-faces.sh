# What the unit runs, with the faces replaced by ones that write down how they are called.
bowline
calls() { cat /tmp/calls; : >/tmp/calls; }
: >/tmp/calls
for face in ifup ifdown ifreload ifquery; do
    cat >"/usr/local/sbin/$face" <<'END'
#!/bin/sh
echo "${0##*/} $*" >>/tmp/calls
case "$*" in *hotplug*) [ "${0##*/}" = ifquery ] && cat /tmp/hotplug 2>/dev/null ;; esac
exit ${STATUS:-0}
END
    chmod +x "/usr/local/sbin/$face"
done
# The unit's own PATH is the system's; here the recorders come first.
sed 's,^PATH=.*,PATH=/usr/local/sbin:/usr/sbin:/usr/bin,' /usr/share/ifupdown2/sbin/start-networking >/tmp/start
sed 's,^PATH=.*,PATH=/usr/local/sbin:/usr/sbin:/usr/bin,' /usr/libexec/bowline/hotplug >/tmp/plug
start() { /bin/sh /tmp/start "$@"; }

start start
is "start calls" "$(calls)" "ifquery --list --allow=mgmt
ifup -a --perfmode --systemd
ifquery --list --allow=hotplug"

ip link add here type veth peer name there
printf 'here\nnowhere\n' >/tmp/hotplug
VERBOSE=yes EXCLUDE_INTERFACES='eno* x' start start
is "start calls" "$(calls)" "ifquery --list --allow=mgmt
ifup -a --perfmode --systemd -v -X eno* -X x
ifquery --list --allow=hotplug
ifup --allow=hotplug -v -X eno* -X x here"

CONFIGURE_INTERFACES=no start start
is "start calls when it must not" "$(calls)" ""
start reload
is "reload calls" "$(calls)" "ifreload -a"
STATUS=1 start reload || fail "a failed interface fails the unit"
calls >/dev/null

make_systemd
start stop
is "stop calls" "$(calls)" "ifdown -a"
cat >>/usr/bin/systemctl <<'END'
case "$*" in is-system-running) echo stopping; exit 1 ;; esac
END
start stop
is "stop calls while the host goes down" "$(calls)" ""
SKIP_DOWN_AT_SYSRESET=no start stop
is "stop calls while the host goes down, if it is to" "$(calls)" "ifdown -a"
if start nonsense; then fail "nonsense is taken"; fi

# udev's helper.
: >/tmp/systemctl
/bin/sh /tmp/plug nowhere2
is "what is asked of systemd" "$(cat /tmp/systemctl)" ""
/bin/sh /tmp/plug nowhere
is "what is asked of systemd" "$(cat /tmp/systemctl)" "--no-block start ifup@nowhere.service"
