import ArgumentParser
import Glibc

/// A question at the terminal.
enum Question {
    /// - Throws: ``CommandFailure`` where nobody can answer, `ExitCode(1)` when the answer is no.
    static func confirm(_ question: String) throws {
        guard isatty(STDIN_FILENO) != 0 else {
            throw CommandFailure("Nobody is there to answer \"\(question)\". --yes says yes beforehand.")
        }
        print("\(question) [y/N] ", terminator: "")
        fflush(nil)
        guard let answer = readLine()?.lowercased(), ["y", "yes"].contains(answer) else {
            print("Nothing was changed.")
            throw ExitCode.failure
        }
    }

    /// Whether somebody says yes; nobody who can answer is no.
    static func isYes(_ question: String) -> Bool {
        guard isatty(STDIN_FILENO) != 0 else { return false }
        print("\(question) [y/N] ", terminator: "")
        fflush(nil)
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }

    /// Asks for a word that is not typed by habit.
    static func confirm(_ question: String, word: String) throws {
        print("\(question) Type \(word) to go on: ", terminator: "")
        fflush(nil)
        guard readLine() == word else {
            print("Nothing was changed.")
            throw ExitCode.failure
        }
    }
}
