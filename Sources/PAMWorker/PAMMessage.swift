import CPAM
import PAMProtocol

/// A message of a module, copied out of libpam's memory.
struct PAMMessage {
    enum Style {
        case prompt(Question.Kind)
        case notice(Question.Kind)
        /// Binary and radio prompts are for programs that know the module.
        case unsupported
    }

    let style: Style
    let text: String

    init(_ message: pam_message?) {
        text = message?.msg.map { String(cString: $0) } ?? ""
        style =
            switch message?.msg_style {
            case PAM_PROMPT_ECHO_OFF: .prompt(.hidden)
            case PAM_PROMPT_ECHO_ON: .prompt(.visible)
            case PAM_ERROR_MSG: .notice(.error)
            case PAM_TEXT_INFO: .notice(.info)
            default: .unsupported
            }
    }
}
