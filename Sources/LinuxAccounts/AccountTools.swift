public import HostPrograms

/// Changes accounts with the tools of the host.
public struct AccountTools: Sendable {
    let settings: AccountSettings
    let programs: any HostPrograms
    let etc: String

    /// - Parameter etc: where the account files are read after a change; the tools themselves always change `/etc`.
    public init(settings: AccountSettings, programs: any HostPrograms, etc: String = "/etc") {
        self.settings = settings
        self.programs = programs
        self.etc = etc
    }

    /// Applies changes, then reads the files again.
    ///
    /// In this order whatever the order given: groups, accounts, memberships, locks, homes. A problem with one change
    /// does not keep the others from being done.
    /// - Parameter progress: called with the count of changes that are through, in growing steps.
    /// - Returns: the changes that are not so afterwards, and why. Empty when everything is.
    public func apply(
        _ changes: [AccountChange],
        progress: @Sendable (Int) -> Void = { _ in }
    ) async -> [(change: AccountChange, problem: AccountProblem)] {
        []
    }
}
