import DiskQuotas
import Identity
import TestSupport
import Testing

@Suite("A quota as a limit of a file system")
struct DiskLimitTests {
    @Test(
        "it is rounded up to the unit, and is never the 0 that means no limit",
        arguments: [
            (0, 1024, 1024), (1, 1024, 1024), (1024, 1024, 1024), (1025, 1024, 2048), (1025, 4096, 4096), (0, 1, 1),
            (5_368_709_120, 4096, 5_368_709_120), (Int64.max, 1024, Int64.max - 1023), (7, 0, 7),
        ] as [(Int64, Int64, Int64)]
    )
    func rounds(quota: Int64, unit: Int64, stored: Int64) throws {
        #expect(DiskLimit.stored(try #require(ByteCount(bytes: quota)), unit: unit).bytes == stored)
    }

    @Test("what was stored once is stored as it is the next time, so that a second run changes nothing")
    func idempotent() throws {
        var random = SeededGenerator(seed: 3)
        for _ in 0..<10_000 {
            let quota = try #require(
                ByteCount(
                    bytes: Int64.random(in: 0...Int64.max >> Int64.random(in: 0...60, using: &random), using: &random)
                )
            )
            let unit: Int64 = [1, 1024, 4096, 65_536].randomElement(using: &random) ?? 1
            let stored = DiskLimit.stored(quota, unit: unit)
            #expect(DiskLimit.stored(stored, unit: unit) == stored)
            #expect(stored.bytes % unit == 0 && stored.bytes > 0)
            #expect(DiskStanding(used: nil, limit: stored, problem: nil, unit: unit).isSet(to: quota))
        }
    }
}
