#define _GNU_SOURCE
#include "CHomes.h"

#include <errno.h>
#include <linux/btrfs.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statfs.h>

int32_t chomes_make(int32_t parent, const char *name) {
    struct statfs information;
    if (fstatfs(parent, &information) != 0) return errno;
    if (information.f_type != BTRFS_SUPER_MAGIC) return mkdirat(parent, name, 0700) == 0 ? 0 : errno;
    struct btrfs_ioctl_vol_args arguments = {0};
    if (strlen(name) > BTRFS_PATH_NAME_MAX) return ENAMETOOLONG;
    strcpy(arguments.name, name);
    return ioctl(parent, BTRFS_IOC_SUBVOL_CREATE, &arguments) == 0 ? 0 : errno;
}

int32_t chomes_rename_new(int32_t parent, const char *name, const char *new_name) {
    return renameat2(parent, name, parent, new_name, RENAME_NOREPLACE) == 0 ? 0 : errno;
}

int32_t chomes_make_as(uid_t uid, gid_t gid, int32_t parent, const char *name, mode_t mode) {
    // The group first and back last: once the user is no longer root, there is no right to change the group.
    gid_t old_gid = (gid_t)setfsgid(gid);
    uid_t old_uid = (uid_t)setfsuid(uid);
    // The calls tell no error; an impossible id changes nothing and gives the present one back.
    int32_t error = EPERM;
    if ((uid_t)setfsuid((uid_t)-1) == uid && (gid_t)setfsgid((gid_t)-1) == gid) {
        error = mkdirat(parent, name, mode) == 0 ? 0 : errno;
    }
    setfsuid(old_uid);
    setfsgid(old_gid);
    return error;
}
