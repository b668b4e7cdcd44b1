#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "privilege.h"

int32_t cprivilege_peer(int32_t socket, uid_t *uid, pid_t *pid) {
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    int family;
    socklen_t family_size = sizeof family;
    if (getsockopt(socket, SOL_SOCKET, SO_DOMAIN, &family, &family_size) != 0) return errno;
    // Other families answer SO_PEERCRED too, with uid -1 or, worse, zeroes.
    if (family != AF_UNIX) return EAFNOSUPPORT;
    if (getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) return errno;
    if (size != sizeof credentials || credentials.pid < 0 || credentials.uid == (uid_t)-1) return ENOTCONN;
    *uid = credentials.uid;
    *pid = credentials.pid;
    return 0;
}

static int unix_address(const char *path, struct sockaddr_un *address, socklen_t *size) {
    size_t length = strlen(path);
    if (length == 0 || length >= sizeof address->sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memset(address, 0, sizeof *address);
    address->sun_family = AF_UNIX;
    memcpy(address->sun_path, path, length);
    *size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (path[0] == '@' ? 0 : 1));
    if (path[0] == '@') address->sun_path[0] = '\0';
    return 0;
}

static int32_t closing(int descriptor) {
    int error = errno;
    close(descriptor);
    errno = error;
    return -1;
}

int32_t cprivilege_accept(int32_t listener) { return accept4(listener, NULL, NULL, SOCK_CLOEXEC); }

int32_t cprivilege_listen_unix(const char *path, int32_t backlog) {
    struct sockaddr_un address;
    socklen_t size;
    if (unix_address(path, &address, &size) != 0) return -1;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0) return -1;
    mode_t before = umask(0177);
    int bound = bind(descriptor, (struct sockaddr *)&address, size);
    umask(before);
    if (bound != 0 || listen(descriptor, backlog) != 0) return closing(descriptor);
    return descriptor;
}

int32_t cprivilege_connect_unix(const char *path, int64_t milliseconds) {
    struct sockaddr_un address;
    socklen_t size;
    if (unix_address(path, &address, &size) != 0) return -1;
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return -1;
    // A unix connect waits for room in the backlog for at most the send timeout (socket(7), SO_SNDTIMEO).
    struct timeval limit = {milliseconds / 1000, (milliseconds % 1000) * 1000};
    if (setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0) return closing(descriptor);
    int connected;
    do connected = connect(descriptor, (struct sockaddr *)&address, size);
    while (connected != 0 && errno == EINTR);
    return connected == 0 ? descriptor : closing(descriptor);
}

int32_t cprivilege_datagram_unix(const char *path, const void *bytes, size_t count) {
    struct sockaddr_un address;
    socklen_t size;
    if (unix_address(path, &address, &size) != 0) return errno;
    int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return errno;
    ssize_t sent = sendto(descriptor, bytes, count, MSG_NOSIGNAL, (struct sockaddr *)&address, size);
    int error = sent == (ssize_t)count ? 0 : errno;
    close(descriptor);
    return error;
}
