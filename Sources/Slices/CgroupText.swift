/// What the kernel's cgroup files say. Pure: a text in, a value or nil out.
///
/// Formats: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/*.rst of the kernel.
enum CgroupText {
    /// A single number, `-1` included; nil when anything else stands there.
    static func number(_ text: Span<UInt8>) -> Int64? {
        var place = TextPlace()
        guard let value = place.signed(in: text) else { return nil }
        return place.isAtEnd(of: text) ? value : nil
    }

    /// The number behind `key` at the beginning of a line: `oom_kill 3`.
    static func value(of key: StaticString, in text: Span<UInt8>) -> UInt64? {
        var place = TextPlace()
        repeat {
            if place.skip(key, in: text), place.skipBlank(in: text) { return place.unsigned(in: text) }
        } while place.skipLine(in: text)
        return nil
    }

    /// `cgroup.procs`: whether a process stands there. Those of a foreign namespace read as 0 and are none.
    static func hasProcess(_ text: Span<UInt8>) -> Bool {
        var place = TextPlace()
        repeat {
            if let process = place.unsigned(in: text), process > 0 { return true }
        } while place.skipLine(in: text)
        return false
    }

    /// `memory.max`, `memory.high`, `memory.swap.max`, `memory.limit_in_bytes`: bytes, or `max`.
    static func memory(_ text: Span<UInt8>) -> SliceBound? {
        if isMax(text) { return .unlimited }
        guard let value = number(text) else { return nil }
        return value < 0 ? .unlimited : .bytes(value)
    }

    /// `pids.max`: a count, or `max`.
    static func count(_ text: Span<UInt8>) -> SliceBound? {
        if isMax(text) { return .unlimited }
        guard let value = number(text), value >= 0 else { return nil }
        return .at(value)
    }

    /// `cpu.max`: `max 100000` or `150000 100000`, the quota and its period in microseconds.
    static func cpuMax(_ text: Span<UInt8>) -> SliceBound? {
        var place = TextPlace()
        let isUnlimited = place.skip("max", in: text)
        let quota = isUnlimited ? -1 : place.signed(in: text)
        guard let quota, place.skipBlank(in: text), let period = place.signed(in: text), place.isAtEnd(of: text) else {
            return nil
        }
        return cpu(quota: quota, period: period)
    }

    /// Processor time a second from a quota and its period.
    ///
    /// systemd rounds a quota to microseconds of its period, which is not always 100 ms (CPUQuotaPeriodSec=): what is one
    /// microsecond off a whole percent is that percent.
    static func cpu(quota: Int64, period: Int64) -> SliceBound? {
        guard quota >= 0 else { return .unlimited }
        guard period > 0, period <= 1_000_000, quota <= 1 << 40 else { return nil }
        let percent = (quota * 100 + period / 2) / period
        if abs(quota - percent * period / 100) <= 1 { return .at(percent * 10_000) }
        return .at(quota * 1_000_000 / period)
    }

    private static func isMax(_ text: Span<UInt8>) -> Bool {
        var place = TextPlace()
        return place.skip("max", in: text) && place.isAtEnd(of: text)
    }
}
