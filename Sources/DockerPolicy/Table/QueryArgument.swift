/// An argument that a call may have in its query, and what its value must look like.
public struct QueryArgument: Sendable {
    enum Kind: Sendable {
        /// A truth that nobody reads differently: to the engine everything is true but nothing, `0`, `no`, `false` and `none`
        /// (moby, httputils.BoolValue), so `f` would be.
        case flag
        case number(ClosedRange<Int64>)
        /// Seconds with fraction, a date (RFC 3339), or a duration of Go.
        case time
        /// `SIGTERM`, `TERM` or `15`.
        case signal
        /// Options of ps(1), see ``PSOptions``.
        case psOptions
        /// `ctrl-p,ctrl-q`.
        case keys
        /// A JSON object.
        case filters
        case oneOf([String])
        /// Anything of at most so many bytes, without control characters.
        case text(Int)
        /// Only letters, digits and these.
        case plain(String)
        /// Any text at all, of at most 64 KiB; the rules for bodies judge it.
        case judged
    }

    public let name: String
    let kind: Kind
    /// Whether it may be there more than once.
    let mayRepeat: Bool

    static func flag(_ name: String) -> QueryArgument { QueryArgument(name: name, kind: .flag, mayRepeat: false) }
    static func number(_ name: String, _ range: ClosedRange<Int64>) -> QueryArgument {
        QueryArgument(name: name, kind: .number(range), mayRepeat: false)
    }
    static func time(_ name: String) -> QueryArgument { QueryArgument(name: name, kind: .time, mayRepeat: false) }
    static func signal(_ name: String) -> QueryArgument { QueryArgument(name: name, kind: .signal, mayRepeat: false) }
    static func psOptions(_ name: String) -> QueryArgument {
        QueryArgument(name: name, kind: .psOptions, mayRepeat: false)
    }
    static func keys(_ name: String) -> QueryArgument { QueryArgument(name: name, kind: .keys, mayRepeat: false) }
    static let filters = QueryArgument(name: "filters", kind: .filters, mayRepeat: false)
    static func oneOf(_ name: String, _ words: String...) -> QueryArgument {
        QueryArgument(name: name, kind: .oneOf(words), mayRepeat: false)
    }
    static func text(_ name: String, _ limit: Int = 4096) -> QueryArgument {
        QueryArgument(name: name, kind: .text(limit), mayRepeat: false)
    }
    static func plain(_ name: String, and more: String = "") -> QueryArgument {
        QueryArgument(name: name, kind: .plain(more), mayRepeat: false)
    }
    static func judged(_ name: String) -> QueryArgument { QueryArgument(name: name, kind: .judged, mayRepeat: false) }
    static func several(_ name: String) -> QueryArgument { QueryArgument(name: name, kind: .judged, mayRepeat: true) }

    /// Whether a value is one. Nothing at all always is.
    func accepts(_ value: String) -> Bool {
        guard !value.isEmpty else { return true }
        switch kind {
        case .flag: return ["0", "1", "true", "false", "True", "False"].contains(value)
        case .number(let range):
            guard let number = Int64(value), range.contains(number) else { return false }
            return value == "\(number)"
        case .time: return Self.consists(value, of: "0123456789.:+-TZhmsnuµ") && value.utf8.count <= 64
        case .signal: return Self.isPlain(value, and: "+-") && value.utf8.count <= 16
        case .psOptions: return PSOptions.areHarmless(value)
        case .keys: return Self.isPlain(value, and: ",-@[]^_\\") && value.utf8.count <= 256
        case .filters:
            guard value.utf8.count <= 64 * 1024, case .object = try? JSONParser.parse(value.utf8) else { return false }
            return true
        case .oneOf(let words): return words.contains(value)
        case .text(let limit):
            return value.utf8.count <= limit && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        case .plain(let more): return Self.isPlain(value, and: more) && value.utf8.count <= 512
        case .judged: return value.utf8.count <= 64 * 1024
        }
    }

    private static func isPlain(_ text: String, and more: String) -> Bool {
        text.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || more.utf8.contains(byte)
        }
    }

    private static func consists(_ text: String, of letters: String) -> Bool {
        text.utf8.allSatisfy(letters.utf8.contains)
    }
}
