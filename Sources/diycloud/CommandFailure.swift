/// Why a command could not do its work: one sentence for the person at the terminal. The exit code is 1.
struct CommandFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
