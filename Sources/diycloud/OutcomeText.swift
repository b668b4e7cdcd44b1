import HostChanges
import Installer

/// What a run came to, for a person.
struct OutcomeText: CustomStringConvertible {
    private let outcome: InstallationOutcome
    private let log: String?
    private let next: String

    /// - Parameter next: what a person does after a run that came to its end.
    init(_ outcome: InstallationOutcome, log: String?, next: String) {
        self.outcome = outcome
        self.log = log
        self.next = next
    }

    var description: String {
        var text = ""
        for item in outcome.pending {
            text += "Left as it is: \(item.changes.first?.summary ?? item.title): \(item.reason ?? "")\n"
        }
        for component in outcome.broken.keys.sorted() {
            text += "Not complete: \(component.rawValue): \(outcome.broken[component] ?? "")\n"
        }
        if outcome.wasStopped {
            text += "Stopped. The next run goes on from here.\n"
        } else if outcome.broken.isEmpty {
            text +=
                "Done: \(outcome.applied) change\(outcome.applied == 1 ? "" : "s"), each looked at afterwards.\n" + next
        } else {
            text += "When the reason is gone, run it again: what is done already stays done.\n"
        }
        if let log { text += "Everything that was done is in \(log)\n" }
        return text
    }
}
