#!/bin/bash
# dist.sh STAGE DIRECTORY: the tarball of a release, with the same bytes for the same stage.
set -euo pipefail
stage=$(cd "$1" && pwd)
# The date of the stage.
SOURCE_DATE_EPOCH=$(stat -c %Y "$stage/share/version")
export SOURCE_DATE_EPOCH
mkdir -p "$2"
name=diycloud-bridge-$(cat "$stage/share/version")
file=$2/$name-linux-$(uname -m).tar.gz
tar --create --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
    --transform="s|^\\.|$name|" -C "$stage" . | gzip --no-name -9 >"$file.part"
mv "$file.part" "$file"
echo "$file"
