#!/bin/bash
# deb.sh STAGE DIRECTORY: the Debian package of a release, with the same bytes for the same stage.
#
# The payload is in /opt/diycloud-bridge; what Debian looks for elsewhere (units, accounts, manual, completions) is where Debian looks.
# Installing it starts nothing: "diycloud install" does, and shows first what it will do.
set -euo pipefail
umask 022
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
here=$tree/config/packaging
stage=$(cd "$1" && pwd)
# The date of the stage.
SOURCE_DATE_EPOCH=$(stat -c %Y "$stage/share/version")
export SOURCE_DATE_EPOCH
mkdir -p "$2"
output=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
version=$(cat "$stage/share/version")
architecture=$(dpkg --print-architecture)

mkdir -p "$root"/{opt/diycloud-bridge,usr/sbin,usr/lib/{systemd/system,sysusers.d,tmpfiles.d},usr/share/{man/man8,doc/diycloud-bridge}} "$root/DEBIAN"
cp -r "$stage/." "$root/opt/diycloud-bridge"
share=$root/opt/diycloud-bridge/share
# What the programs of the payload know the package by.
: >"$share/packaged"
for program in "$stage"/bin/*; do ln -s "/opt/diycloud-bridge/bin/${program##*/}" "$root/usr/sbin/${program##*/}"; done
cp "$share"/systemd/*.service "$share"/systemd/*.socket "$share/jupyterhub/diycloud-jupyterhub.service" "$root/usr/lib/systemd/system"
cp "$share/systemd/diycloud-bridge.sysusers" "$root/usr/lib/sysusers.d/diycloud-bridge.conf"
cp "$share/systemd/diycloud-bridge.tmpfiles" "$root/usr/lib/tmpfiles.d/diycloud-bridge.conf"
mv "$share"/man/man8/*.8 "$root/usr/share/man/man8"
rm -r "$share/man"
gzip --no-name -9 "$root"/usr/share/man/man8/*.8
mkdir -p "$root"/usr/share/{bash-completion,zsh/vendor-completions,fish/vendor_completions.d}
mv "$share/completions/bash" "$root/usr/share/bash-completion/completions"
mv "$share"/completions/zsh/* "$root/usr/share/zsh/vendor-completions"
mv "$share"/completions/fish/* "$root/usr/share/fish/vendor_completions.d"
rm -r "$share/completions"
cp "$tree"/README.md "$tree"/docs/*.md "$root/usr/share/doc/diycloud-bridge"

# dpkg-shlibdeps(1) wants a source package around it. libpam is opened when it is needed, and sysusers by postinst.
mkdir "$work/debian"
printf 'Source: diycloud-bridge\n\nPackage: diycloud-bridge\nArchitecture: any\n' >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O "$root"/opt/diycloud-bridge/bin/* 2>"$work/shlibdeps.log" | sed -n 's/^shlibs:Depends=//p')
[ -n "$libraries" ] || { cat "$work/shlibdeps.log" >&2; exit 1; }
cat >"$root/DEBIAN/control" <<END
Package: diycloud-bridge
Version: $version
Architecture: $architecture
Maintainer: DIY Cloud Bridge <root@localhost>
Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)
Depends: $libraries, libpam0g, systemd | systemd-standalone-sysusers
Recommends: ca-certificates, openssl
Suggests: nginx, docker.io
Section: admin
Priority: optional
Description: one login and one quota for JupyterHub and Portainer
 The bridge knows who somebody is (libpam and the platform's user store) and
 what they may use; nginx, JupyterHub and Portainer ask it. The companion
 "diycloud" installs and looks after all of them.
 .
 Installing the package starts nothing. "diycloud install" shows a plan first.
END
install -m 755 "$here"/deb/{postinst,prerm,postrm} "$root/DEBIAN"
(cd "$root" && find . -type f ! -path './DEBIAN/*' -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"

find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
file=$output/diycloud-bridge_${version}_$architecture.deb
# xz: what dpkg of Debian 11 reads.
dpkg-deb --root-owner-group -Zxz --build "$root" "$file.part" >/dev/null
mv "$file.part" "$file"
echo "$file"
