import HostChanges
import Installer

/// What a run came to, for a person.
struct OutcomeText: CustomStringConvertible {
    private let outcome: InstallationOutcome
    private let log: String?

    init(_ outcome: InstallationOutcome, log: String?) {
        self.outcome = outcome
        self.log = log
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
            text += "Done: \(outcome.applied) \(outcome.applied == 1 ? "change" : "changes"), each looked at afterwards. See: diycloud status\n"
        } else {
            text += "When the reason is gone, run it again: what is done already stays done.\n"
        }
        if let log { text += "Everything that was done is in \(log)\n" }
        return text
    }
}
