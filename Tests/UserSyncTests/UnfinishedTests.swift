import Identity
import SyncReport
import Testing

@testable import UserSync

@Suite("What could not be done is tried again soon")
struct UnfinishedTests {
    private func outcome(_ failed: String..., trouble: Bool = false) -> SyncOutcome {
        var outcome = SyncOutcome()
        outcome.failed = failed.map { name in
            let change = SyncChange(area: .accounts, kind: "stop-processes", user: name, what: "stop", why: "off")
            return SyncOutcome.Failure(change: change, reason: "they wait for a disk")
        }
        if trouble { outcome.troubles[.accounts] = "the files are locked" }
        return outcome
    }

    @Test("after longer and longer pauses, for those people only, until it is done")
    func pauses() throws {
        let bob = try UserName("bob")
        let eve = try UserName("eve")
        let one = SyncScope(names: [bob])
        #expect(Unfinished().pause == nil)
        var unfinished = Unfinished().after(outcome("bob"), scope: SyncScope())
        var pauses: [Duration?] = []
        for _ in 0..<7 {
            #expect(unfinished.names == [bob])
            pauses.append(unfinished.pause)
            unfinished = unfinished.after(outcome("bob"), scope: one)
        }
        #expect(pauses == [1, 2, 5, 15, 60, 60, 60].map { .seconds($0) })
        // A run about somebody else does not forget, and one more person begins anew.
        #expect(unfinished.after(outcome(), scope: SyncScope(names: [eve])).names == [bob])
        #expect(unfinished.after(outcome("eve"), scope: SyncScope(names: [eve])).pause == .seconds(1))
        #expect(unfinished.after(outcome(), scope: one).pause == nil)
        #expect(unfinished.after(outcome(), scope: SyncScope()).names.isEmpty)
    }

    @Test("also when the host could not be looked at")
    func trouble() throws {
        let bob = try UserName("bob")
        #expect(Unfinished().after(outcome(trouble: true), scope: SyncScope(names: [bob])).names == [bob])
        // JupyterHub was not up yet when everybody was looked at.
        let waiting = Unfinished().after(outcome(trouble: true), scope: SyncScope())
        #expect(waiting.concernsEverybody && waiting.pause == .seconds(1))
        #expect(waiting.after(outcome(trouble: true), scope: SyncScope()).pause == .seconds(2))
        #expect(waiting.after(outcome(), scope: SyncScope(names: [bob])).concernsEverybody)
        #expect(waiting.after(outcome(), scope: SyncScope()).pause == nil)
    }
}
