import Identity
import StoreProtocol
import UserStore

/// Judges requests and carries them out: one run of ``UserStoreEditor``, which copies the store before its first change.
final class StoreDesk {
    private let configuration: StoreWorkerProcess.Configuration
    private let editor: UserStoreEditor
    /// Root's own record, which `serve` cannot touch: under systemd the journal.
    private let note: (String) -> Void

    init(_ configuration: StoreWorkerProcess.Configuration, note: @escaping (String) -> Void) {
        self.configuration = configuration
        self.note = note
        editor = UserStoreEditor(path: configuration.storePath)
    }

    func answer(_ request: StoreRequest) -> StoreResponse {
        do throws(Refused) {
            let people = try people()
            let actor = try ActingAdministrator(token: request.token, people: people, configuration: configuration)
            do throws(Refused) {
                guard people[request.user] != nil else {
                    throw Refused(.noSuchUser, "There is no user \(request.user).")
                }
                try carryOut(request, by: actor)
                note(
                    "store-worker: \(actor.name) (session \(actor.session)) for \(request.user): \(request.change.words)"
                )
                return .done
            } catch {
                note(
                    "store-worker: refused \(actor.name) (session \(actor.session)) for \(request.user): \(error.sentence)"
                )
                throw error
            }
        } catch {
            return .refused(error.refusal, error.sentence)
        }
    }

    private func people() throws(Refused) -> UserTable {
        do throws(StoreError) {
            return try StoreReader(
                path: configuration.storePath,
                configuration: .init(findingLimit: 0, busyTimeout: .seconds(5))
            ).read().users
        } catch {
            throw Refused(.unavailable, error.description)
        }
    }

    private func carryOut(_ request: StoreRequest, by actor: ActingAdministrator) throws(Refused) {
        let name = request.user.rawValue
        switch request.change {
        case .active(true):
            try edit { () throws(StoreEditError) in try editor.setActive(true, of: name) }
        case .active(false):
            guard request.user != actor.name else {
                throw Refused(.ownAccount, "Nobody can switch themselves off; ask another administrator.")
            }
            try edit { () throws(StoreEditError) in
                try editor.setActive(false, of: name, keepingAnAdministrator: true)
            }
        case .quota(let cpuCores, let memory, let disk, let gpu):
            let change = try Self.change(cpuCores, memory, disk, gpu)
            try edit { () throws(StoreEditError) in try editor.setQuota(change, of: name) }
        }
    }

    private func edit(_ body: () throws(StoreEditError) -> Void) throws(Refused) {
        do throws(StoreEditError) { try body() } catch { throw Refused(error) }
    }

    private static func change(
        _ cpuCores: Double?,
        _ memory: ByteCount?,
        _ disk: ByteCount?,
        _ gpu: Bool?
    ) throws(Refused) -> QuotaChange {
        let change: QuotaChange
        do throws(QuotaChangeError) {
            change = try QuotaChange(cpuCores: cpuCores, memory: memory, disk: disk, gpu: gpu)
        } catch {
            throw Refused(.badValue, error.description)
        }
        guard !change.isEmpty else { throw Refused(.badValue, "Nothing is to be changed.") }
        return change
    }
}

extension Refused {
    fileprivate init(_ error: StoreEditError) {
        let refusal: StoreRefusal =
            switch error {
            case .noSuchUser: .noSuchUser
            case .lastAdministrator: .lastAdministrator
            default: .unavailable
            }
        self.init(refusal, error.description)
    }
}

extension StoreChange {
    /// What was done, in a few words for a log.
    fileprivate var words: String {
        switch self {
        case .active(true): "switched on"
        case .active(false): "switched off"
        case .quota(let cpuCores, let memory, let disk, let gpu):
            "quota "
                + [
                    cpuCores.map { "cpu \($0)" }, memory.map { "memory \($0)" }, disk.map { "disk \($0)" },
                    gpu.map { "gpu \($0)" },
                ].compactMap(\.self).joined(separator: ", ")
        }
    }
}
