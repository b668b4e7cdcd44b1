#define _GNU_SOURCE
#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <shadow.h>
#include <stdlib.h>
#include <string.h>

#include "privilege.h"

enum { FIRST_BUFFER = 4096, LARGEST_BUFFER = 1 << 20 };

/// Whether the name service's errno means that there is no such entry (getpwnam_r(3) names more numbers, but those also come from
/// a service that is broken, and a broken service must not look like an account that is gone).
static bool means_absent(int error) { return error == 0 || error == ENOENT || error == ESRCH; }

static void release(char *buffer, size_t size) {
    if (buffer != NULL) explicit_bzero(buffer, size);
    free(buffer);
}

static int read_password(const char *name, cprivilege_account_facts *facts) {
    for (size_t size = FIRST_BUFFER; size <= LARGEST_BUFFER; size *= 4) {
        char *buffer = malloc(size);
        if (buffer == NULL) return ENOMEM;
        struct passwd entry, *found = NULL;
        int error = getpwnam_r(name, &entry, buffer, size, &found);
        if (found != NULL) {
            facts->exists = true;
            facts->uid = found->pw_uid;
            facts->password_locked = found->pw_passwd != NULL && found->pw_passwd[0] == '!';
        }
        release(buffer, size);
        if (error != ERANGE) return found != NULL || means_absent(error) ? 0 : error;
    }
    return ERANGE;
}

static int read_shadow(const char *name, cprivilege_account_facts *facts) {
    for (size_t size = FIRST_BUFFER; size <= LARGEST_BUFFER; size *= 4) {
        char *buffer = malloc(size);
        if (buffer == NULL) return ENOMEM;
        struct spwd entry, *found = NULL;
        int error = getspnam_r(name, &entry, buffer, size, &found);
        if (found != NULL) {
            facts->has_shadow = true;
            facts->password_locked |= found->sp_pwdp != NULL && found->sp_pwdp[0] == '!';
            facts->password_unset = found->sp_pwdp != NULL && strcmp(found->sp_pwdp, "*") == 0;
            facts->last_change = found->sp_lstchg;
            facts->maximum_age = found->sp_max;
            facts->inactive = found->sp_inact;
            facts->expires = found->sp_expire;
        }
        release(buffer, size);
        if (error != ERANGE) return found != NULL || means_absent(error) ? 0 : error;
    }
    return ERANGE;
}

int32_t cprivilege_account(const char *name, cprivilege_account_facts *facts) {
    memset(facts, 0, sizeof *facts);
    facts->last_change = facts->maximum_age = facts->inactive = facts->expires = -1;
    int error = read_password(name, facts);
    if (error != 0 || !facts->exists) return error;
    return read_shadow(name, facts);
}

int32_t cprivilege_is_member(const char *name, const char *group, bool *is_member) {
    *is_member = false;
    for (size_t size = FIRST_BUFFER; size <= LARGEST_BUFFER; size *= 4) {
        char *buffer = malloc(size);
        if (buffer == NULL) return ENOMEM;
        struct group entry, *found = NULL;
        int error = getgrnam_r(group, &entry, buffer, size, &found);
        for (char **member = found != NULL ? found->gr_mem : NULL; member != NULL && *member != NULL; member++) {
            if (strcmp(*member, name) == 0) *is_member = true;
        }
        release(buffer, size);
        if (error != ERANGE) return found != NULL || means_absent(error) ? 0 : error;
    }
    return ERANGE;
}
