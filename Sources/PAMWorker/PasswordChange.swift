import CPAM
import Identity
import PAMProtocol

/// One change of a password by root from pam_start(3) to pam_end(3), without anybody to ask.
final class PasswordChange {
    /// The new password, and its repetition. A module that asks once more did not take it.
    private static let maximumPrompts = 2
    /// What is kept of the modules' words.
    private static let maximumMessages = 8

    private let user: UserName
    private let password: Secret
    private let configuration: WorkerProcess.Configuration
    private var prompts = 0
    private var messages: [String] = []
    private var handle: OpaquePointer?

    init(user: UserName, password: Secret, configuration: WorkerProcess.Configuration) {
        self.user = user
        self.password = password
        self.configuration = configuration
    }

    /// - Returns: `nil` when PAM took the password, else why not.
    func run() -> FirstPasswordVerdict? {
        var problem: UnsafePointer<CChar>?
        let begun = begin(&problem)
        guard begun == PAM_SUCCESS, let handle else {
            let detail = problem.map { String(cString: $0) } ?? "pam_start answered \(begun)"
            return .unavailable(reason: "PAM could not be started: \(detail)")
        }
        let code = cpam_change(handle)
        let isSame = cpam_user(handle).map { String(cString: $0) } == user.rawValue
        let name = cpam_describe(handle, code).map { String(cString: $0) } ?? "unknown"
        cpam_end(handle, code)
        self.handle = nil
        guard code == PAM_SUCCESS else {
            let words = messages.isEmpty ? "" : ": " + messages.joined(separator: " ")
            let reason = "PAM answered \(code) (\(name)) to a new password\(words)"
            return PAMCode.isRefusal(code, in: .newPassword) || code == PAM_CONV_ERR
                ? .refused(reason: reason) : .unavailable(reason: reason)
        }
        return isSame ? nil : .refused(reason: "a PAM module changed the user")
    }

    private func begin(_ problem: inout UnsafePointer<CChar>?) -> Int32 {
        withCStrings(configuration.service, configuration.serviceDirectory, user.rawValue, nil) {
            service,
            directory,
            user,
            _ in
            var start = cpam_start(
                service: service,
                configuration_directory: directory,
                user: user,
                remote_host: nil,
                converse: changeCallback,
                context: Unmanaged.passUnretained(self).toOpaque()
            )
            return cpam_begin(&start, &handle, &problem)
        }
    }

    /// Answers the prompts for the new password; any other ends the change.
    fileprivate func answer(_ asked: [PAMMessage], into replies: UnsafeMutablePointer<pam_response>) -> Int32 {
        for (index, message) in asked.enumerated() {
            switch message.style {
            case .notice(let kind): note(Question(kind: kind, text: message.text).text)
            case .prompt(.hidden) where Self.asksForNewPassword(message.text) && prompts < Self.maximumPrompts:
                prompts += 1
                guard password.withBytes({ cpam_reply(replies + index, $0.baseAddress, $0.count) }) else {
                    return PAM_BUF_ERR
                }
            case .prompt, .unsupported:
                note("\"\(Question(kind: .hidden, text: message.text).text)\" was asked, which nobody answers here.")
                return PAM_CONV_ERR
            }
        }
        return PAM_SUCCESS
    }

    private func note(_ text: String) {
        if messages.count < Self.maximumMessages { messages.append(text) }
    }

    /// "New password: ", "Retype new UNIX password: ", "Re-enter new password: ". The worker sets no locale, so modules speak English.
    private static func asksForNewPassword(_ prompt: String) -> Bool {
        let words = prompt.lowercased().split { !$0.isLetter }
        return words.contains("new") && words.contains("password") && !words.contains("current")
            && !words.contains("old")
    }
}

/// The function that libpam calls; `context` is the change, which outlives the handle.
private func changeCallback(
    context: UnsafeMutableRawPointer?,
    count: Int32,
    messages: UnsafePointer<UnsafePointer<pam_message>?>?,
    replies: UnsafeMutablePointer<pam_response>?
) -> Int32 {
    guard let context, let messages, let replies, count > 0 else { return PAM_CONV_ERR }
    let change = Unmanaged<PasswordChange>.fromOpaque(context).takeUnretainedValue()
    let read = UnsafeBufferPointer(start: messages, count: Int(count)).map { PAMMessage($0?.pointee) }
    return change.answer(read, into: replies)
}
