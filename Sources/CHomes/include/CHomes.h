#pragma once
// System calls of home directories that Swift's import of glibc does not have.

#include <stdint.h>
#include <sys/types.h>

/// A directory of mode 0700; on btrfs a subvolume, whose mode the umask decides. 0, or an errno.
int32_t chomes_make(int32_t parent, const char *name);

/// renameat2(2) with RENAME_NOREPLACE in one directory. 0, or an errno.
int32_t chomes_rename_new(int32_t parent, const char *name, const char *new_name);

/// mkdirat(2) with somebody's identity for file access, in the calling thread only (setfsuid(2)): root's right to pass
/// permissions by (CAP_DAC_OVERRIDE, CAP_FOWNER, … of capabilities(7)) is off meanwhile. 0, or an errno.
int32_t chomes_make_as(uid_t uid, gid_t gid, int32_t parent, const char *name, mode_t mode);
