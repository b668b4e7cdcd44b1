import Glibc
import HostAccounts
import Identity
public import Logging
public import PAMClient
import PAMProtocol
public import ServiceLifecycle
public import Sessions

/// Ends the sessions of people whose account of this host is locked, expired or gone.
///
/// The account files are looked at from outside each second; only after a change of them, or when an account runs out by the
/// calendar, is a worker asked, which alone may read `/etc/shadow`.
public struct AccountWatch: Service {
    private let register: SessionRegister
    private let pam: PAMClient
    private let logger: Logger
    private let directory: String
    private let period: Duration

    /// Accounts that no file of this host describes (a directory server) and expiry by the calendar are looked at this often.
    private static let unconditionalPeriod: Duration = .seconds(4)

    public init(
        register: SessionRegister,
        pam: PAMClient,
        logger: Logger,
        directory: String = "/etc",
        period: Duration = .seconds(1)
    ) {
        self.register = register
        self.pam = pam
        self.logger = logger
        self.directory = directory
        self.period = period
    }

    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var seen: AccountFiles?
            var reviewed: Set<SessionID> = []
            var looksAlways = false
            var lastLook = ContinuousClock.now
            while !Task.isCancelled {
                let files = AccountFiles.now(in: directory)
                let sessions = Set(await register.all().filter(\.linuxAccount).map(\.id))
                let isDue = looksAlways && ContinuousClock.now - lastLook >= Self.unconditionalPeriod
                // A session that began since the last look may have been let in just before a change that was looked at then.
                if files != seen || isDue || !sessions.isSubset(of: reviewed) {
                    lastLook = .now
                    if let always = await review() {
                        looksAlways = always
                        seen = files
                        reviewed = sessions
                    }
                }
                try? await Task.sleep(for: period)
            }
        }
    }

    /// Looks at the account of everybody who is signed in.
    /// - Returns: whether some account must be looked at although no file changes; `nil` when the worker could not be asked.
    public func review() async -> Bool? {
        let names = Set(await register.all().filter(\.linuxAccount).map(\.principal.name))
        guard !names.isEmpty else { return false }
        let states: [UserName: AccountState]
        do {
            states = try await pam.inspect(Array(names))
        } catch {
            logger.warning("accounts could not be looked at", metadata: ["reason": "\(error)"])
            return nil
        }
        var looksAlways = false
        for name in names {
            // Left out: the name service could not say. That is no reason to sign anybody out.
            guard let state = states[name] else {
                looksAlways = true
                continue
            }
            guard state.isUsable else {
                do {
                    try await register.endAll(of: name, reason: .accountLocked, now: Int64(time(nil)))
                } catch {
                    logger.error(
                        "the end of sessions could not be saved",
                        metadata: ["user": "\(name)", "reason": "\(error)"]
                    )
                }
                continue
            }
            if !state.hasShadow || state.expiryDay != nil { looksAlways = true }
        }
        return looksAlways
    }
}
