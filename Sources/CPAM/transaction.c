#define _GNU_SOURCE
#include "transaction.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

// Linux-PAM before 1.4 has no such function, nor a declaration of it (Ubuntu 20.04, RHEL 8); a second declaration does no harm.
extern int pam_start_confdir(
    const char *service, const char *user, const struct pam_conv *conversation, const char *directory, pam_handle_t **handle);

typedef struct {
    __typeof__(pam_start) *start;
    __typeof__(pam_start_confdir) *start_confdir;
    __typeof__(pam_set_item) *set_item;
    __typeof__(pam_get_item) *get_item;
    __typeof__(pam_authenticate) *authenticate;
    __typeof__(pam_acct_mgmt) *acct_mgmt;
    __typeof__(pam_chauthtok) *chauthtok;
    __typeof__(pam_strerror) *strerror;
    __typeof__(pam_end) *end;
} pam_functions;

struct cpam_transaction {
    pam_functions pam;
    pam_handle_t *handle;
    cpam_converse converse;
    void *context;
};

static void *find(void *library, const char *name, bool *complete) {
    void *symbol = dlsym(library, name);
    if (symbol == NULL) *complete = false;
    return symbol;
}

static bool load(pam_functions *pam, const char **problem) {
    // Global, as if linked: modules of other makers are known to lean on libpam's symbols without saying so.
    void *library = dlopen("libpam.so.0", RTLD_NOW | RTLD_GLOBAL);
    if (library == NULL) {
        *problem = dlerror();
        return false;
    }
    bool complete = true, ignored = true;
    pam->start = find(library, "pam_start", &complete);
    pam->start_confdir = find(library, "pam_start_confdir", &ignored);
    pam->set_item = find(library, "pam_set_item", &complete);
    pam->get_item = find(library, "pam_get_item", &complete);
    pam->authenticate = find(library, "pam_authenticate", &complete);
    pam->acct_mgmt = find(library, "pam_acct_mgmt", &complete);
    pam->chauthtok = find(library, "pam_chauthtok", &complete);
    pam->strerror = find(library, "pam_strerror", &complete);
    pam->end = find(library, "pam_end", &complete);
    if (!complete) *problem = "libpam.so.0 lacks a function that every PAM library has";
    return complete;
}

// MARK: Conversation

static void discard(struct pam_response *replies, int count) {
    for (int index = 0; index < count; index++) {
        if (replies[index].resp == NULL) continue;
        explicit_bzero(replies[index].resp, strlen(replies[index].resp));
        free(replies[index].resp);
    }
    free(replies);
}

static int converse(int count, const struct pam_message **messages, struct pam_response **responses, void *context) {
    cpam_transaction *transaction = context;
    if (count < 1 || count > PAM_MAX_NUM_MSG || messages == NULL || responses == NULL) return PAM_CONV_ERR;
    struct pam_response *replies = calloc((size_t)count, sizeof *replies);
    if (replies == NULL) return PAM_BUF_ERR;
    int32_t code = transaction->converse(transaction->context, count, messages, replies);
    if (code != PAM_SUCCESS) {
        discard(replies, count);
        return code;
    }
    *responses = replies;
    return PAM_SUCCESS;
}

bool cpam_reply(struct pam_response *reply, const void *bytes, size_t count) {
    char *copy = malloc(count + 1);
    if (copy == NULL) return false;
    if (count > 0) memcpy(copy, bytes, count);
    copy[count] = '\0';
    reply->resp = copy;
    reply->resp_retcode = 0;
    return true;
}

// MARK: Transaction

static void no_delay(int code, unsigned microseconds, void *context) {
    (void)code;
    (void)microseconds;
    (void)context;
}

static int32_t start_handle(cpam_transaction *transaction, const cpam_start *start, const char **problem) {
    const struct pam_conv conversation = {converse, transaction};
    if (start->configuration_directory == NULL) {
        return transaction->pam.start(start->service, start->user, &conversation, &transaction->handle);
    }
    if (transaction->pam.start_confdir == NULL) {
        *problem = "this libpam is older than 1.4 and knows no private directory of service files";
        return PAM_SYSTEM_ERR;
    }
    return transaction->pam.start_confdir(
        start->service, start->user, &conversation, start->configuration_directory, &transaction->handle);
}

static int32_t set_items(cpam_transaction *transaction, const cpam_start *start) {
    pam_handle_t *handle = transaction->handle;
    int32_t code = transaction->pam.set_item(handle, PAM_FAIL_DELAY, (const void *)no_delay);
    if (code == PAM_SUCCESS) code = transaction->pam.set_item(handle, PAM_TTY, CPAM_TERMINAL);
    if (code == PAM_SUCCESS && start->remote_host != NULL) {
        code = transaction->pam.set_item(handle, PAM_RHOST, start->remote_host);
    }
    return code;
}

int32_t cpam_begin(const cpam_start *start, cpam_transaction **result, const char **problem) {
    *problem = NULL;
    cpam_transaction *transaction = calloc(1, sizeof *transaction);
    if (transaction == NULL) return PAM_BUF_ERR;
    transaction->converse = start->converse;
    transaction->context = start->context;
    int32_t code = PAM_SYSTEM_ERR;
    if (load(&transaction->pam, problem)) code = start_handle(transaction, start, problem);
    if (code == PAM_SUCCESS) code = set_items(transaction, start);
    if (code != PAM_SUCCESS) {
        cpam_end(transaction, code);
        return code;
    }
    *result = transaction;
    return PAM_SUCCESS;
}

int32_t cpam_authenticate(cpam_transaction *transaction) {
    return transaction->pam.authenticate(transaction->handle, PAM_DISALLOW_NULL_AUTHTOK);
}

int32_t cpam_account(cpam_transaction *transaction) {
    return transaction->pam.acct_mgmt(transaction->handle, PAM_DISALLOW_NULL_AUTHTOK);
}

int32_t cpam_change_expired(cpam_transaction *transaction) {
    return transaction->pam.chauthtok(transaction->handle, PAM_CHANGE_EXPIRED_AUTHTOK);
}

int32_t cpam_change(cpam_transaction *transaction) {
    return transaction->pam.chauthtok(transaction->handle, 0);
}

static const char *text_item(cpam_transaction *transaction, int item) {
    const void *value = NULL;
    return transaction->pam.get_item(transaction->handle, item, &value) == PAM_SUCCESS ? value : NULL;
}

const char *cpam_user(cpam_transaction *transaction) { return text_item(transaction, PAM_USER); }

const char *cpam_user_prompt(cpam_transaction *transaction) { return text_item(transaction, PAM_USER_PROMPT); }

const char *cpam_describe(cpam_transaction *transaction, int32_t code) {
    return transaction->pam.strerror(transaction->handle, code);
}

void cpam_end(cpam_transaction *transaction, int32_t code) {
    // The library stays mapped: modules leave threads and exit handlers behind, and the process ends soon anyway.
    if (transaction->handle != NULL) transaction->pam.end(transaction->handle, code);
    free(transaction);
}
