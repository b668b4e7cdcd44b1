#define _GNU_SOURCE
#include <errno.h>
#include <linux/dqblk_xfs.h>
#include <linux/quota.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "quota.h"

#ifndef __NR_quotactl_fd
#define __NR_quotactl_fd 443
#endif

static int32_t ask(cquota_target target, uint32_t command, uint32_t id, void *data) {
    uint32_t full = QCMD(command, USRQUOTA);
    long result = target.device == NULL ? syscall(__NR_quotactl_fd, target.descriptor, full, id, data)
                                        : syscall(__NR_quotactl, full, target.device, id, data);
    return result == 0 ? 0 : errno;
}

int32_t cquota_state(cquota_target target, uint32_t *state) {
    struct fs_quota_stat statistics = {.qs_version = FS_QSTAT_VERSION};
    // Every file system with quotas answers this, not XFS alone, since Linux 4.1: fs/quota/quota.c, quota_getstate.
    int32_t error = ask(target, Q_XGETQSTAT, 0, &statistics);
    if (error != 0) return error;
    *state = (statistics.qs_flags & FS_QUOTA_UDQ_ACCT ? CQUOTA_COUNTED : 0) |
             (statistics.qs_flags & FS_QUOTA_UDQ_ENFD ? CQUOTA_ENFORCED : 0);
    return 0;
}

int32_t cquota_read(cquota_target target, uint32_t uid, cquota_usage *usage) {
    struct if_dqblk block = {0};
    int32_t error = ask(target, Q_GETQUOTA, uid, &block);
    if (error != 0) return error;
    *usage = (cquota_usage){
        .used_bytes = block.dqb_curspace, .hard = block.dqb_bhardlimit, .soft = block.dqb_bsoftlimit};
    return 0;
}

int32_t cquota_limit(cquota_target target, uint32_t uid, uint64_t hard) {
    struct if_dqblk block = {.dqb_bhardlimit = hard, .dqb_bsoftlimit = 0, .dqb_valid = QIF_BLIMITS};
    return ask(target, Q_SETQUOTA, uid, &block);
}
