import Foundation
import PAMClient
import PAMProtocol
import TestProcesses
import Testing

@Suite("One-time codes by real modules", .enabled(if: isRoot, "libpam's modules want root"))
struct OneTimeCodeTests {
    /// The code that an authenticator would show now, by oathtool(1).
    private func code(_ arguments: [String]) throws -> String {
        let (_, output) = try TestProcess.run(["oathtool"] + arguments)
        return output.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static let account = "useradd --no-create-home alice; echo 'alice:correct horse' | chpasswd -c SHA512"

    @Test("pam_oath asks for its code after the password, takes the right one and no other")
    func oath() async throws {
        let secret = "3132333435363738393031323334353637383930"
        let host = try await WorkerHost(
            stack: """
                auth required pam_unix.so
                auth required pam_oath.so usersfile=DIR/oath window=10 digits=6
                account required pam_unix.so
                """,
            setup: Self.account + "; (umask 077; echo 'HOTP/T30/6 alice - \(secret)' > $DIR/oath)"
        )
        let client = host.client()
        let (wrong, question) = try await client.begin("correct horse")
        #expect(question.prompts.first?.lowercased().contains("one-time password") == true)
        #expect(try await wrong?.answer(["000000"]).verdict == .refused(code: 7, phase: .authentication))
        let (right, _) = try await client.begin("correct horse")
        #expect(try await right?.answer([try code(["--totp", secret])]).verdict == .accepted)
        // The password is asked first and the code does not mend a wrong one.
        let (other, _) = try await client.begin("wrong")
        let verdict = try await other?.answer([try code(["--totp", "-N", "now + 30 seconds", secret])]).verdict
        #expect(verdict == .refused(code: 7, phase: .authentication) || other == nil)
    }

    @Test("pam_google_authenticator asks for its code after the password and takes each once")
    func googleAuthenticator() async throws {
        let secret = "JBSWY3DPEHPK3PXPJBSWY3DPEH"
        let host = try await WorkerHost(
            stack: """
                auth required pam_unix.so
                auth required pam_google_authenticator.so user=root secret=DIR/google-${USER}
                account required pam_unix.so
                """,
            setup: Self.account
                + "; (umask 077; printf '%s\\n' \(secret) '\" DISALLOW_REUSE' '\" TOTP_AUTH' '\" WINDOW_SIZE 17' > $DIR/google-alice)"
                + "; chmod 400 $DIR/google-alice"
        )
        let client = host.client()
        let (wrong, question) = try await client.begin("correct horse")
        #expect(question.prompts == ["Verification code: "])
        guard case .refused(_, .authentication) = try await wrong?.answer(["000000"]).verdict else {
            Issue.record("a wrong code must be refused")
            return
        }
        let now = try code(["--totp", "-b", secret])
        let (right, _) = try await client.begin("correct horse")
        #expect(try await right?.answer([now]).verdict == .accepted)
        let (again, _) = try await client.begin("correct horse")
        #expect(try await again?.answer([now]).verdict != .accepted)
    }
}
