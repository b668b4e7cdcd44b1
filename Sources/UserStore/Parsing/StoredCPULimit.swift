/// A number of cores of the store; the column is REAL and yet takes `lots` (fault F-7).
public enum StoredCPULimit: Sendable, Hashable {
    case cores(Double)
    case refused

    /// What is taken for a limit: from 0.01 (the least the kernel's `cpu.max` can say of a 100 ms period) to 4096 cores.
    public static let range: ClosedRange<Double> = 0.01...4096

    public init(_ value: StoredValue) {
        let number: Double? =
            switch value {
            case .integer(let whole): Double(whole)
            case .real(let number): number
            case .null, .text, .blob: nil
            }
        // NaN is in no range.
        if let number, Self.range.contains(number) { self = .cores(number) } else { self = .refused }
    }
}
