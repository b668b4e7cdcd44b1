import Identity
import Slices

enum Samples {
    static let limits = SliceLimits(
        cpuCores: 1.5,
        memoryMax: .mebibytes(200),
        memoryHigh: nil,
        swapMax: .mebibytes(0),
        tasksMax: 100
    )

    static func limits(using generator: inout some RandomNumberGenerator) -> SliceLimits {
        SliceLimits(
            cpuCores: .random(in: 0.001..<5000, using: &generator),
            memoryMax: ByteCount(bytes: .random(in: 0...Int64.max, using: &generator)) ?? .mebibytes(1),
            memoryHigh: Bool.random(using: &generator)
                ? ByteCount(bytes: .random(in: 0...1 << 40, using: &generator)) : nil,
            swapMax: ByteCount(bytes: .random(in: 0...1 << 40, using: &generator)) ?? .mebibytes(0),
            tasksMax: .random(in: 0...10_000_000, using: &generator)
        )
    }
}
