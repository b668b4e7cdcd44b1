import DockerEngine
import Foundation

/// What the Docker engine is like, asked when it is first there, and again now and then since it may be set up anew.
actor EngineStanding {
    /// From `GET /info`.
    struct Host: Sendable {
        let cpus: Int
        let memory: Int64
        let isCgroupV2: Bool
        let driver: String
        let canLimitStorage: Bool
    }

    private struct Info: Decodable {
        let processors: Int
        let memory: Int64
        let cgroupDriver: String?
        let cgroupVersion: String?
        let storageDriver: String?
        let driverStatus: [[String]]?

        enum CodingKeys: String, CodingKey {
            case processors = "NCPU"
            case memory = "MemTotal"
            case cgroupDriver = "CgroupDriver"
            case cgroupVersion = "CgroupVersion"
            case storageDriver = "Driver"
            case driverStatus = "DriverStatus"
        }
    }

    private let engine: EngineClient
    private var known: Host?
    private var lastLook: ContinuousClock.Instant?

    /// How old an answer may be.
    private static let age: Duration = .seconds(60)
    /// How often an engine that is away is asked.
    private static let patience: Duration = .milliseconds(500)

    init(engine: EngineClient) { self.engine = engine }

    /// - Returns: `nil` while the engine is away and has never been seen.
    func host() async -> Host? {
        if let lastLook, ContinuousClock.now - lastLook < (known == nil ? Self.patience : Self.age) { return known }
        lastLook = .now
        guard let answer = try? await engine.call("GET", ["info"], within: .seconds(10)), answer.status == 200,
            let info = try? JSONDecoder().decode(Info.self, from: Data(answer.body))
        else { return known }
        let status = (info.driverStatus ?? []).filter { $0.count == 2 }
        // overlay2 can hold a size only on xfs with project quotas; btrfs and zfs always can.
        let hasQuota =
            ["btrfs", "zfs"].contains(info.storageDriver ?? "")
            || status.contains { $0[0] == "Backing Filesystem" && $0[1] == "xfs" }
                && status.contains { $0[0] == "Supports project quota" && $0[1] == "true" }
        let host = Host(
            cpus: max(1, info.processors),
            memory: info.memory,
            isCgroupV2: info.cgroupVersion == "2",
            driver: info.cgroupDriver ?? "cgroupfs",
            canLimitStorage: hasQuota
        )
        known = host
        return host
    }
}
