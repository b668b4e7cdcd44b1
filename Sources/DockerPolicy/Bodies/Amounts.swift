/// Amounts as Docker's clients write them.
enum Amounts {
    /// Bytes of a size in the syntax of Docker (go-units `RAMInBytes`): digits, then optionally b, k, m, g or t, in either
    /// case, with an optional `b` or `ib`; nil when it is none. No fractions.
    static func bytes(_ text: String) -> Int64? {
        let lower = text.lowercased()
        let digits = lower.utf8.prefix { ObjectName.isDigit($0) }
        guard !digits.isEmpty, let number = Int64(String(Substring(digits))) else { return nil }
        let shift: Int64
        switch String(lower.dropFirst(digits.count)) {
        case "", "b": shift = 0
        case "k", "kb", "kib": shift = 10
        case "m", "mb", "mib": shift = 20
        case "g", "gb", "gib": shift = 30
        case "t", "tb", "tib": shift = 40
        default: return nil
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : bytes
    }

    /// Billionths of a core of a decimal number of cores (`1.5`), at most nine decimals; nil when it is none.
    static func nanoCPUs(_ text: String) -> Int64? {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(ObjectName.isDigit) }) else {
            return nil
        }
        let decimals = parts.count == 2 ? String(Substring(parts[1])) : ""
        guard decimals.utf8.count <= 9, let whole = Int64(String(Substring(parts[0]))), whole <= 4096 else {
            return nil
        }
        let padded = decimals + String(repeating: "0", count: 9 - decimals.utf8.count)
        return whole * 1_000_000_000 + (Int64(padded) ?? 0)
    }

    /// The integer of a field; nil when the field is not there.
    static func integer(_ object: JSONObject, _ field: String) throws(DockerRefusal) -> Int64? {
        switch object[field] {
        case nil, .null: return nil
        case let value?:
            guard let number = value.integer else { throw .malformed("\(field) must be a whole number.") }
            return number
        }
    }
}
