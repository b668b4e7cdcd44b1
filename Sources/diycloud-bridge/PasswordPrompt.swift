import Glibc
import UserStore

/// Asks for a new password on the terminal, or takes it from standard input. Never from an argument: those are in `ps` (fault F-15).
struct PasswordPrompt {
    enum Failure: Error, CustomStringConvertible {
        case noTerminal
        case different
        case cancelled
        case unreadable

        var description: String {
            switch self {
            case .noTerminal:
                "There is no terminal to ask for a password on. Give it on standard input with --password-stdin."
            case .different: "The two passwords are not the same. Nothing was changed."
            case .cancelled: "Cancelled. Nothing was changed."
            case .unreadable:
                "Standard input holds no password of one line, at most \(NewPassword.maximumLength) bytes long."
            }
        }
    }

    /// The first line of standard input, which must be its only one.
    static func fromStandardInput() throws -> NewPassword {
        var bytes = [UInt8]()
        while bytes.count <= NewPassword.maximumLength + 1, let byte = try readByte(STDIN_FILENO) { bytes.append(byte) }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure.unreadable }
        return try NewPassword(text)
    }

    /// Asks twice, without an echo.
    static func fromTerminal(for name: String) throws -> NewPassword {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { throw Failure.noTerminal }
        defer { close(terminal) }
        let password = try NewPassword(ask("New password for \(name): ", terminal))
        guard try ask("The same again: ", terminal) == password.text else { throw Failure.different }
        return password
    }

    private static func ask(_ question: String, _ terminal: Int32) throws -> String {
        var former = termios()
        guard tcgetattr(terminal, &former) == 0 else { throw Failure.noTerminal }
        var silent = former
        // Without ISIG, Ctrl-C comes as a character: the process is not killed while the echo is off.
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer {
            tcsetattr(terminal, TCSAFLUSH, &former)
            say("\n", terminal)
        }
        say(question, terminal)
        var bytes = [UInt8]()
        while let byte = try readByte(terminal), byte != UInt8(ascii: "\n") {
            guard byte != 3, byte != 28 else { throw Failure.cancelled }
            if bytes.count <= NewPassword.maximumLength { bytes.append(byte) }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Failure.unreadable }
        return text
    }

    private static func say(_ text: String, _ terminal: Int32) { _ = write(terminal, text, text.utf8.count) }

    private static func readByte(_ descriptor: Int32) throws -> UInt8? {
        var byte: UInt8 = 0
        while true {
            let count = read(descriptor, &byte, 1)
            if count == 1 { return byte }
            if count == 0 { return nil }
            guard errno == EINTR else { throw Failure.unreadable }
        }
    }
}
