import Identity
import JupyterHubClient
import LinuxAccounts
import Testing
import UserSync

@Suite("A store that switches off too many")
struct MassGuardTests {
    private enum Loss: CaseIterable { case gone, disabled }

    /// A host in line with a store of `all` people, of whom `gone` then leave.
    private func run(
        _ loss: Loss,
        _ gone: Int,
        of all: Int,
        alreadyOff: Int = 0,
        scope: SyncScope = SyncScope()
    ) async throws -> (outcome: SyncOutcome, host: SimulatedHost, left: Int) {
        let names = try (0..<all).map { try UserName("p\($0)") }
        let before = DesiredState(names.enumerated().map { DesiredPerson(name: $1, isActive: $0 >= alreadyOff) })
        // Somebody who was never active has no account: all are made first.
        let host = SimulatedHost(.init(), desired: DesiredState(names.map { DesiredPerson(name: $0) }))
        let reconciler = Reconciler(parts: host.parts)
        let everybody = DesiredState(names.map { DesiredPerson(name: $0) })
        _ = await reconciler.apply(await reconciler.plan(everybody, scope: SyncScope()))
        host.says(before)
        let meant = SyncScope(allowsMassDisable: true)
        _ = await reconciler.apply(await reconciler.plan(before, scope: meant))
        for name in names.dropFirst(alreadyOff) {
            host.mutate { state in
                guard let uid = state.accounts[name.rawValue]?.uid, let user = state.hub[name.rawValue] else { return }
                state.tasks[uid] = 3
                let server = HubServer(name: "", ready: true)
                state.hub[name.rawValue] = HubUser(
                    name: user.name,
                    admin: false,
                    groups: user.groups,
                    servers: [server]
                )
            }
        }
        let leaving = Set(names.dropFirst(alreadyOff).prefix(gone))
        let after = DesiredState(
            names.enumerated().compactMap { place, name in
                if leaving.contains(name), loss == .gone { return nil }
                return DesiredPerson(name: name, isActive: place >= alreadyOff && !leaving.contains(name))
            }
        )
        host.says(after)
        let state = host.state
        let outcome = await reconciler.apply(await reconciler.plan(after, scope: scope))
        let untouched = names.count { name in
            let uid = state.accounts[name.rawValue]?.uid ?? 0
            return host.state.accounts[name.rawValue] == state.accounts[name.rawValue]
                && host.state.hub[name.rawValue] == state.hub[name.rawValue]
                && host.state.tasks[uid] == state.tasks[uid]
        }
        return (outcome, host, all - untouched)
    }

    @Test("nobody is locked, stopped or taken out of JupyterHub", arguments: Loss.allCases)
    private func trips(loss: Loss) async throws {
        for (gone, all, off) in [(2, 2, 0), (5, 5, 0), (7, 12, 0), (12, 12, 0), (7, 40, 28)] {
            let (outcome, _, changed) = try await run(loss, gone, of: all, alreadyOff: off)
            #expect(changed == 0, "\(gone) of \(all)")
            #expect(outcome.applied.isEmpty)
            #expect(outcome.findings.map(\.kind) == ["mass-disable"])
        }
    }

    @Test("few enough are switched off everywhere, and many when it is meant", arguments: Loss.allCases)
    private func lets(loss: Loss) async throws {
        for (gone, all) in [(1, 2), (4, 5), (6, 12)] {
            let (outcome, _, changed) = try await run(loss, gone, of: all)
            #expect(changed == gone, "\(gone) of \(all)")
            #expect(outcome.isComplete)
        }
        let (_, _, changed) = try await run(loss, 12, of: 12, scope: SyncScope(allowsMassDisable: true))
        #expect(changed == 12)
    }

    @Test("an empty store switches nobody off, and the last one may be disabled")
    func last() async throws {
        #expect(try await run(.gone, 1, of: 1).left == 0)
        #expect(try await run(.disabled, 1, of: 1).left == 1)
    }

    @Test("a run about JupyterHub alone is held by the same guard")
    func hubAlone() async throws {
        let (outcome, _, changed) = try await run(.gone, 8, of: 8, scope: SyncScope(areas: [.jupyterhub]))
        #expect(changed == 0)
        #expect(outcome.findings.map(\.kind) == ["mass-disable"])
    }
}
