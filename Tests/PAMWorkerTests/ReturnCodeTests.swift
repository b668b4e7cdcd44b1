import PAMProtocol
import Testing

@Suite("PAM's return values", .enabled(if: isRoot, "libpam's modules want root"))
struct ReturnCodeTests {
    /// The names that pam_debug(8) knows, with their numbers (`_pam_types.h`).
    static let codes: [(name: String, code: Int32)] = [
        ("open_err", 1), ("symbol_err", 2), ("service_err", 3), ("system_err", 4), ("buf_err", 5), ("perm_denied", 6),
        ("auth_err", 7), ("cred_insufficient", 8), ("authinfo_unavail", 9), ("user_unknown", 10), ("maxtries", 11),
        ("new_authtok_reqd", 12), ("acct_expired", 13), ("session_err", 14), ("cred_unavail", 15), ("cred_expired", 16),
        ("cred_err", 17), ("no_module_data", 18), ("conv_err", 19), ("authtok_err", 20), ("authtok_recover_err", 21),
        ("authtok_lock_busy", 22), ("authtok_disable_aging", 23), ("try_again", 24), ("abort", 26),
        ("authtok_expired", 27),
        ("module_unknown", 28), ("bad_item", 29), ("conv_again", 30), ("incomplete", 31),
    ]
    static let refusals: Set<Int32> = [6, 7, 8, 10, 11, 12, 13, 27]

    private func expect(_ verdict: PAMVerdict, _ code: Int32, _ phase: PAMPhase) {
        if Self.refusals.contains(code) {
            #expect(verdict == .refused(code: code, phase: phase))
        } else if case .unavailable(let reason) = verdict {
            #expect(reason.contains("\(code)") || code >= 30)
        } else {
            Issue.record("\(code) in \(phase) gave \(verdict)")
        }
    }

    @Test("each code of the authentication is a refusal or \"cannot tell\", never a success")
    func authentication() async throws {
        let host = try await WorkerHost(stack: "auth required pam_deny.so")
        let client = host.client()
        for (name, code) in Self.codes {
            let stack =
                "auth required \(try TestModule.path.get()) ask\nauth required pam_debug.so auth=\(name)\naccount required pam_permit.so"
            try host.replaceStack(stack)
            expect(try await client.verdict("correct horse"), code, .authentication)
        }
    }

    @Test("each code of the account phase is a refusal or \"cannot tell\", although the password was right")
    func account() async throws {
        let host = try await WorkerHost(stack: "auth required pam_deny.so")
        let client = host.client()
        for (name, code) in Self.codes {
            let stack = """
                auth required \(try TestModule.path.get()) ask
                account required pam_debug.so acct=\(name)
                password required pam_deny.so
                """
            try host.replaceStack(stack)
            let verdict = try await client.verdict("correct horse")
            if code == 12 {
                // The old password is too old, and the stack takes no new one.
                #expect(verdict == .refused(code: 20, phase: .newPassword))
            } else {
                expect(verdict, code, .account)
            }
        }
    }

    @Test("12 again after the password was changed is a refusal")
    func newPasswordThatDoesNotHelp() async throws {
        let host = try await WorkerHost(
            stack: "auth required TEST ask\naccount required pam_debug.so acct=new_authtok_reqd\npassword required TEST"
        )
        #expect(try await host.client().verdict("correct horse") == .refused(code: 12, phase: .account))
    }

    @Test("success in both phases is a sign-in")
    func success() async throws {
        let host = try await WorkerHost(stack: "auth required TEST ask\naccount required pam_debug.so acct=success")
        #expect(try await host.client().verdict("correct horse") == .accepted)
        #expect(try await host.client().verdict("wrong") == .refused(code: 7, phase: .authentication))
    }
}
