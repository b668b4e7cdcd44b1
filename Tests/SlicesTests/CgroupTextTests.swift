import Testing

@testable import Slices

@Suite("What the kernel's files say")
struct CgroupTextTests {
    @Test(
        "a quota and its period become processor time a second",
        arguments: [
            ("max 100000\n", SliceBound.unlimited), ("150000 100000\n", .at(1_500_000)), ("1000 100000\n", .at(10_000)),
            // 33 % of 33 ms, rounded by systemd to microseconds.
            ("10889 33000\n", .at(330_000)), ("12345 100000\n", .at(123_450)),
        ]
    )
    func cpu(text: String, bound: SliceBound) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { CgroupText.cpuMax($0.span) } == bound)
    }

    @Test("memory is compared in whole pages, and what no machine has is no limit")
    func memory() {
        func read(_ text: String) -> SliceBound? {
            Array(text.utf8).withUnsafeBufferPointer { CgroupText.memory($0.span) }
        }
        #expect(read("max\n") == .unlimited)
        #expect(read("9223372036854771712\n") == .unlimited)
        #expect(read("-1\n") == .unlimited)
        #expect(read("104857600\n") == .at(104_857_600))
        #expect(read("104857601\n") == .at(104_857_600))
        #expect(read("10x\n") == nil)
        #expect(read("") == nil)
        #expect(read("99999999999999999999\n") == nil)
    }

    @Test(
        "a process of a foreign namespace is none",
        arguments: [("", false), ("0\n0\n", false), ("17\n", true), ("0\n17\n", true), ("\n", false)]
    )
    func processes(text: String, isAny: Bool) {
        #expect(Array(text.utf8).withUnsafeBufferPointer { CgroupText.hasProcess($0.span) } == isAny)
    }

    @Test("a key is found at the beginning of a line only")
    func keys() {
        let text = Array("low 0\nhigh 1\noom 5\noom_kill 3\noom_group_kill 9\nmax 18446744073709551615\n".utf8)
        text.withUnsafeBufferPointer { text in
            #expect(CgroupText.value(of: "oom_kill", in: text.span) == 3)
            #expect(CgroupText.value(of: "oom", in: text.span) == 5)
            #expect(CgroupText.value(of: "kill", in: text.span) == nil)
            #expect(CgroupText.value(of: "max", in: text.span) == .max)
        }
    }

    @Test("whatever a file says, no parser traps, and what is written is read back")
    func fuzz() {
        var generator = SystemRandomNumberGenerator()
        let alphabet = Array("0123456789- max%=\n\\infty_kCPUQuotaMemoryMax[]#\u{0}".utf8)
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0..<40, using: &generator)).map { _ in
                alphabet.randomElement(using: &generator) ?? 0
            }
            bytes.withUnsafeBufferPointer { text in
                _ = CgroupText.cpuMax(text.span)
                _ = CgroupText.memory(text.span)
                _ = CgroupText.count(text.span)
                _ = CgroupText.number(text.span)
                _ = CgroupText.value(of: "max", in: text.span)
                for property in SystemdProperty.all { _ = property.value(in: text.span) }
            }
            _ = CgroupMounts(parsing: String(decoding: bytes, as: UTF8.self))
        }
        for _ in 0..<2_000 {
            let limits = Samples.limits(using: &generator)
            for property in SystemdProperty.all {
                let read = Array(property.dropIn(for: limits).utf8).withUnsafeBufferPointer {
                    property.value(in: $0.span)
                }
                #expect(read == limits.bound(property.limit), "\(limits)")
            }
        }
    }
}
