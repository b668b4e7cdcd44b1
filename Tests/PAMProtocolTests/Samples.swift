import Identity
import PAMProtocol
import WorkerFrames

/// One message of each form.
enum Samples {
    static func requests() throws -> [PAMRequest] {
        let alice = try UserName("alice")
        return [
            .begin(SignInRequest(user: alice, password: try Secret("correct horse"), client: try address("192.0.2.7"))),
            .begin(SignInRequest(user: alice, password: try Secret("é🐴"), client: try address("2001:db8::7"))),
            .begin(SignInRequest(user: alice, password: try Secret("x"), client: .local)),
            .answers([try Secret("123456"), try Secret("")]),
            .answers([]),
            .cancel,
            .inspect([alice, try UserName("bob")]),
            .inspect([]),
            .probeService,
            .setFirstPassword(user: alice, password: try Secret("correct horse")),
        ]
    }

    static func responses() throws -> [PAMResponse] {
        let alice = try UserName("alice")
        let code = Question(kind: .hidden, text: "One-time code: ")
        let info = Question(kind: .info, text: "Your password will expire in 2 days.\n")
        return [
            .step(.questions([info, code], purpose: .authentication)),
            .step(.questions([Question(kind: .visible, text: "")], purpose: .newPassword)),
            .step(.finished(.accepted, notices: [info])),
            .step(.finished(.refused(code: 7, phase: .authentication), notices: [])),
            .step(.finished(.refused(code: -1, phase: .userChanged), notices: [])),
            .step(.finished(.unavailable(reason: "PAM answered 9"), notices: [])),
            .accounts([alice: .absent]),
            .accounts([
                alice: AccountState(
                    exists: true,
                    uid: 1001,
                    locked: true,
                    expired: false,
                    expiryDay: -3,
                    hasShadow: true
                )
            ]),
            .service(.present(path: "/etc/pam.d/x")),
            .service(.missing(path: "/etc/pam.d/x")),
            .service(.unsafe(path: "/etc/pam.d/x", reason: "others may write it")),
            .service(.unknown(reason: "no worker")),
            .accounts([
                alice: AccountState(
                    exists: true,
                    uid: 1001,
                    locked: false,
                    neverHadPassword: true,
                    expired: false,
                    expiryDay: nil,
                    hasShadow: true
                )
            ]),
            .firstPassword(.set),
            .firstPassword(.notWanted(reason: "alice has a password")),
            .firstPassword(.refused(reason: "PAM answered 20")),
            .firstPassword(.unavailable(reason: "no service file")),
        ]
    }

    private static func address(_ text: String) throws -> ClientAddress {
        guard let address = ClientAddress(text) else { throw FrameError.badValue(field: text) }
        return address
    }
}
