/// One thing that is done to the host so that disk limits bite.
public struct DiskQuotaStep: Sendable, Hashable {
    /// What is done, for the one who does it.
    public enum Action: Sendable, Hashable {
        /// Replaces `/etc/fstab` in one step, after a dated copy beside it.
        case editFstab(FstabEdit)
        /// Runs a program to its end; what it left behind is looked at, not its exit status.
        case run(String, [String])
        /// Unmounts and mounts again with one more option; what is in use stays, and the next boot does it.
        case mountAnew(String, option: String)
    }

    public let action: Action
    /// What is done: a command line, or "in /etc/fstab …".
    public let what: String
    /// Why.
    public let why: String
    /// How it is taken back: a command line.
    public let undo: String

    public init(action: Action, what: String, why: String, undo: String) {
        self.action = action
        self.what = what
        self.why = why
        self.undo = undo
    }

    /// The step for one who does it by hand.
    var byHand: String {
        if case .editFstab(let edit) = action { "make line \(edit.line) of \(edit.path): \(edit.after)" } else { what }
    }
}
