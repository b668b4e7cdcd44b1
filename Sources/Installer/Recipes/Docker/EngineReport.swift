import Foundation

/// What an engine says of itself: parts of `docker info` and `docker version`.
struct EngineReport: Sendable, Equatable {
    var version: String
    /// The oldest version of the API that it speaks: `1.24`, from Docker 29 on `1.44`.
    var oldestAPI: APIVersion?
    var newestAPI: APIVersion?
    var remapsUsers: Bool
    var isRootless: Bool
    var usesLiveRestore: Bool
    var loggingDriver: String
    var cgroupDriver: String
    var cgroupVersion: String
    var rootDirectory: String
    var isInSwarm: Bool
    var containers: Int
    var images: Int
    /// Names of what runs.
    var running: [String] = []
    /// Names of volumes.
    var volumes: [String] = []

    private struct Info: Decodable {
        struct Swarm: Decodable { let LocalNodeState: String? }
        let ServerVersion: String?
        let SecurityOptions: [String]?
        let LiveRestoreEnabled: Bool?
        let LoggingDriver: String?
        let CgroupDriver: String?
        let CgroupVersion: String?
        let DockerRootDir: String?
        let Swarm: Swarm?
        let Containers: Int?
        let Images: Int?
    }

    private struct Version: Decodable {
        struct Server: Decodable {
            let ApiVersion: String?
            let MinAPIVersion: String?
        }
        let Server: Server?
    }

    /// - Parameters: what `docker info --format '{{json .}}'` and `docker version --format '{{json .}}'` printed.
    /// - Returns: nil when no engine answered: the command then prints its own half only.
    init?(info: String, version: String) {
        let decoder = JSONDecoder()
        guard let info = try? decoder.decode(Info.self, from: Data(info.utf8)), let name = info.ServerVersion, !name.isEmpty
        else { return nil }
        let server = (try? decoder.decode(Version.self, from: Data(version.utf8)))?.Server
        let security = info.SecurityOptions ?? []
        self.version = name
        oldestAPI = server?.MinAPIVersion.flatMap { APIVersion($0) }
        newestAPI = server?.ApiVersion.flatMap { APIVersion($0) }
        remapsUsers = security.contains { $0.hasPrefix("name=userns") }
        isRootless = security.contains { $0.hasPrefix("name=rootless") }
        usesLiveRestore = info.LiveRestoreEnabled ?? false
        loggingDriver = info.LoggingDriver ?? "json-file"
        cgroupDriver = info.CgroupDriver ?? "unknown"
        cgroupVersion = info.CgroupVersion ?? "1"
        rootDirectory = info.DockerRootDir ?? "/var/lib/docker"
        isInSwarm = info.Swarm?.LocalNodeState == "active"
        containers = info.Containers ?? 0
        images = info.Images ?? 0
    }

    /// What cannot be seen any more once root is remapped; nil when there is nothing.
    var belongings: String? {
        let parts = [(containers, "container"), (images, "image"), (volumes.count, "volume")].filter { $0.0 > 0 }
            .map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

/// A version of Docker's API: `1.44`.
struct APIVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    let major: Int
    let minor: Int

    init(_ major: Int, _ minor: Int) { (self.major, self.minor) = (major, minor) }

    init?(_ text: String) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, let major = Int(parts[0]), let minor = Int(parts[1]) else { return nil }
        self.init(major, minor)
    }

    static func < (left: Self, right: Self) -> Bool { (left.major, left.minor) < (right.major, right.minor) }

    var description: String { "\(major).\(minor)" }
}
