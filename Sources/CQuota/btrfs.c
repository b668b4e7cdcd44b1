#define _GNU_SOURCE
#include <endian.h>
#include <errno.h>
#include <linux/btrfs.h>
#include <linux/btrfs_tree.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>

#include "quota.h"

// Reads one item of the quota tree, key (0, type, offset); at least `size` bytes of it must be there.
static int32_t item(int32_t descriptor, uint32_t type, uint64_t offset, void *value, size_t size) {
    struct btrfs_ioctl_search_args search = {.key = {
                                                 .tree_id = BTRFS_QUOTA_TREE_OBJECTID,
                                                 .min_type = type,
                                                 .max_type = type,
                                                 .min_offset = offset,
                                                 .max_offset = offset,
                                                 .max_transid = UINT64_MAX,
                                                 .nr_items = 1,
                                             }};
    if (ioctl(descriptor, BTRFS_IOC_TREE_SEARCH, &search) != 0) return errno;
    if (search.key.nr_items == 0) return ENOENT;
    struct btrfs_ioctl_search_header header;
    memcpy(&header, search.buf, sizeof header);
    if (header.len < size || header.len > sizeof search.buf - sizeof header) return EIO;
    memcpy(value, search.buf + sizeof header, size);
    return 0;
}

int32_t cquota_btrfs_state(int32_t descriptor, uint64_t *flags) {
    struct btrfs_qgroup_status_item status;
    int32_t error = item(descriptor, BTRFS_QGROUP_STATUS_KEY, 0, &status, offsetof(struct btrfs_qgroup_status_item, rescan));
    if (error != 0) return error;
    *flags = le64toh(status.flags);
    return 0;
}

int32_t cquota_btrfs_subvolume(int32_t descriptor, uint64_t *id) {
    struct btrfs_ioctl_ino_lookup_args lookup = {.treeid = 0, .objectid = BTRFS_FIRST_FREE_OBJECTID};
    if (ioctl(descriptor, BTRFS_IOC_INO_LOOKUP, &lookup) != 0) return errno;
    *id = lookup.treeid;
    return 0;
}

int32_t cquota_btrfs_read(int32_t descriptor, uint64_t subvolume, cquota_btrfs_usage *usage) {
    struct btrfs_qgroup_info_item info;
    struct btrfs_qgroup_limit_item limit;
    int32_t error = item(descriptor, BTRFS_QGROUP_INFO_KEY, subvolume, &info, sizeof info);
    if (error != 0) return error;
    *usage = (cquota_btrfs_usage){.used_bytes = le64toh(info.rfer)};
    error = item(descriptor, BTRFS_QGROUP_LIMIT_KEY, subvolume, &limit, sizeof limit);
    if (error == ENOENT) return 0;
    if (error != 0) return error;
    usage->limited = (le64toh(limit.flags) & BTRFS_QGROUP_LIMIT_MAX_RFER) != 0;
    usage->limit_bytes = le64toh(limit.max_rfer);
    return 0;
}

int32_t cquota_btrfs_limit(int32_t descriptor, uint64_t subvolume, uint64_t bytes) {
    struct btrfs_ioctl_qgroup_limit_args arguments = {
        .qgroupid = subvolume,
        .lim = {.flags = BTRFS_QGROUP_LIMIT_MAX_RFER, .max_rfer = bytes},
    };
    return ioctl(descriptor, BTRFS_IOC_QGROUP_LIMIT, &arguments) == 0 ? 0 : errno;
}
