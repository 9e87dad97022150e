# What Proxmox's Perl asks of the faces, and what it makes of the answers (PVE::API2::Network, PVE::Network::SDN), replayed:
# the version, a reload with its task log, and the state of SDN's networks.
make_network
bowline
cat >/tmp/pve.pl <<'END'
use strict;
use warnings;
use JSON::PP;
$| = 1;

# As PVE::Tools::run_command: each line goes to a function without its end; any other end than 0 is fatal.
sub run_command {
    my ($command, %to) = @_;
    my $pid = open(my $out, '-|') // die "fork: $!";
    if (!$pid) {
        open(STDERR, '>', '/tmp/stderr') or die "stderr: $!";
        exec(@$command) or die "exec: $!";
    }
    while (my $line = <$out>) { chomp $line; $to{out}->($line) if $to{out} }
    close($out);
    my $end = $?;
    open(my $err, '<', '/tmp/stderr') or die "stderr: $!";
    while (my $line = <$err>) { chomp $line; $to{err}->($line) if $to{err} }
    die "command '@$command' was killed\n" if $end & 127;
    die "command '@$command' failed: exit code " . ($end >> 8) . "\n" if $end;
}

my ($what, @names) = @ARGV;
if ($what eq 'version') {
    die "no ifupdown2\n" if !-e '/usr/share/ifupdown2';
    my $said;
    run_command(['ifreload', '-V'], out => sub { $said //= shift });
    my ($version) = $said =~ /^\s*ifupdown2:(\S+)\s*$/ or die "`$said` is no version\n";
    my ($major, $minor, $patch, $rest) = split(/\.|-/, $version);
    die "$version is too old\n" if $major * 100000 + $minor * 1000 + $patch * 10 < 102080;
    die "$version is not of Proxmox\n" if ($rest // '') !~ /(pve|pmx|proxmox)/;
} elsif ($what eq 'apply') {
    # The worker of the Apply button; what it prints is the task's log.
    my ($new, $current) = ('/etc/network/interfaces.new', '/etc/network/interfaces');
    rename($new, $current) if -e $new;
    my $log = sub { my $line = shift; print "$2 : $line \n" if $line =~ /(warning|error): (\S+):/ };
    run_command(['ifreload', '-a'], err => $log);
} elsif ($what eq 'status') {
    # A status cycle: whatever the exit code, the list counts.
    my $text = '';
    eval { run_command(['ifquery', '-a', '-c', '-o', 'json'], out => sub { $text .= shift }) };
    my %found = map { $_->{name} => $_ } @{decode_json($text)};
    for my $name (@names) {
        my $status = $found{$name}->{status};
        my $values = $found{$name}->{config} // {};
        my $verdicts = $found{$name}->{config_status} // {};
        die "config of $name is no hash\n" if ref($values) ne 'HASH' || ref($verdicts) ne 'HASH';
        my $verdict = !$status ? "missing" : $status ne 'pass' ? "error" : "available";
        my @bad = grep { $verdicts->{$_} ne 'pass' } sort keys %$verdicts;
        print "$name $verdict" . (@bad ? " (@bad)" : "") . "\n";
    }
}
END
pve() { perl /tmp/pve.pl "$@" >/tmp/log 2>&1; }

pve version || fail "$(cat /tmp/log)"

# SDN's file beside the host's, staged and applied.
cat >/etc/network/interfaces.new <<'END'
auto lo
iface lo inet loopback

iface nic0 inet manual

auto vmbr0
iface vmbr0 inet static
	address 192.0.2.10/24
	gateway 192.0.2.1
	bridge-ports nic0
	bridge-stp off
	bridge-fd 0

source /etc/network/interfaces.d/*
END
mkdir -p /etc/network/interfaces.d
cat >/etc/network/interfaces.d/sdn <<'END'
#version:3

auto vnet1
iface vnet1
	address 198.51.100.1/24
	bridge_ports none
	bridge_stp off
	bridge_fd 0
	alias first
	ip-forward on
END
pve apply || fail "$(cat /tmp/log)"
is "the log of a good apply" "$(cat /tmp/log)" ""
lacks /etc/network/interfaces.new
has /sys/class/net/vnet1
pve status vmbr0 vnet1 vnet2 || fail "$(cat /tmp/log)"
is "the state of the networks" "$(cat /tmp/log)" "vmbr0 available
vnet1 available
vnet2 missing"

# One that is not as the file says, and one that is gone.
ip address del 198.51.100.1/24 dev vnet1
pve status vmbr0 vnet1 || fail "$(cat /tmp/log)"
is "the state of a network without its address" "$(cat /tmp/log)" "vmbr0 available
vnet1 error (address)"
ip link del vnet1
pve status vnet1 || fail "$(cat /tmp/log)"
is "the state of a network that is gone" "$(cat /tmp/log | cut -d' ' -f1,2)" "vnet1 error"

# A failing interface: its line is in the log, the task fails, and the others come about.
cat >>/etc/network/interfaces.d/sdn <<'END'

auto vnet2
iface vnet2
	bridge_ports none
	bridge_ageing often

auto nic9
iface nic9
	address 203.0.113.9/24

auto witness
iface witness inet manual
	hwaddress 01:00:5e:00:00:01
END
if pve apply; then fail "an apply with a failing interface is a good one"; fi
is "how the task ends" "$(tail -1 /tmp/log)" "command 'ifreload -a' failed: exit code 1"
for line in 'vnet2 : error: vnet2: `often`' 'witness : error: witness: 01:00:5e:00:00:01' 'nic9 : warning: nic9: '; do
    grep -F -q "$line" /tmp/log || fail "the log has no \`$line\`: $(cat /tmp/log)"
done
has /sys/class/net/vnet1
# All that was said is in the log, in Proxmox's form: nothing is lost on the way.
is "lines that Proxmox drops" "$(grep -v -E '(warning|error): (\S+):' /tmp/stderr || true)" ""

# What fails as a whole is told as well.
mv /etc/network/interfaces /etc/network/away
if pve apply; then fail "an apply without a file is a good one"; fi
grep -q '^ifreload : error: ifreload: .*/etc/network/interfaces' /tmp/log || fail "$(cat /tmp/log)"
mv /etc/network/away /etc/network/interfaces

# Another instance runs: 89, which those who drive Proxmox's API look for, and try again.
(
    flock -n 9
    if pve apply; then fail "two at a time"; fi
    is "how the task ends" "$(tail -1 /tmp/log)" "command 'ifreload -a' failed: exit code 89"
    pve status vmbr0 || fail "looking takes the lock: $(cat /tmp/log)"
) 9>/run/network/.lock

# And good again.
printf '#version:4\n' >/etc/network/interfaces.d/sdn
pve apply || fail "$(cat /tmp/log)"
lacks /sys/class/net/vnet1
