# Who turned the predecessor's unit off does not find ours turned on.
predecessor ifupdown
systemctl disable networking.service
is "starts with the host before" "$(starts_with_the_host)" no
bowline >/tmp/said 2>&1
grep -q 'was disabled, and stays so' /tmp/said || fail "nothing was said: $(cat /tmp/said)"
is "starts with the host" "$(starts_with_the_host)" no
