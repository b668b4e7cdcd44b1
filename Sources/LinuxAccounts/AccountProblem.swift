/// Why a change of an account is not so, looked at afterwards.
public struct AccountProblem: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// The name belongs to the system, a service or a group that gives power.
        case reservedName = "reserved-name"
        /// An account of that name exists, in the files or in a directory service, and is not ours to change.
        case foreignAccount = "foreign-account"
        /// A group of that name exists and no account.
        case foreignGroup = "foreign-group"
        /// There is no account of that name.
        case noAccount = "no-account"
        /// There is no group of that name, or it is none of the platform's.
        case noGroup = "no-group"
        /// Every uid between the minimum and the maximum is taken.
        case noUID = "no-uid"
        /// The home is somebody else's, or no directory.
        case home = "home"
        /// The account files could not be read.
        case files = "files"
        /// The name service could not answer.
        case nameService = "name-service"
        /// A program failed, is missing, or did not do what it said.
        case program = "program"
    }

    public let kind: Kind
    /// A sentence that names the thing and the way out.
    public let reason: String

    public init(kind: Kind, reason: String) {
        self.kind = kind
        self.reason = reason
    }

    public var description: String { reason }
}
