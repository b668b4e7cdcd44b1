#!/bin/bash
# make-repositories.sh WORK: repositories of each kind in WORK, with the same small packages in each, and keys to sign them.
#   one            nothing but a file
#   needs-one      depends on it
#   broken-post    the script that sets it up fails, for as long as it has no flag (apt) or always
#   signed/        one package, signed, in a repository signed by keys/owner
set -euo pipefail
work=$1
mkdir -p "$work"/{deb,signed-deb,rpm,signed-rpm,pac,keys}
# rpm keeps a database at home, gpg its keys: neither is the tester's.
export HOME="$work" GNUPGHOME="$work/gnupg"
mkdir -m 700 -p "$GNUPGHOME"

for who in owner stranger; do
    gpg --batch --quiet --passphrase '' --quick-generate-key "$who@example.org" rsa2048 default never 2>/dev/null
    gpg --batch --armor --export "$who@example.org" >"$work/keys/$who.asc"
    gpg --batch --export "$who@example.org" >"$work/keys/$who.gpg"
    gpg --batch --with-colons --fingerprint "$who@example.org" | awk -F: '$1 == "fpr" { print $10; exit }' >"$work/keys/$who.fingerprint"
done

deb() { # directory, name, more control lines, postinst
    local tree
    tree=$(mktemp -d)
    mkdir -p "$tree/DEBIAN" "$tree/usr/share/$2"
    echo "$2" >"$tree/usr/share/$2/file"
    printf 'Package: %s\nVersion: 1.0\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: stub\n%s' "$2" "$3" >"$tree/DEBIAN/control"
    if [ -n "$4" ]; then
        printf '#!/bin/sh\n%s\n' "$4" >"$tree/DEBIAN/postinst"
        chmod 755 "$tree/DEBIAN/postinst"
    fi
    chmod 755 "$tree"
    dpkg-deb --root-owner-group -Znone --build "$tree" "$work/$1/$2.deb" >/dev/null
    {
        cat "$tree/DEBIAN/control"
        printf 'Filename: ./%s.deb\nSize: %s\nSHA256: %s\n\n' "$2" "$(stat -c %s "$work/$1/$2.deb")" \
            "$(sha256sum "$work/$1/$2.deb" | cut -d ' ' -f 1)"
    } >>"$work/$1/Packages"
    rm -rf "$tree"
}
deb deb one '' ''
deb deb needs-one $'Depends: one\n' ''
deb deb broken-post '' "[ -e $work/mended ] || { echo 'the flag is missing' >&2; exit 1; }"
deb signed-deb signed '' ''
(
    cd "$work/signed-deb"
    { printf 'Date: %s\nSHA256:\n' "$(date -Ru)"; printf ' %s %s Packages\n' "$(sha256sum Packages | cut -d ' ' -f 1)" "$(stat -c %s Packages)"; } >Release
    gpg --batch --quiet --no-auto-check-trustdb --local-user owner@example.org --clearsign --output InRelease Release
)

spec() { # name, more lines before the description, more lines after it
    cat <<SPEC
AutoReqProv: no
Name: $1
Version: 1.0
Release: 1
Summary: stub
License: MIT
BuildArch: noarch
$2
%description
stub
%install
mkdir -p %{buildroot}/usr/share/$1
echo $1 > %{buildroot}/usr/share/$1/file
$3
%files
/usr/share/$1/file
SPEC
}
top="$work/rpmbuild"
mkdir -p "$top"/{SPECS,BUILD,RPMS,SOURCES,SRPMS}
spec one '' '' >"$top/SPECS/one.spec"
spec needs-one 'Requires: one' '' >"$top/SPECS/needs-one.spec"
# In rpm's own Lua, as there is no shell in the root.
spec broken-post '' $'%post -p <lua>\nerror("the flag is missing")' >"$top/SPECS/broken-post.spec"
spec signed 'Provides: virtual-signed' '' >"$top/SPECS/signed.spec"
for name in one needs-one broken-post signed; do
    rpmbuild -bb --quiet --define "_topdir $top" --define "_binary_payload w1.gzdio" --define "__os_install_post %{nil}" \
        "$top/SPECS/$name.spec" >/dev/null
done
rpmsign --define "__gpg /usr/bin/gpg" --define "_gpg_name owner@example.org" --addsign "$top/RPMS/noarch/signed-1.0-1.noarch.rpm" >/dev/null 2>&1
mv "$top"/RPMS/noarch/signed-*.rpm "$work/signed-rpm/"
mv "$top"/RPMS/noarch/*.rpm "$work/rpm/"
for repository in rpm signed-rpm; do createrepo_c -q "$work/$repository"; done
gpg --batch --quiet --no-auto-check-trustdb --local-user owner@example.org --armor --detach-sign "$work/signed-rpm/repodata/repomd.xml"
cp "$work/keys/owner.asc" "$work/signed-rpm/repodata/repomd.xml.key"

pac() { # name, more lines, script
    local tree
    tree=$(mktemp -d)
    mkdir -p "$tree/usr/share/$1"
    echo "$1" >"$tree/usr/share/$1/file"
    printf 'pkgname = %s\npkgbase = %s\npkgver = 1.0-1\npkgdesc = stub\nbuilddate = 1700000000\npackager = x\nsize = 1\narch = any\n%s' \
        "$1" "$1" "$2" >"$tree/.PKGINFO"
    local parts=(.PKGINFO usr)
    if [ -n "$3" ]; then
        echo "$3" >"$tree/.INSTALL"
        parts+=(.INSTALL)
    fi
    tar -C "$tree" --owner=0 --group=0 -cJf "$work/pac/$1-1.0-1-any.pkg.tar.xz" "${parts[@]}"
    rm -rf "$tree"
}
pac one '' ''
pac needs-one $'depend = one\n' ''
# There is no shell in the root, so any script fails.
pac broken-post '' 'post_install() { false; }'
repo-add -q "$work/pac/stub.db.tar.gz" "$work"/pac/*.pkg.tar.xz >/dev/null

gpgconf --homedir "$GNUPGHOME" --kill all
rm -rf "$top" "$GNUPGHOME"
chmod -R a+rX "$work"
