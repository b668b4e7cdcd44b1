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
        struct Swarm: Decodable {
            let state: String?

            private enum CodingKeys: String, CodingKey { case state = "LocalNodeState" }
        }
        let version: String?
        let security: [String]?
        let liveRestore: Bool?
        let loggingDriver: String?
        let cgroupDriver: String?
        let cgroupVersion: String?
        let root: String?
        let swarm: Swarm?
        let containers: Int?
        let images: Int?

        private enum CodingKeys: String, CodingKey {
            case version = "ServerVersion"
            case security = "SecurityOptions"
            case liveRestore = "LiveRestoreEnabled"
            case loggingDriver = "LoggingDriver"
            case cgroupDriver = "CgroupDriver"
            case cgroupVersion = "CgroupVersion"
            case root = "DockerRootDir"
            case swarm = "Swarm"
            case containers = "Containers"
            case images = "Images"
        }
    }

    private struct Version: Decodable {
        struct Server: Decodable {
            let newest: String?
            let oldest: String?

            private enum CodingKeys: String, CodingKey { case newest = "ApiVersion", oldest = "MinAPIVersion" }
        }
        let server: Server?

        private enum CodingKeys: String, CodingKey { case server = "Server" }
    }

    /// - Parameters: what `docker info --format '{{json .}}'` and `docker version --format '{{json .}}'` printed.
    /// - Returns: nil when no engine answered: the command then prints its own half only.
    init?(info: String, version: String) {
        let decoder = JSONDecoder()
        guard let info = try? decoder.decode(Info.self, from: Data(info.utf8)), let name = info.version,
            !name.isEmpty
        else { return nil }
        let server = (try? decoder.decode(Version.self, from: Data(version.utf8)))?.server
        let security = info.security ?? []
        self.version = name
        oldestAPI = server?.oldest.flatMap { APIVersion($0) }
        newestAPI = server?.newest.flatMap { APIVersion($0) }
        remapsUsers = security.contains { $0.hasPrefix("name=userns") }
        isRootless = security.contains { $0.hasPrefix("name=rootless") }
        usesLiveRestore = info.liveRestore ?? false
        loggingDriver = info.loggingDriver ?? "json-file"
        cgroupDriver = info.cgroupDriver ?? "unknown"
        cgroupVersion = info.cgroupVersion ?? "1"
        rootDirectory = info.root ?? "/var/lib/docker"
        isInSwarm = info.swarm?.state == "active"
        containers = info.containers ?? 0
        images = info.images ?? 0
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
