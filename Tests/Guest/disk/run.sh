#!/bin/bash
# Disk quotas of real ext4 and XFS, in a guest whose kernel has them. Beside it in the job: the executable disk-quota-check
# (swift build --static-swift-stdlib --product disk-quota-check), and optionally the file "phase" with the number of the boot.
# The guest: root ext4 without the quota feature, /home ext4 with it on /dev/vdc (see the test bed's guest-image.sh).
cd /job || exit 1
check=/job/disk-quota-check
failures=0
say() { echo; echo "=== $* [$(cut -d' ' -f1 /proc/uptime)]"; }
expect() { # expect WHAT COMMAND...
    if "${@:2}"; then echo "ok: $1"; else echo "FAILED: $1"; failures=$((failures + 1)); fi
}
image() { # image FILE SIZE MKFS...
    truncate -s "$2" "$1"; "${@:3}" "$1" > /dev/null || exit 1
}
# The bytes that a user can write before the kernel says no.
fill() { # fill UID DIRECTORY
    setpriv --reuid "$1" --regid "$1" --clear-groups dd if=/dev/zero of="$2/fill" bs=1024 count=200000 2>&1 | grep -i quota
    stat -c %s "$2/fill"
}
bites() { # bites UID HOME BYTES: a limit of BYTES stops a write close below it (a directory block is in it, too)
    "$check" set "$1" "$2" "$3" || return 1
    local size; size=$(fill "$1" "$2" | tail -1)
    echo "limit $3: wrote $size"
    [ "$size" -le "$3" ] && [ "$size" -ge $(($3 - 16384)) ]
}
person() { # person UID HOME
    mkdir -p "$2"; chown "$1:$1" "$2"; chmod 700 "$2"
}
checks() { # checks UID HOME: everything that holds wherever limits are enforced
    person "$1" "$2"
    expect "limits are enforced on $2" "$check" support "$2"
    expect "a write stops at the limit" bites "$1" "$2" 5242880
    "$check" standing "$1" "$2"
    expect "a second run has nothing to do" grep -q 'nothing to do' <("$check" set "$1" "$2" 5242880)
    expect "a limit can be lowered below use" "$check" set "$1" "$2" 1048577
    "$check" standing "$1" "$2"
    expect "a limit that is no multiple of a block is the same the second time" \
        grep -q 'nothing to do' <("$check" set "$1" "$2" 1048577)
    expect "nothing more can be written" bash -c "! setpriv --reuid $1 --regid $1 --clear-groups dd if=/dev/zero of=$2/more bs=4096 count=4 2>/dev/null"
    expect "a raised limit acts at once" bash -c "$check set $1 $2 8388608 && setpriv --reuid $1 --regid $1 --clear-groups dd if=/dev/zero of=$2/more bs=4096 count=4 2>/dev/null"
    expect "a soft limit of somebody else is taken away" bash -c "setquota -u $1 1000 8192 0 0 $(findmnt -nro TARGET -T "$2") && \
        $check standing $1 $2 | grep -q 'soft limit' && $check set $1 $2 8388608 && ! $check standing $1 $2 | grep -q problem"
    expect "limits on files stay" bash -c "setquota -u $1 0 8192 50 60 $(findmnt -nro TARGET -T "$2") && $check set $1 $2 9437184 && \
        quota -u -w -p --show-mntpoint $1 2>&1 | tee /dev/stderr | grep -q ' 60 '"
    expect "the block device is asked just as well" "$check" --by-device standing "$1" "$2"
}

uname -r
mountpoint -q /home || mount /home
id -u alice > /dev/null 2>&1 || useradd -u 1001 -M alice

if [ "$(cat phase 2> /dev/null)" = 2 ]; then
    say "after a reboot"
    mount | grep -E ' (/|/home|/srv/.*) '
    for home in /root-home/alice /home/alice /srv/plain/alice /srv/xfs/alice; do
        expect "limits are enforced on $home" "$check" support "$home"
        "$check" standing 1001 "$home"
        expect "nothing to do on $home" grep -q 'nothing to do' <("$check" set 1001 "$home" 9437184)
        expect "nothing to enable on $home" grep -q 'nothing to do' <("$check" enable "$home" --dry-run)
    done
    echo; echo "failures: $failures"; exit "$failures"
