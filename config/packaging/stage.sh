#!/bin/bash
# stage.sh DIRECTORY: lays the payload out from a release build: bin/, and share/ with all that an installation is made from.
# BUILD names the directory with the programs (default .build/release).
set -euo pipefail
umask 022
tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
build=${BUILD:-$tree/.build/release}
stage=$1
# The date of what is built: of the commit, unless the caller says otherwise (https://reproducible-builds.org/specs/source-date-epoch/).
: "${SOURCE_DATE_EPOCH:=$(git -C "$tree" log -1 --format=%ct 2>/dev/null || date +%s)}"
export SOURCE_DATE_EPOCH
mapfile -t programs < <("$tree/config/packaging/programs.sh")

rm -rf "$stage"
mkdir -p "$stage/bin" "$stage/share"
for program in "${programs[@]}"; do
    strip --strip-all -o "$stage/bin/$program" "$build/$program"
    chmod 755 "$stage/bin/$program"
done

# One release, one version.
version=$("$stage/bin/${programs[0]}" --version)
for program in "${programs[@]}"; do
    said=$("$stage/bin/$program" --version)
    [ "$said" = "$version" ] || { echo "$program says it is $said, ${programs[0]} says $version" >&2; exit 1; }
done
echo "$version" >"$stage/share/version"

# What is under version control or new, and nothing that a test or an editor left.
cd "$tree"
for part in config/*; do
    name=${part#config/}
    case $name in demo | packaging) continue ;; esac
    cp -r "$part" "$stage/share/$name"
done
cp -r pam "$stage/share/pam"
find "$stage/share" -depth \( -name __pycache__ -o -name '*.egg-info' -o -name .pytest_cache -o -name .ruff_cache \) -exec rm -r {} +

for program in "${programs[@]}"; do
    /usr/bin/python3 config/packaging/man_pages.py "$stage/bin/$program" "$stage/share/man/man8"
    for shell in bash zsh fish; do
        mkdir -p "$stage/share/completions/$shell"
        case $shell in
            bash) file=$program ;;
            zsh) file=_$program ;;
            fish) file=$program.fish ;;
        esac
        "$stage/bin/$program" --generate-completion-script "$shell" >"$stage/share/completions/$shell/$file"
    done
done
# Modes do not depend on who checked the tree out.
chmod -R u=rwX,go=rX "$stage"
find "$stage" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
