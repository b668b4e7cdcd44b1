#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "quota.h"

#ifndef STATX_MNT_ID
#define STATX_MNT_ID 0x00001000U
#endif

int32_t cquota_open(const char *path, int32_t follow) {
    return open(path, O_PATH | O_DIRECTORY | O_CLOEXEC | (follow ? 0 : O_NOFOLLOW));
}

int32_t cquota_look(int32_t descriptor, cquota_place *place) {
    struct statx status;
    struct statfs system;
    if (statx(descriptor, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_MNT_ID, &status) != 0) return errno;
    if (fstatfs(descriptor, &system) != 0) return errno;
    *place = (cquota_place){
        .device_major = status.stx_dev_major,
        .device_minor = status.stx_dev_minor,
        .inode = status.stx_ino,
        .mount_id = status.stx_mask & STATX_MNT_ID ? status.stx_mnt_id : 0,
        .mode = status.stx_mode,
        .file_system = (int64_t)(uint32_t)system.f_type,
        .block_size = system.f_bsize,
    };
    return 0;
}

static int32_t copy_attribute(int32_t from, int32_t to, const char *name) {
    char value[65536];
    ssize_t size = fgetxattr(from, name, value, sizeof value);
    if (size < 0) return errno;
    return fsetxattr(to, name, value, (size_t)size, 0) == 0 ? 0 : errno;
}

int32_t cquota_copy_attributes(int32_t from, int32_t to) {
    char names[65536];
    ssize_t size = flistxattr(from, names, sizeof names - 1);
    if (size < 0) return errno == ENOTSUP ? 0 : errno;
    names[size] = 0;
    for (const char *name = names; name < names + size;) {
        int32_t error = copy_attribute(from, to, name);
        if (error != 0) return error;
        while (*name != 0) name++;
        name++;
    }
    return 0;
}
