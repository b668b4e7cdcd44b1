#!/bin/bash
# Installs the Debian packages that are missing: install-tools.sh build|demo|test  (each holds the ones before it)
set -euo pipefail
. /etc/os-release
case " ${ID:-} ${ID_LIKE:-} " in
    *" debian "*) ;;
    *) echo "The demo and the tests know Debian's packages only; this is ${PRETTY_NAME:-another system}." >&2; exit 1 ;;
esac
build=(libpam0g-dev libcrypt-dev libsqlite3-dev)
demo=(iproute2 nginx-light procps python3 python3-venv node-configurable-http-proxy libpam-oath oathtool)
test=(gcc libc6-dev openssl chromium chromium-driver fonts-dejavu-core libpam-google-authenticator sqlite3 wrk curl
    dpkg-dev qemu-system-x86 debootstrap e2fsprogs btrfs-progs systemd
    docker.io docker-compose busybox-static nftables iptables
    dnf zypper pacman-package-manager rpm createrepo-c libarchive-tools gnupg)
wanted=("${build[@]}")
case ${1:-build} in
    build) ;;
    demo) wanted+=("${demo[@]}") ;;
    test) wanted+=("${demo[@]}" "${test[@]}") ;;
    *) echo "usage: install-tools.sh build|demo|test" >&2; exit 64 ;;
esac
missing=()
for package in "${wanted[@]}"; do
    # Any of nginx's flavours will do.
    [ "$package" = nginx-light ] && command -v nginx >/dev/null && continue
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
command -v swift >/dev/null || { echo "Swift 6.2 or newer is wanted on the path: https://www.swift.org/install/linux/" >&2; exit 1; }
[ ${#missing[@]} = 0 ] && exit 0
if [ "$(id -u)" != 0 ]; then
    echo "Missing: ${missing[*]}. Run: sudo make install-tools" >&2
    exit 1
fi
echo "Installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
# A package that starts a daemon would take a port of this host; policy-rc.d(8) is how Debian says no.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
fi
apt-get install -y -qq --no-install-recommends "${missing[@]}"
