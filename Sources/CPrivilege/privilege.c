#define _GNU_SOURCE
#include "privilege.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

static cprivilege_outcome failed(int32_t step) { return (cprivilege_outcome){step, errno}; }

int32_t cprivilege_harden(void) {
    const struct rlimit none = {0, 0};
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return errno;
    return setrlimit(RLIMIT_CORE, &none) == 0 ? 0 : errno;
}

int32_t cprivilege_limit_address_space(uint64_t bytes) {
    const struct rlimit limit = {bytes, bytes};
    return setrlimit(RLIMIT_AS, &limit) == 0 ? 0 : errno;
}

void cprivilege_close_on_exec_from(int32_t first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0U, CLOSE_RANGE_CLOEXEC) == 0) return;
#endif
    // Kernels before 5.11; getrlimit is async-signal-safe in practice on Linux (a plain system call).
    struct rlimit limit;
    rlim_t end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? limit.rlim_cur : 65536;
    for (rlim_t descriptor = (rlim_t)first; descriptor < end; descriptor++) {
        fcntl((int)descriptor, F_SETFD, FD_CLOEXEC);
    }
}

/// Takes every capability from all sets of this thread; the bounding set only as far as the kernel lets us.
static int clear_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    memset(data, 0, sizeof data);
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    return (int)syscall(SYS_capset, &header, data);
}

static bool has_capabilities(void) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    if (syscall(SYS_capget, &header, data) != 0) return true;
    return (data[0].permitted | data[1].permitted | data[0].effective | data[1].effective) != 0;
}

int32_t cprivilege_keep_capabilities(uint64_t kept) {
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct data[2];
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
    for (int capability = 0; capability < 64; capability++) {
        if (kept >> capability & 1) continue;
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break;
    }
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (syscall(SYS_capget, &header, data) != 0) return errno;
    for (int word = 0; word < 2; word++) {
        uint32_t mask = (uint32_t)(kept >> (32 * word));
        data[word].permitted &= mask;
        data[word].effective = data[word].permitted;
        data[word].inheritable = 0;
    }
    return syscall(SYS_capset, &header, data) == 0 ? 0 : errno;
}

static bool stayed_down(uid_t uid, gid_t gid) {
    uid_t real, effective, saved;
    gid_t real_group, effective_group, saved_group;
    if (getresuid(&real, &effective, &saved) != 0 || real != uid || effective != uid || saved != uid) return false;
    if (getresgid(&real_group, &effective_group, &saved_group) != 0 || real_group != gid || effective_group != gid ||
        saved_group != gid) return false;
    if (has_capabilities()) return false;
    if (setuid(0) == 0 || seteuid(0) == 0) return false;
    return gid == 0 || setegid(0) != 0;
}

cprivilege_outcome cprivilege_drop(uid_t uid, gid_t gid, const gid_t *groups, size_t group_count) {
    if (setgroups(group_count, groups) != 0) return failed(CPRIVILEGE_GROUPS);
    // Needs CAP_SETPCAP, so before the uid goes. A container may lack it; no_new_privs below makes the set useless anyway.
    for (int capability = 0; capability < 64; capability++) {
        if (prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0 && errno == EINVAL) break;
    }
    if (setresgid(gid, gid, gid) != 0) return failed(CPRIVILEGE_GID);
    if (setresuid(uid, uid, uid) != 0) return failed(CPRIVILEGE_UID);
    if (clear_capabilities() != 0) return failed(CPRIVILEGE_CAPABILITIES);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed(CPRIVILEGE_NO_NEW_PRIVS);
    errno = EPERM;
    if (!stayed_down(uid, gid)) return failed(CPRIVILEGE_VERIFICATION);
    return (cprivilege_outcome){CPRIVILEGE_DONE, 0};
}

// MARK: Between fork and exec

