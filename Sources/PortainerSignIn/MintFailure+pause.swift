extension MintFailure {
    /// What people are told meanwhile.
    var absence: PortainerAbsence {
        switch self {
        case .noAccount: .noAccount
        case .notSetUp, .roleTooHigh: .starting
        case .unreachable, .banned, .exchangeFailed, .notInitialized, .unexpected: .away
        }
    }

    /// After how long it is tried again: soon where that costs nothing, later where Portainer's rate limiter counts it.
    var pause: Duration {
        switch self {
        case .unreachable: .seconds(1)
        case .noAccount: .seconds(15)
        case .banned: .seconds(60)
        case .notSetUp, .roleTooHigh, .exchangeFailed, .notInitialized, .unexpected: .seconds(5)
        }
    }

    /// Whether it would be the same for any other person.
    var concernsEverybody: Bool {
        switch self {
        case .unreachable, .banned, .notSetUp, .notInitialized: true
        case .noAccount, .roleTooHigh, .exchangeFailed, .unexpected: false
        }
    }
}
