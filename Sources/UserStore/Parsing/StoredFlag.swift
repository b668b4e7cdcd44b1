/// A yes or no of the store: 0 and 1, or one of the words that scripts wrote (faults F-8, F-9).
public enum StoredFlag: Sendable, Hashable {
    /// The integer 0 or 1.
    case plain(Bool)
    /// A word that says it.
    case word(Bool)
    /// Neither; whoever asks takes the answer that gives less.
    case unknown

    public init(_ value: StoredValue) {
        switch value {
        case .integer(0): self = .plain(false)
        case .integer(1): self = .plain(true)
        case .text(let text) where text.utf8.count <= 16:
            switch text.lowercased() {
            case "1", "true", "yes", "on": self = .word(true)
            case "0", "false", "no", "off", "": self = .word(false)
            default: self = .unknown
            }
        case .null, .integer, .real, .text, .blob: self = .unknown
        }
    }
}
