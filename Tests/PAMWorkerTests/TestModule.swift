import Foundation
import TestProcesses

/// A PAM module that misbehaves on demand: `auth required <path> <what> [text]`. Compiled once a run.
enum TestModule {
    static let path = Result { try compile() }

    private static func compile() throws -> String {
        let directory = URL(fileURLWithPath: "/tmp/bridge-pam-module-\(getpid())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let source = directory.appendingPathComponent("module.c")
        let module = directory.appendingPathComponent("pam_misbehave.so")
        try Data(text.utf8).write(to: source)
        try TestProcess.shell("cc -shared -fPIC -o \(module.path) \(source.path) -lpam")
        return module.path
    }

    /// Each word is one way to behave in the authentication; the other phases say yes.
    private static let text = #"""
        #define _GNU_SOURCE
        #include <security/pam_appl.h>
        #include <security/pam_modules.h>
        #include <signal.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <unistd.h>

        static int talk(pam_handle_t *pamh, int count, const int *styles, const char **texts, char **answers) {
            const struct pam_conv *conv;
            struct pam_message storage[8];
            const struct pam_message *messages[8];
            struct pam_response *replies = NULL;
            for (int i = 0; i < count; i++) { storage[i].msg_style = styles[i]; storage[i].msg = texts[i]; messages[i] = &storage[i]; }
            if (pam_get_item(pamh, PAM_CONV, (const void **)&conv) != PAM_SUCCESS) return PAM_CONV_ERR;
            int code = conv->conv(count, messages, &replies, conv->appdata_ptr);
            if (code != PAM_SUCCESS) return code;
            for (int i = 0; i < count; i++) answers[i] = replies[i].resp;
            free(replies);
            return PAM_SUCCESS;
        }

        static int ask(pam_handle_t *pamh, int style, const char *text, char **answer) {
            return talk(pamh, 1, &style, &text, answer);
        }

        static int is(const char *answer, const char *wanted) { return answer && strcmp(answer, wanted) == 0; }

        int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc, const char **argv) {
            char *a = NULL, *b[8] = {0};
            const char *what = argc > 0 ? argv[0] : "ask";
            int code;
            if (!strcmp(what, "nothing")) return PAM_SUCCESS;
            if (!strcmp(what, "login")) {
                if ((code = ask(pamh, PAM_PROMPT_ECHO_ON, "login: ", &a)) != PAM_SUCCESS) return code;
                return is(a, "alice") ? PAM_SUCCESS : PAM_AUTH_ERR;
            }
            if (!strcmp(what, "visible")) {
                if ((code = ask(pamh, PAM_PROMPT_ECHO_ON, "Favourite colour: ", &a)) != PAM_SUCCESS) return code;
                return is(a, "blue") ? PAM_SUCCESS : PAM_AUTH_ERR;
            }
            if (!strcmp(what, "two_hidden")) {
                const int styles[] = {PAM_TEXT_INFO, PAM_PROMPT_ECHO_OFF, PAM_PROMPT_ECHO_OFF, PAM_ERROR_MSG, PAM_PROMPT_ECHO_ON};
                const char *texts[] = {"Welcome", "Password: ", "Code: ", "Careful", "Colour: "};
                if ((code = talk(pamh, 5, styles, texts, b)) != PAM_SUCCESS) return code;
                return is(b[1], "correct horse") && is(b[2], "123456") && is(b[4], "blue") && !b[0] && !b[3] ? PAM_SUCCESS : PAM_AUTH_ERR;
            }
            if (!strcmp(what, "binary")) return ask(pamh, PAM_BINARY_PROMPT, "\1\2", &a);
            if (!strcmp(what, "garbage")) {
                ask(pamh, PAM_ERROR_MSG, "\377\376 \033[31mred\r\n", &a);
                return PAM_SUCCESS;
            }
            if ((code = ask(pamh, PAM_PROMPT_ECHO_OFF, "Password: ", &a)) != PAM_SUCCESS) return code;
            if (!strcmp(what, "sleep")) for (;;) { signal(SIGTERM, SIG_IGN); signal(SIGALRM, SIG_IGN); sleep(1000); }
            if (!strcmp(what, "child")) { if (fork() == 0) for (;;) sleep(1000); for (;;) sleep(1000); }
            if (!strcmp(what, "abort")) abort();
            if (!strcmp(what, "exit")) _exit(0);
            if (!strcmp(what, "rename")) return pam_set_item(pamh, PAM_USER, "root");
            if (!strcmp(what, "rhost")) {
                const char *host = NULL, *tty = NULL;
                pam_get_item(pamh, PAM_RHOST, (const void **)&host);
                pam_get_item(pamh, PAM_TTY, (const void **)&tty);
                return is(host, "192.0.2.7") && is(tty, "diycloud-bridge") ? PAM_SUCCESS : PAM_AUTH_ERR;
            }
            if (!strcmp(what, "delay")) { pam_fail_delay(pamh, 60 * 1000000); return PAM_AUTH_ERR; }
            if (!strcmp(what, "forever")) for (;;) if (ask(pamh, PAM_PROMPT_ECHO_OFF, "Again: ", &a) != PAM_SUCCESS) return PAM_CONV_ERR;
            if (!strcmp(what, "stubborn")) for (;;) ask(pamh, PAM_PROMPT_ECHO_OFF, "Again: ", &a);
            return is(a, "correct horse") ? PAM_SUCCESS : PAM_AUTH_ERR;
        }
        int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc, const char **argv) { return PAM_SUCCESS; }
        int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv) {
            if (argc > 0 && !strcmp(argv[0], "rename")) return pam_set_item(pamh, PAM_USER, "root");
            return PAM_SUCCESS;
        }
        int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc, const char **argv) {
            char *a = NULL;
            int code;
            if (flags & PAM_PRELIM_CHECK) return PAM_SUCCESS;
            if (argc > 0 && !strcmp(argv[0], "current")) return ask(pamh, PAM_PROMPT_ECHO_OFF, "Current password: ", &a);
            if (argc > 0 && !strcmp(argv[0], "picky")) for (;;) {
                if ((code = ask(pamh, PAM_PROMPT_ECHO_OFF, "New password: ", &a)) != PAM_SUCCESS) return code;
                ask(pamh, PAM_ERROR_MSG, "BAD PASSWORD: too plain", &a);
            }
            return PAM_SUCCESS;
        }
        """#
}
