public import DockerPolicy
import Glibc
public import HostAccounts
public import Identity
import Synchronization
public import UserStore

/// The people of this host: accounts of Linux that have an active row in the user store.
public final class HostCallerDirectory: CallerDirectory {
    public struct Configuration: Sendable {
        /// The most tasks of one person (`limits.tasks`).
        public var tasks: Int
        /// Whether administrators of the store may do everything (`docker.administrators`).
        public var administratorsAreUnrestricted: Bool
        public var cgroups: CgroupParentRule

        public init(tasks: Int, administratorsAreUnrestricted: Bool, cgroups: CgroupParentRule) {
            self.tasks = tasks
            self.administratorsAreUnrestricted = administratorsAreUnrestricted
            self.cgroups = cgroups
        }
    }

    private struct Memory {
        var mark: AccountFiles?
        var names: [UInt32: UserName] = [:]
        var accounts: [UserName: HostAccount] = [:]
    }

    private let store: any UserStore
    private let table: AccountTable
    private let accounts: HostAccounts
    private let configuration: Configuration
    private let driver: @Sendable () async -> CgroupParentRule.EngineDriver?
    private let allowsCertificate: @Sendable (_ name: String, _ serial: String) -> Bool
    private let directory: String
    private let memory = Mutex(Memory())

    /// - Parameters:
    ///   - driver: how the engine makes cgroups; `nil` while it cannot be asked.
    ///   - allowsCertificate: whether a certificate is on the list of the valid ones.
    ///   - directory: where the account files are; `/etc` on a real host.
    public init(
        store: any UserStore,
        accounts: HostAccounts = HostAccounts(),
        configuration: Configuration,
        driver: @escaping @Sendable () async -> CgroupParentRule.EngineDriver?,
        allowsCertificate: @escaping @Sendable (_ name: String, _ serial: String) -> Bool,
        directory: String = "/etc"
    ) {
        self.store = store
        self.accounts = accounts
        self.configuration = configuration
        self.driver = driver
        self.allowsCertificate = allowsCertificate
        self.directory = directory
        table = AccountTable(directory: directory)
    }

    public func caller(for arrival: Arrival) async -> Result<Caller, DockerRefusal> {
        do throws(DockerRefusal) {
            switch arrival {
            case .peer(0): return .success(try await root())
            case .peer(let uid): return .success(try await person(named: try await name(of: uid), uid: uid, .socket))
            case .certificate(let text, let serial):
                guard allowsCertificate(text, serial), let name = try? UserName(text) else { throw Self.badCertificate }
                return .success(try await person(named: name, uid: nil, .certificate))
            }
        } catch {
            return .failure(error)
        }
    }

    /// Somebody by name, when they are active: for what root does on their behalf. Nobody has come in by this.
    public func person(_ name: UserName) async -> Caller? { try? await person(named: name, uid: nil, .socket) }

    private func root() async throws(DockerRefusal) -> Caller {
        guard let name = try? UserName("root") else { throw Self.unknown }
        return Caller(
            name: name,
            uid: 0,
            gid: 0,
            home: nil,
            quota: .platformDefault,
            tasks: configuration.tasks,
            cgroupParent: "",
            power: .root,
            entrance: .socket
        )
    }

    private func person(
        named name: UserName,
        uid: UInt32?,
        _ entrance: Caller.Entrance
    ) async throws(DockerRefusal) -> Caller {
        let record = try record(of: name)
        guard let account = try await account(of: name), account.uid != 0, uid.map({ $0 == account.uid }) ?? true else {
            throw Self.unknown
        }
        guard let driver = await driver() else { throw Exchange.engineAway }
        let isAdministrator = record.role == .admin
        return Caller(
            name: name,
            uid: account.uid,
            gid: account.gid,
            home: account.home,
            quota: record.quota,
            tasks: configuration.tasks,
            cgroupParent: configuration.cgroups.parent(of: account.uid, driver: driver),
            power: isAdministrator
                ? (configuration.administratorsAreUnrestricted ? .administrator : .overseer) : .person,
            entrance: entrance
        )
    }

    private func record(of name: UserName) throws(DockerRefusal) -> UserRecord {
        let snapshot: StoreSnapshot
        do {
            snapshot = try store.current()
        } catch {
            throw Self.storeAway
        }
        guard let record = snapshot.users[name], !name.isReserved else { throw Self.unknown }
        guard record.isActive else { throw Self.switchedOff }
        return record
    }

    // MARK: Accounts, remembered until the account files change

    private func name(of uid: UInt32) async throws(DockerRefusal) -> UserName {
        let mark = AccountFiles.now(in: directory)
        if let known = memory.withLock({ $0.mark == mark ? $0.names[uid] : nil }) { return known }
        guard let entry = await table.lookUp(uid: uid), let name = try? UserName(entry.name) else { throw Self.unknown }
        remember(mark) { $0.names[uid] = name }
        return name
    }

    private func account(of name: UserName) async throws(DockerRefusal) -> HostAccount? {
        let mark = AccountFiles.now(in: directory)
        if let known = memory.withLock({ $0.mark == mark ? $0.accounts[name] : nil }) { return known }
        do {
            guard let account = try await accounts.lookUp(name) else { return nil }
            remember(mark) { $0.accounts[name] = account }
            return account
        } catch {
            throw DockerRefusal(
                status: 503,
                message:
                    "It cannot be found out now who you are: the account \(name) could not be looked up. Try again in a moment.",
                reason: "account-unknown-now"
            )
        }
    }

    private func remember(_ mark: AccountFiles, _ change: (inout Memory) -> Void) {
        memory.withLock { memory in
            if memory.mark != mark { memory = Memory(mark: mark) }
            change(&memory)
        }
    }

    // MARK: Refusals

    static let unknown = DockerRefusal(
        status: 403,
        message: "You have no account of this cloud, so Docker is closed to you. Ask your administrator for one.",
        reason: "no-account"
    )
    static let switchedOff = DockerRefusal(
        status: 403,
        message: "Your account is switched off. Ask your administrator.",
        reason: "switched-off"
    )
    static let badCertificate = DockerRefusal(
        status: 403,
        message: "This certificate does not count (any more). `diycloud-bridge sync-users` gives Portainer a new one.",
        reason: "certificate"
    )
    static let storeAway = DockerRefusal(
        status: 503,
        message:
            "The user store cannot be read, so nobody is let in. `diycloud-bridge check-config` tells the administrator why.",
        reason: "store-away"
    )
}
