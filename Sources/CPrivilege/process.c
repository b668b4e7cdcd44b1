#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
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

int32_t cprivilege_signal_descriptor(const int32_t *signals, size_t count) {
    sigset_t set;
    sigemptyset(&set);
    for (size_t index = 0; index < count; index++) sigaddset(&set, signals[index]);
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) return -1;
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

int32_t cprivilege_next_signal(int32_t descriptor) {
    struct signalfd_siginfo information;
    ssize_t count = read(descriptor, &information, sizeof information);
    return count == (ssize_t)sizeof information ? (int32_t)information.ssi_signo : 0;
}

int32_t cprivilege_adopt_orphans(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0 ? 0 : errno; }

void cprivilege_wipe(void *bytes, size_t count) { explicit_bzero(bytes, count); }
