#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "privilege.h"

int32_t cprivilege_kill_timer_create(void **timer) {
    struct sigevent event;
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGKILL;
    timer_t made;
    if (timer_create(CLOCK_MONOTONIC, &event, &made) != 0) return errno;
    *timer = made;
    return 0;
}

int32_t cprivilege_kill_timer_arm(void *timer, int64_t milliseconds) {
    struct itimerspec when;
    memset(&when, 0, sizeof when);
    // Zero would disarm it (timer_settime(2)).
    if (milliseconds < 1) milliseconds = 1;
    when.it_value.tv_sec = milliseconds / 1000;
    when.it_value.tv_nsec = (milliseconds % 1000) * 1000000;
    return timer_settime((timer_t)timer, 0, &when, NULL) == 0 ? 0 : errno;
}

// A handler and a pipe, not signalfd(2): that wants the signals blocked in every thread, and Swift's asynchronous main leaves its first
// thread in sigsuspend(2) with none blocked.
static volatile int signal_pipe = -1;

static void note_signal(int number) {
    int error = errno;
    unsigned char byte = (unsigned char)number;
    ssize_t ignored = write(signal_pipe, &byte, 1);
    (void)ignored;
    errno = error;
}

int32_t cprivilege_signal_descriptor(const int32_t *signals, size_t count) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return -1;
    signal_pipe = ends[1];
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESTART;
    sigfillset(&action.sa_mask);
    sigset_t set;
    sigemptyset(&set);
    for (size_t index = 0; index < count; index++) {
        if (sigaction(signals[index], &action, NULL) != 0) return -1;
        sigaddset(&set, signals[index]);
    }
    // A starter that blocked them would have them wait for ever.
    return pthread_sigmask(SIG_UNBLOCK, &set, NULL) == 0 ? ends[0] : -1;
}

int32_t cprivilege_next_signal(int32_t descriptor) {
    unsigned char number;
    return read(descriptor, &number, 1) == 1 ? number : 0;
}

int32_t cprivilege_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : errno; }

void cprivilege_wipe(void *bytes, size_t count) { explicit_bzero(bytes, count); }

// glibc has had them since 2.36 only.
int32_t cprivilege_pidfd_open(pid_t pid) { return (int32_t)syscall(SYS_pidfd_open, pid, 0); }

int32_t cprivilege_pidfd_signal(int32_t descriptor, int32_t signal) {
    return syscall(SYS_pidfd_send_signal, descriptor, signal, NULL, 0) == 0 ? 0 : errno;
}
