import Identity
import Pages
import Usage

extension AccountPage.Usage {
    /// What the person may read of it on their account page.
    init(_ document: UsageDocument) {
        let cpu = document.cpu
        self.init(
            meters: [
                UsageMeter(
                    title: "Processor",
                    used: cpu.rate.now.map(AccountPage.cores),
                    limit: AccountPage.cores(cpu.limitCores),
                    percent: cpu.rate.now.map { $0 / cpu.limitCores * 100 },
                    notEnforced: cpu.enforcement.unmet
                ),
                UsageMeter(
                    title: "Memory",
                    bytes: document.memory.bytes,
                    of: document.memory.limitBytes,
                    document.memory.enforcement
                ),
                UsageMeter(
                    title: "Disk",
                    bytes: document.disk.bytes,
                    of: document.disk.limitBytes,
                    document.disk.enforcement
                ),
            ],
            tasks: "\(document.tasks.count) of \(document.tasks.limit)",
            servers: document.servers
        )
    }
}

extension UsageMeter {
    fileprivate init(title: String, bytes: Int64?, of limit: Int64, _ enforcement: Enforcement) {
        self.init(
            title: title,
            used: bytes.flatMap(ByteCount.init(bytes:))?.description,
            limit: ByteCount(bytes: limit)?.description ?? "",
            percent: bytes.map { Double($0) / Double(max(1, limit)) * 100 },
            notEnforced: enforcement.unmet
        )
    }
}

extension Enforcement {
    /// Why a limit is known not to hold.
    fileprivate var unmet: String? {
        if case .notInForce(let reason) = self { reason } else { nil }
    }
}
