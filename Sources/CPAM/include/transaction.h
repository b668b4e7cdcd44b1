#pragma once
// libpam behind function pointers: the executable that holds all commands never links it, and only the process that opens a
// transaction here ever maps it.

#include <security/pam_appl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cpam_transaction cpam_transaction;

/// Answers `count` messages (1 to PAM_MAX_NUM_MSG) into `replies`, which is zeroed and as long; see `cpam_reply`.
/// Returns PAM_SUCCESS or the PAM code that ends the call of the module.
typedef int32_t (*cpam_converse)(
    void *context, int32_t count, const struct pam_message *const *messages, struct pam_response *replies);

/// What modules read as PAM_TTY; there is no terminal.
#define CPAM_TERMINAL "diycloud-bridge"

typedef struct {
    const char *service;
    /// A directory of service files instead of the system's (pam_start_confdir(3)), or NULL.
    const char *configuration_directory;
    const char *user;
    /// PAM_RHOST, or NULL where the caller has no network address.
    const char *remote_host;
    cpam_converse converse;
    void *context;
} cpam_start;

/// Loads libpam and starts a transaction with no failure delay of its own (pam_fail_delay(3): the delay is served elsewhere).
/// On PAM_SUCCESS `*transaction` is to be given to `cpam_end`; else `*problem` may hold words of the dynamic linker.
int32_t cpam_begin(const cpam_start *start, cpam_transaction **transaction, const char **problem);

/// pam_authenticate(3) with PAM_DISALLOW_NULL_AUTHTOK: an empty hash is no password.
int32_t cpam_authenticate(cpam_transaction *transaction);
/// pam_acct_mgmt(3), on the same handle, also with PAM_DISALLOW_NULL_AUTHTOK.
int32_t cpam_account(cpam_transaction *transaction);
/// pam_chauthtok(3) with PAM_CHANGE_EXPIRED_AUTHTOK.
int32_t cpam_change_expired(cpam_transaction *transaction);

/// pam_chauthtok(3) without flags: a new password whatever the old one. Modules do not ask root for the old one.
int32_t cpam_change(cpam_transaction *transaction);

/// PAM_USER as the modules left it; NULL if they took it away. Valid until the next call.
const char *cpam_user(cpam_transaction *transaction);
/// PAM_USER_PROMPT as the modules left it; NULL if nobody set one.
const char *cpam_user_prompt(cpam_transaction *transaction);
/// What libpam calls a code. Valid until the next call.
const char *cpam_describe(cpam_transaction *transaction, int32_t code);

/// pam_end(3) with the last code.
void cpam_end(cpam_transaction *transaction, int32_t code);

/// Puts a copy of `count` bytes and a NUL into a reply, where the module will wipe and free it. False if memory ran out.
bool cpam_reply(struct pam_response *reply, const void *bytes, size_t count);
