#pragma once
// quotactl(2), quotactl_fd(2) and the qgroup calls of btrfs: interfaces of macros, unions and packed structures.
// Functions without a word on it give 0, or an errno.

#include <stdint.h>

/// What a descriptor stands for.
typedef struct {
    uint32_t device_major;
    uint32_t device_minor;
    uint64_t inode;
    /// The first field of /proc/self/mountinfo; 0 when the kernel does not tell (before 5.8).
    uint64_t mount_id;
    uint32_t mode;
    /// statfs(2) f_type.
    int64_t file_system;
    int64_t block_size;
} cquota_place;

enum {
    CQUOTA_EXT4 = 0xEF53,
    CQUOTA_XFS = 0x58465342,
    CQUOTA_BTRFS = 0x9123683E,
    CQUOTA_FUSE = 0x65735546,
    /// The inode of the top directory of every btrfs subvolume.
    CQUOTA_SUBVOLUME_INODE = 256,
};

/// A directory by O_PATH, or -1 with errno. A link at the end of the path is followed only when told.
int32_t cquota_open(const char *path, int32_t follow);

int32_t cquota_look(int32_t descriptor, cquota_place *place);

/// Where quotactl(2) is asked: at a descriptor on the file system (Linux 5.14), or, when `device` is not NULL, at its block device.
typedef struct {
    int32_t descriptor;
    const char *device;
} cquota_target;

enum { CQUOTA_COUNTED = 1, CQUOTA_ENFORCED = 2 };

/// Whether blocks of users are counted and limits enforced. ENOSYS and ESRCH: neither.
int32_t cquota_state(cquota_target target, uint32_t *state);

typedef struct {
    uint64_t used_bytes;
    /// In units of 1024 bytes; 0: no limit.
    uint64_t hard;
    uint64_t soft;
} cquota_usage;

/// ENOENT: nothing is kept for this uid yet (XFS).
int32_t cquota_read(cquota_target target, uint32_t uid, cquota_usage *usage);

/// Sets the hard limit in units of 1024 bytes, takes the soft limit away, leaves the limits on files alone.
int32_t cquota_limit(cquota_target target, uint32_t uid, uint64_t hard);

enum {
    CQUOTA_BTRFS_ON = 1,
    CQUOTA_BTRFS_RESCAN = 2,
    CQUOTA_BTRFS_INCONSISTENT = 4,
};

/// The flags of the qgroup status item. ENOENT: quotas are not enabled.
int32_t cquota_btrfs_state(int32_t descriptor, uint64_t *flags);

/// The id of the subvolume that the directory is in.
int32_t cquota_btrfs_subvolume(int32_t descriptor, uint64_t *id);

typedef struct {
    uint64_t used_bytes;
    uint64_t limit_bytes;
    /// 0 when no limit on the referenced bytes is set.
    int32_t limited;
} cquota_btrfs_usage;

/// ENOENT: there is no such qgroup.
int32_t cquota_btrfs_read(int32_t descriptor, uint64_t subvolume, cquota_btrfs_usage *usage);

/// Sets the limit on referenced bytes, leaves the qgroup's other limits alone.
int32_t cquota_btrfs_limit(int32_t descriptor, uint64_t subvolume, uint64_t bytes);

/// Copies all extended attributes (SELinux context, access list) from one open file to another.
int32_t cquota_copy_attributes(int32_t from, int32_t to);