fi

say "ext4 with the quota feature on /home"
checks 1001 /home/alice
say "ten thousand limits, ext4"
"$check" many 10000 20000 /home

say "ext4 with the feature, mounted without usrquota"
mkdir -p /srv/feature; image /srv/feature.img 64M mkfs.ext4 -q -O quota -E quotatype=usrquota:grpquota
echo "/srv/feature.img /srv/feature ext4 loop,nofail 0 0" >> /etc/fstab; mount /srv/feature
"$check" support /srv/feature; "$check" standing 1001 /srv/feature; "$check" set 1001 /srv/feature 1048576
"$check" enable /srv/feature
checks 1001 /srv/feature/alice

say "ext4 without the feature, not the root"
mkdir -p /srv/plain; image /srv/plain.img 64M mkfs.ext4 -q
printf '# a comment that stays\n/srv/plain.img\t/srv/plain ext4   loop,nofail,errors=remount-ro 0 0\n' >> /etc/fstab; mount /srv/plain
"$check" support /srv/plain; "$check" standing 1001 /srv/plain; "$check" set 1001 /srv/plain 1048576
"$check" enable /srv/plain --dry-run; expect "a dry run that has something to do ends with 2" [ $? = 2 ]
cp /etc/fstab /tmp/fstab
"$check" enable /srv/plain
diff /tmp/fstab /etc/fstab; ls -l /etc/fstab*
checks 1001 /srv/plain/alice
expect "nothing to enable any more" grep -q 'nothing to do' <("$check" enable /srv/plain --dry-run)

say "ext4, the root"
mkdir -p /root-home
"$check" support /root-home
"$check" enable /root-home
checks 1001 /root-home/alice
tail -4 /etc/fstab

say "XFS without uquota, in use"
mkdir -p /srv/xfs; image /srv/xfs.img 320M mkfs.xfs -q
echo "/srv/xfs.img /srv/xfs xfs loop,nofail 0 0" >> /etc/fstab; mount /srv/xfs
ls /proc/fs/xfs
"$check" support /srv/xfs; "$check" standing 1001 /srv/xfs; "$check" set 1001 /srv/xfs 1048576
mount -o remount,uquota /srv/xfs; "$check" support /srv/xfs
cp /etc/fstab /tmp/fstab
( cd /srv/xfs && "$check" enable /srv/xfs )
diff /tmp/fstab /etc/fstab; cp /tmp/fstab /etc/fstab
say "XFS without uquota, not in use"
"$check" enable /srv/xfs
mount | grep xfs
checks 1001 /srv/xfs/alice
say "ten thousand limits, XFS"
"$check" many 10000 20000 /srv/xfs
say "XFS that counts and does not enforce"
umount /srv/xfs; mount -o uqnoenforce /srv/xfs; mount | grep xfs
"$check" support /srv/xfs; "$check" set 1001 /srv/xfs/alice 9437184; "$check" enable /srv/xfs

say "damaged fstab"
sed 's/errors=remount-ro,usrquota/errors,usrquota=remount-ro/' /etc/fstab > /tmp/damaged; cp /etc/fstab /tmp/fstab; cp /tmp/damaged /etc/fstab
"$check" enable /srv/plain --dry-run
cp /tmp/fstab /etc/fstab

say "others"
for place in /dev/shm /proc; do "$check" support $place; done
mkdir -p /tmp/up /tmp/work /srv/overlay; mount -t tmpfs none /tmp/up; mkdir /tmp/up/{u,w}
mount -t overlay overlay -o lowerdir=/srv,upperdir=/tmp/up/u,workdir=/tmp/up/w /srv/overlay && "$check" support /srv/overlay
ln -s /home/alice /home/link; "$check" standing 1001 /home/link
mkdir -p /srv/bind; mount --bind /home/alice /srv/bind; "$check" support /srv/bind

for home in /root-home/alice /home/alice /srv/plain/alice /srv/xfs/alice; do "$check" set 1001 $home 9437184; done
sync
echo; echo "failures: $failures"; exit "$failures"
