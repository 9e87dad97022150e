#!/usr/bin/env python3
"""Runs the faces and the real ifupdown2 side by side, each in namespaces of its own, and prints where they differ.

    compare.py IFUPDOWN2 FACES

IFUPDOWN2 is where Debian's package ifupdown2 was unpacked (`apt-get download ifupdown2`, `dpkg -x`), FACES the binary
`ifupdown`. Needs root, iproute2, bridge-utils, and a kernel with bridges and veth. Nothing outside the namespaces is
touched. A difference that is meant is taken out before the two are compared, by a rule below that says why; any other is
printed, and the exit code is 1.
"""

import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
SETUP = "for n in 0 1; do ip link add p$n type veth peer name q$n; ip link set q$n up; done"
# What is asked of a file alone, and what is asked after a reload.
OF_FILE = ["-a", "-a -o json", "-a -x", "--list", "--list --allow=hotplug", "--list --allow=mgmt", "-a -p list",
           "vmbr0", "vmbr0 lo -o json", "-X ^p -a", "nosuch", "", "-a vmbr0", "-a -o xml"]
AFTER_RELOAD = ["-a -c -o json", "-c -o json vmbr0", "-a -r -o json"]
# Meant differences of the streams: pattern, replacement, why.
MEANT = [
    (r"error: main exception: ", "error: ", "Proxmox's log shows `error: NAME: …`; two words before the colon hide it"),
    (r"(?m)^usage:.*\n(?: +\S.*\n)*", "", "the help is written from our own table"),
    (r"(?m)^ifquery: error: argument -o/--format: .*\n", "", "argparse's words for a wrong choice"),
    (r"(?m)^error: argument --format: .*\n", "", "our words for it"),
]
# What ifupdown2 says where it falls over its own feet: `ifquery -x` of a range.
CRASH = "list index out of range"
# Exit code 2 is argparse's; the contract for a wrong command line is 90.
CODES = {2: 90}


def script(program, file, queries):
    """A shell script for `unshare -n -m` that asks all queries of a file and marks their ends."""
    lines = ["mount --make-rprivate /", "mount -t tmpfs t /run", "mount -t tmpfs t /var/tmp",
             "mount -t tmpfs t /etc/network", "mkdir -p /run/network /run/faces", "mount -t sysfs s /sys",
             f"cp -r {sys.argv[1]}/etc/network/ifupdown2 /etc/network/", f"cp {file} /etc/network/interfaces",
             "ip link set lo up", SETUP]
    for face in ["ifquery", "ifreload"]:
        lines.append(f"ln -s {program} /run/faces/{face}")
    python = "PYTHONDONTWRITEBYTECODE=1 python3 " if program.endswith(".py") else ""
    for face, arguments in queries:
        lines += [f"{python}/run/faces/{face} {arguments}", 'code=$?; echo "=== $code"; echo "=== $code" >&2']
    return "\n".join(lines)


def run(program, file, queries):
    """What each query printed on both streams, and its code."""
    ran = subprocess.run(["unshare", "-n", "-m", "sh", "-c", script(program, file, queries)], capture_output=True)
    streams = [re.split(r"=== (\d+)\n", stream.decode()) for stream in (ran.stdout, ran.stderr)]
    out, err = ([(text, int(code)) for text, code in zip(parts[::2], parts[1::2])] for parts in streams)
    return [(text, error, code) for (text, code), (error, _) in zip(out, err)]


def of_stream(text):
    for pattern, replacement, _ in MEANT:
        text = re.sub(pattern, replacement, text)
    return text


def of_check(text):
    """Of a check: each interface's verdict, and that of each line which both look at.

    ifupdown2 shows lines in the order of its modules, leaves out keys that it does not know (the faces show them without
    a verdict), and does not look at gateways. Where a value is not as the file has
    it, it shows what it found in words of its own (`bridge-stp no` for `off`)."""
    return [(entry["name"], entry["status"], entry.get("addr_family"),
             {key: status for key, status in entry["config_status"].items() if status and key != "gateway"})
            for entry in json.loads(text)]


def of_running(text):
    """Of what runs: the members, and the addresses that are not the kernel's own choice. Which options are shown
    differs: ifupdown2 shows a handful whatever they are, the faces those that are not the kernel's defaults. It leaves
    interfaces out that have neither."""
    found = {}
    for entry in json.loads(text):
        addresses = entry["config"].get("address", [])
        addresses = [addresses] if isinstance(addresses, str) else addresses
        addresses = [address for address in addresses if not address.startswith("fe80")]
        found[entry["name"]] = (entry["config"].get("bridge-ports"), addresses)
    return {name: what for name, what in found.items() if any(what)}


def of_dependency(text):
    """Of what stands on what: ifupdown2 lists members in any order."""
    return [(line.split(" : ")[0], sorted(re.findall(r"'([^']+)'", line))) for line in text.splitlines()]


def compare(what, theirs, ours):
    (out1, err1, code1), (out2, err2, code2) = theirs, ours
    if CRASH in err1 and CRASH not in err2:
        print("crashes:", what, "(ifupdown2)")
        return False
    if " -c " in f" {what} " and code1 in (0, 1):
        out1, out2 = of_check(out1), of_check(out2)
    elif " -r " in f" {what} ":
        out1, out2 = of_running(out1), of_running(out2)
    elif " -p " in what:
        out1, out2 = of_dependency(out1), of_dependency(out2)
    pairs = [("output", out1, out2), ("errors", of_stream(err1), of_stream(err2)), ("code", CODES.get(code1, code1), code2)]
    differing = [pair for pair in pairs if pair[1] != pair[2]]
    print("differs:" if differing else "same:   ", what)
    for name, one, other in differing:
        print(f"  {name} of ifupdown2: {one!r}\n  {name} of the faces: {other!r}")
    return bool(differing)


def main():
    theirs = str(pathlib.Path(sys.argv[1]).resolve() / "usr/share/ifupdown2/__main__.py")
    ours = str(pathlib.Path(sys.argv[2]).resolve())
    differ = 0
    for file in sorted((HERE / "files").iterdir()):
        queries = [("ifquery", arguments) for arguments in OF_FILE]
        # The reload's own messages are each one's own; what it leads to is compared.
        after = [("ifreload", "-a")] + [("ifquery", arguments) for arguments in AFTER_RELOAD]
        both = [run(program, file, queries + after) for program in (theirs, ours)]
        for (face, arguments), one, other in zip(queries + after, *both, strict=True):
            if face == "ifquery":
                differ += compare(f"{file.name}: {face} {arguments}", one, other)
    sys.exit(1 if differ else 0)


if __name__ == "__main__":
    main()