/// Brings the descriptors to 3, 4, …, by way of numbers above them, since source and target ranges may overlap.
/// `report` is the pipe to the parent, which moves out of the way too.
static int arrange_descriptors(const cprivilege_child *child, int *report) {
    int moved[CPRIVILEGE_MAX_DESCRIPTORS];
    int above = 3 + (int)child->descriptor_count;
    *report = fcntl(*report, F_DUPFD_CLOEXEC, above);
    if (*report < 0) return -1;
    for (size_t index = 0; index < child->descriptor_count; index++) {
        moved[index] = fcntl(child->descriptors[index], F_DUPFD_CLOEXEC, above);
        if (moved[index] < 0) return -1;
    }
    for (size_t index = 0; index < child->descriptor_count; index++) {
        if (dup2(moved[index], 3 + (int)index) < 0) return -1;
    }
    cprivilege_close_on_exec_from(above);
    return 0;
}

static void default_signals(void) {
    struct sigaction standard;
    memset(&standard, 0, sizeof standard);
    standard.sa_handler = SIG_DFL;
    for (int number = 1; number < 65; number++) sigaction(number, &standard, NULL);
    sigset_t none;
    sigemptyset(&none);
    pthread_sigmask(SIG_SETMASK, &none, NULL);
}

static void write_process_id(char *field) {
    char digits[10];
    size_t count = 0;
    for (pid_t rest = getpid(); rest > 0 && count < sizeof digits; rest /= 10) digits[count++] = (char)('0' + rest % 10);
    for (size_t index = 0; index < count; index++) field[index] = digits[count - 1 - index];
    field[count] = '\0';
}

static cprivilege_outcome become_child(const cprivilege_child *child, pid_t parent, int *report) {
    // A session, and so a process group, of its own: the kernel shares processor time between sessions first (sched(7), autogroup).
    setsid();
    if (arrange_descriptors(child, report) != 0) return failed(CPRIVILEGE_DESCRIPTORS);
    if (child->unprivileged) {
        cprivilege_outcome outcome = cprivilege_drop(child->uid, child->gid, child->groups, child->group_count);
        if (outcome.step != CPRIVILEGE_DONE) return outcome;
    }
    if (child->parent_death_signal != 0) {
        // After the change of uid, which clears it (prctl(2)); the parent may have died before.
        prctl(PR_SET_PDEATHSIG, child->parent_death_signal, 0, 0, 0);
        if (getppid() != parent) return failed(CPRIVILEGE_PARENT_DIED);
    }
    if (child->process_id_field != NULL) write_process_id(child->process_id_field);
    default_signals();
    execve(child->executable, child->arguments, child->environment);
    return failed(CPRIVILEGE_EXEC);
}

cprivilege_outcome cprivilege_spawn(const cprivilege_child *child, pid_t *pid) {
    int report[2];
    errno = E2BIG;
    if (child->descriptor_count > CPRIVILEGE_MAX_DESCRIPTORS) return failed(CPRIVILEGE_DESCRIPTORS);
    if (pipe2(report, O_CLOEXEC) != 0) return failed(CPRIVILEGE_FORK);
    sigset_t all, before;
    sigfillset(&all);
    // No handler of the parent may run in the child before its dispositions are reset.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t parent = getpid();
    *pid = fork();
    if (*pid == 0) {
        cprivilege_outcome outcome = become_child(child, parent, &report[1]);
        ssize_t ignored = write(report[1], &outcome, sizeof outcome);
        (void)ignored;
        _exit(127);
    }
    cprivilege_outcome outcome = *pid < 0 ? failed(CPRIVILEGE_FORK) : (cprivilege_outcome){CPRIVILEGE_DONE, 0};
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(report[1]);
    if (*pid > 0) {
        cprivilege_outcome said;
        ssize_t count;
        do count = read(report[0], &said, sizeof said);
        while (count < 0 && errno == EINTR);
        if (count == (ssize_t)sizeof said) {
            outcome = said;
            waitpid(*pid, NULL, 0);
        }
    }
    close(report[0]);
    return outcome;
}
