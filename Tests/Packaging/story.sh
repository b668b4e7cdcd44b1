#!/bin/bash
# In a Debian root: the package is installed, looked at, and purged. Each line says what it saw.
set -uo pipefail
failed=0
check() {
    local what=$1
    shift
    if "$@" >/tmp/said 2>&1; then
        echo "ok: $what"
    else
        echo "FAILED: $what"
        sed 's/^/    /' /tmp/said
        failed=1
    fi
}
# Names, kinds, modes, owners and links of everything but what changes by itself, and digests of all in /etc.
audit() {
    find / -xdev \( -path /proc -o -path /tmp -o -path /var/lib/dpkg -o -path /var/log/dpkg.log -o -path /var/cache/man -o -path /run \) -prune -o \
        -printf '%p %y %m %u %g %l\n' | sort
    find /etc -type f -exec sha256sum {} + | sort
}

audit >/tmp/before
check "it installs, with everything it depends on" dpkg --install /tmp/diycloud-bridge.deb
check "its files are as dpkg noted them" test -z "$(dpkg --verify diycloud-bridge)"
for program in $(ls /opt/diycloud-bridge/bin); do
    check "$program runs" "$program" --version
    check "$program has the version of the package" test "$("$program" --version)" = "$(dpkg-query -W -f '${Version}' diycloud-bridge)"
    check "$program finds every library" bash -c "! ldd /opt/diycloud-bridge/bin/$program | grep 'not found'"
    check "$program has a manual page that man reads without a word" \
        bash -c "page=\$(MANWIDTH=100 man --warnings -l /usr/share/man/man8/$program.8.gz 2>/tmp/warnings) && [ ! -s /tmp/warnings ] && grep -q SYNOPSIS <<<\"\$page\""
    check "bash completes $program" bash -n "/usr/share/bash-completion/completions/$program"
    check "zsh has completions of $program" test -s "/usr/share/zsh/vendor-completions/_$program"
    check "fish has completions of $program" test -s "/usr/share/fish/vendor_completions.d/$program.fish"
done
check "each page of the manual is clean" bash -c \
    'for page in /usr/share/man/man8/diycloud*.gz; do said=$(man --warnings -l "$page" 2>&1 >/dev/null); [ -z "$said" ] || { echo "$page: $said"; exit 1; }; done'
check "a page for each command of the bridge" test -e /usr/share/man/man8/diycloud-bridge-sync-users.8.gz
check "no page for what --help hides" test ! -e /usr/share/man/man8/diycloud-bridge-pam-worker.8.gz
check "the payload is whole" test -r /opt/diycloud-bridge/share/bridge.yaml -a -r /opt/diycloud-bridge/share/pam/diycloud-bridge.debian \
    -a -e /opt/diycloud-bridge/share/packaged -a -d /opt/diycloud-bridge/share/nginx
check "nobody but root can change the payload" test -z "$(find /opt/diycloud-bridge \( ! -user root -o ! -group root -o -perm /022 \) ! -type l)"
# Complaints about other packages' units, and about what is not there in a chroot, are not ours.
check "systemd reads every unit" bash -c \
    'systemd-analyze verify --man=no $(dpkg -L diycloud-bridge | grep "^/usr/lib/systemd/system/diycloud" | sed "s/@\.service/@1.service/") 2>&1 |
        grep diycloud | grep -vE "jupyterhub.*(not executable|No such file)" | { ! grep .; }'
# The check above can fail.
sed 's/^Type=.*/Type=nonsense/' /usr/lib/systemd/system/diycloud-bridge.service >/tmp/diycloud-broken.service
check "systemd would complain of a broken unit" bash -c "systemd-analyze verify --man=no /tmp/diycloud-broken.service 2>&1 | grep diycloud-broken"
check "the accounts are there" getent passwd diycloud-bridge diycloud-docker
check "the directories of secrets are closed" test "$(stat -c '%a %U %G' /etc/diycloud-bridge)" = "750 root diycloud-bridge"
check "nothing was enabled" test -z "$(find /etc/systemd/system -name 'diycloud*')"
check "installing it again changes nothing" dpkg --install /tmp/diycloud-bridge.deb

echo kept >/etc/diycloud-bridge/bridge.yaml
check "it is removed" dpkg --remove diycloud-bridge
check "programs, units and links are gone" bash -c '! ls -d /opt/diycloud-bridge /usr/sbin/diycloud* /usr/lib/systemd/system/diycloud*'
check "it is purged" bash -c "dpkg --purge diycloud-bridge 2>&1 | tee /tmp/purged; exit \${PIPESTATUS[0]}"
check "purging says what stays" grep "data stays in /etc/diycloud-bridge" /tmp/purged
check "the configuration stays" grep -q kept /etc/diycloud-bridge/bridge.yaml
rm /etc/diycloud-bridge/bridge.yaml
dpkg --install /tmp/diycloud-bridge.deb >/dev/null && dpkg --purge diycloud-bridge >/dev/null
audit >/tmp/after
# Accounts stay, as Debian keeps those of services; with them the files that list accounts.
check "what it leaves are two accounts" bash -c \
    'diff /tmp/before /tmp/after | grep "^[<>]" | grep -vE " (/etc/(passwd|shadow|group|gshadow|subuid|subgid)-?|/etc/\.pwd\.lock|/etc)( |$)" | { ! grep .; }'
exit $failed
