import Foundation

/// What the Docker engine is like, asked when it is first there, and again now and then since it may be set up anew.
public actor EngineStanding {
    /// From `GET /info`.
    public struct Host: Sendable {
        /// 1 or more.
        public let cpus: Int
        /// In bytes.
        public let memory: Int64
        public let isCgroupV2: Bool
        /// How it makes cgroups: `systemd` or `cgroupfs`.
        public let driver: String
        /// Whether `StorageOpt.size` holds anything.
        public let canLimitStorage: Bool
        /// Whether root of a container is nobody on the host (`userns-remap`).
        public let remapsUsers: Bool
        /// The oldest API version that it speaks, such as `1.24`; `nil` when it does not say.
        public let oldestAPI: String?
    }

    private struct Info: Decodable {
        let NCPU: Int
        let MemTotal: Int64
        let CgroupDriver: String?
        let CgroupVersion: String?
        let Driver: String?
        let DriverStatus: [[String]]?
        let SecurityOptions: [String]?
    }

    private let engine: EngineClient
    private var known: Host?
    private var lastLook: ContinuousClock.Instant?

    /// How old an answer may be.
    private static let age: Duration = .seconds(60)
    /// How often an engine that is away is asked.
    private static let patience: Duration = .milliseconds(500)

    private struct Version: Decodable { let MinAPIVersion: String? }

    public init(engine: EngineClient) { self.engine = engine }

    /// - Returns: `nil` while the engine is away and has never been seen.
    public func host() async -> Host? {
        if let lastLook, ContinuousClock.now - lastLook < (known == nil ? Self.patience : Self.age) { return known }
        lastLook = .now
        guard let answer = try? await engine.call("GET", ["info"], within: .seconds(10)), answer.status == 200,
            let info = try? JSONDecoder().decode(Info.self, from: Data(answer.body))
        else { return known }
        let status = (info.DriverStatus ?? []).filter { $0.count == 2 }
        // overlay2 can hold a size only on xfs with project quotas; btrfs and zfs always can.
        let hasQuota =
            ["btrfs", "zfs"].contains(info.Driver ?? "")
            || status.contains { $0[0] == "Backing Filesystem" && $0[1] == "xfs" }
                && status.contains { $0[0] == "Supports project quota" && $0[1] == "true" }
        let version = (try? await engine.call("GET", ["version"], within: .seconds(10)))
            .flatMap { try? JSONDecoder().decode(Version.self, from: Data($0.body)) }
        let host = Host(
            cpus: max(1, info.NCPU),
            memory: info.MemTotal,
            isCgroupV2: info.CgroupVersion == "2",
            driver: info.CgroupDriver ?? "cgroupfs",
            canLimitStorage: hasQuota,
            remapsUsers: (info.SecurityOptions ?? []).contains { $0.hasPrefix("name=userns") },
            oldestAPI: version?.MinAPIVersion
        )
        known = host
        return host
    }
}
