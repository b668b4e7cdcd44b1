/// A limit as systemd calls it (systemd.resource-control(5)).
struct SystemdProperty: Sendable {
    let limit: SliceLimit
    let name: StaticString
    /// The drop-in that `systemctl set-property` makes for it.
    let fileName: String

    private init(limit: SliceLimit, name: StaticString) {
        self.limit = limit
        self.name = name
        self.fileName = "50-\(name).conf"
    }

    static let all = [
        SystemdProperty(limit: .cpu, name: "CPUQuota"),
        SystemdProperty(limit: .memory, name: "MemoryMax"),
        SystemdProperty(limit: .memoryHigh, name: "MemoryHigh"),
        SystemdProperty(limit: .swap, name: "MemorySwapMax"),
        SystemdProperty(limit: .tasks, name: "TasksMax"),
    ]

    /// `CPUQuota=150%`
    func assignment(in limits: SliceLimits) -> String {
        switch limits.bound(limit) {
        case .at where limit == .cpu: "\(name)=\(limits.cpuPercent)%"
        case .at(let value): "\(name)=\(value)"
        case .unlimited: limit == .cpu ? "\(name)=" : "\(name)=infinity"
        }
    }

    /// The text of the drop-in, the same that `systemctl set-property` writes.
    func dropIn(for limits: SliceLimits) -> String {
        """
        # This is a drop-in unit file extension, created via "systemctl set-property"
        # or an equivalent operation. Do not edit.
        [Slice]
        \(assignment(in: limits))

        """
    }

    /// What a drop-in says: the last assignment of this property in it. Nil when it has none, or one that systemd never writes
    /// there (`2G`, a percentage of the host), which then counts as a foreign value.
    func value(in text: Span<UInt8>) -> SliceBound? {
        var place = TextPlace()
        var found: SliceBound?
        repeat {
            guard place.skip(name, in: text), place.skip("=", in: text) else { continue }
            found = bound(at: &place, in: text)
        } while place.skipLine(in: text)
        return found
    }

    private func bound(at place: inout TextPlace, in text: Span<UInt8>) -> SliceBound? {
        if place.isAtEndOfLine(of: text) { return limit == .cpu ? .unlimited : nil }
        if limit != .cpu, place.skip("infinity", in: text) { return place.isAtEndOfLine(of: text) ? .unlimited : nil }
        guard let number = place.signed(in: text), number >= 0 else { return nil }
        if limit == .cpu {
            guard number <= 1 << 40, place.skip("%", in: text), place.isAtEndOfLine(of: text) else { return nil }
            return .at(number * 10_000)
        }
        guard place.isAtEndOfLine(of: text) else { return nil }
        return limit == .tasks ? .at(number) : .bytes(number)
    }
}
