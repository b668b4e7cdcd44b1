#pragma once
// What Swift cannot do by itself: system calls with unions or macros in their interface, and everything between fork and exec,
// where only async-signal-safe functions may run (signal-safety(7)).

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/// The step of giving privileges up at which the kernel said no.
enum {
    CPRIVILEGE_DONE = 0,
    CPRIVILEGE_FORK,
    CPRIVILEGE_DESCRIPTORS,
    CPRIVILEGE_GROUPS,
    CPRIVILEGE_GID,
    CPRIVILEGE_UID,
    CPRIVILEGE_CAPABILITIES,
    CPRIVILEGE_NO_NEW_PRIVS,
    CPRIVILEGE_VERIFICATION,
    CPRIVILEGE_PARENT_DIED,
    CPRIVILEGE_EXEC,
};

typedef struct {
    int32_t step;
    int32_t error;
} cprivilege_outcome;

/// Gives up root for good: groups, gid, uid, capabilities, no_new_privs, then tries to get it back and calls that a failure.
cprivilege_outcome cprivilege_drop(uid_t uid, gid_t gid, const gid_t *groups, size_t group_count);

/// The most descriptors that one child can inherit.
#define CPRIVILEGE_MAX_DESCRIPTORS 64

typedef struct {
    const char *executable;
    char *const *arguments;
    char *const *environment;
    /// Eleven writable bytes inside `environment` that get the child's process id and a NUL; or NULL.
    char *process_id_field;
    /// These become descriptors 3, 4, … of the child, without close-on-exec; all others are closed.
    const int32_t *descriptors;
    size_t descriptor_count;
    /// Whether to give up root before exec; if not, uid, gid and groups are not looked at.
    bool unprivileged;
    uid_t uid;
    gid_t gid;
    const gid_t *groups;
    size_t group_count;
    /// The signal that the child gets when its parent dies; 0 for none.
    int32_t parent_death_signal;
} cprivilege_child;

/// Starts a child in a session of its own with default signal dispositions and an empty signal mask.
/// Comes back after exec, with the process id in `pid`, or with the step that failed.
cprivilege_outcome cprivilege_spawn(const cprivilege_child *child, pid_t *pid);

/// PR_SET_DUMPABLE 0 and RLIMIT_CORE 0: no core dump, no ptrace by the same user, no /proc/PID/mem. 0, or an errno.
int32_t cprivilege_harden(void);

/// Keeps root's uid but of its capabilities only those whose bit is set in `kept` (1 << CAP_…, capability(7)), in every set, for good:
/// no_new_privs, and the bounding set as far as the kernel lets us. Bits that the process does not have stay unset. 0, or an errno.
int32_t cprivilege_keep_capabilities(uint64_t kept);

/// RLIMIT_AS of this process and its children, in bytes. 0, or an errno.
int32_t cprivilege_limit_address_space(uint64_t bytes);

/// PR_SET_CHILD_SUBREAPER: what the children leave behind becomes ours instead of init's. 0, or an errno.
int32_t cprivilege_adopt_orphans(void);

/// A descriptor of a process (pidfd_open(2), Linux 5.3), with close-on-exec; -1 with errno.
int32_t cprivilege_pidfd_open(pid_t pid);
/// Sends a signal to the very process whose descriptor it is, whoever has its number by now. 0, or an errno.
int32_t cprivilege_pidfd_signal(int32_t descriptor, int32_t signal);

/// Marks every descriptor from `first` on close-on-exec.
void cprivilege_close_on_exec_from(int32_t first);

/// Who is at the other end of a connected unix socket (SO_PEERCRED, unix(7)). 0, or an errno.
int32_t cprivilege_peer(int32_t socket, uid_t *uid, pid_t *pid);

/// Makes a timer that ends this very process by SIGKILL, which no module can catch, block or ignore. 0, or an errno.
int32_t cprivilege_kill_timer_create(void **timer);
/// Lets the timer ring `milliseconds` (at least 1) from now. 0, or an errno.
int32_t cprivilege_kill_timer_arm(void *timer, int64_t milliseconds);

/// Catches the signals, in whatever thread they arrive, and gives a descriptor that they can be read from with
/// `cprivilege_next_signal`; -1 with errno. Once a process.
int32_t cprivilege_signal_descriptor(const int32_t *signals, size_t count);
/// The next signal that is waiting, or 0.
int32_t cprivilege_next_signal(int32_t descriptor);

/// accept4(2) with SOCK_CLOEXEC; -1 with errno.
int32_t cprivilege_accept(int32_t listener);
/// A unix stream socket that listens at `path`, made under umask 0177, so that nobody but its owner may ever connect. -1 with errno.
int32_t cprivilege_listen_unix(const char *path, int32_t backlog);
/// A unix stream socket connected to `path`; the wait for a full backlog is bounded. -1 with errno.
int32_t cprivilege_connect_unix(const char *path, int64_t milliseconds);
/// One datagram to a unix socket (`@` first means abstract, sd_notify(3)). 0, or an errno.
int32_t cprivilege_datagram_unix(const char *path, const void *bytes, size_t count);

/// What passwd(5) and shadow(5) say of an account.
typedef struct {
    bool exists;
    bool has_shadow;
    uid_t uid;
    /// Whether the password field begins with `!`, as usermod -L leaves it.
    bool password_locked;
    /// Whether the password field of shadow(5) is exactly `*`, as for an account that never had one.
    bool password_unset;
    int64_t last_change;
    int64_t maximum_age;
    int64_t inactive;
    int64_t expires;
} cprivilege_account_facts;

/// 0, or an errno where the name service could not say (which is not the same as "no such account").
int32_t cprivilege_account(const char *name, cprivilege_account_facts *facts);

/// Whether the line of a group in group(5) names an account; a primary group does not count. 0, or an errno as above; a group that is not
/// there has no members.
int32_t cprivilege_is_member(const char *name, const char *group, bool *is_member);

/// Overwrites memory in a way that the optimiser may not leave out.
void cprivilege_wipe(void *bytes, size_t count);

/// Whether a file, seen through symbolic links, has an access control list beyond its permission bits (acl(5)).
bool cprivilege_has_access_list(const char *path);
