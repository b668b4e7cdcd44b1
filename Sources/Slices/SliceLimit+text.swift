internal import Identity

extension SliceLimit {
    /// As a sentence begins.
    var title: String {
        switch self {
        case .cpu: "The processor limit"
        case .memory: "The memory limit"
        case .memoryHigh: "The throttling threshold"
        case .swap: "The swap limit"
        case .tasks: "The limit of processes"
        }
    }

    /// A value of this limit, for a person.
    func text(_ bound: SliceBound?) -> String {
        switch bound {
        case nil: "not set"
        case .unlimited?: "unlimited"
        case .at(let value)?:
            switch self {
            case .cpu: "\(Double(value) / 1_000_000) cores"
            case .memory, .memoryHigh, .swap: ByteCount(bytes: value)?.description ?? "\(value) B"
            case .tasks: "\(value)"
            }
        }
    }
}
