import DockerPolicy

/// The members of the engine's answers that are read (Docker Engine API 1.24 to 1.51). Go writes `null` for empty lists
/// and maps, so that nearly all of them may be missing.
enum EngineDocuments {
    struct Container: Decodable {
        let id: String
        private let name: String?
        private let image: String?
        private let config: Configuration?
        private let hostConfig: Host?
        private let mounts: [Mount]?
        private let standing: Standing?

        private enum CodingKeys: String, CodingKey {
            case id = "Id"
            case name = "Name"
            case image = "Image"
            case config = "Config"
            case hostConfig = "HostConfig"
            case mounts = "Mounts"
            case standing = "State"
        }

        private struct Configuration: Decodable {
            let labels: [String: String]?
            private enum CodingKeys: String, CodingKey { case labels = "Labels" }
        }

        private struct Host: Decodable {
            let cgroupParent: String?
            private enum CodingKeys: String, CodingKey { case cgroupParent = "CgroupParent" }
        }

        private struct Mount: Decodable {
            let type: String?
            let destination: String?

            private enum CodingKeys: String, CodingKey {
                case type = "Type"
                case destination = "Destination"
            }
        }

        private struct Standing: Decodable {
            let status: String?
            private enum CodingKeys: String, CodingKey { case status = "Status" }
        }

        var facts: ContainerFacts {
            ContainerFacts(
                id: id,
                ownerLabel: config?.labels?[OwnerLabels.owner],
                cgroupParent: hostConfig?.cgroupParent ?? "",
                // Docker writes every mount point here when the container is made, also those of VolumesFrom.
                bindsHost: (mounts ?? []).contains { $0.type != "volume" && $0.type != "tmpfs" },
                destinations: (mounts ?? []).compactMap(\.destination),
                imageID: image ?? ""
            )
        }

        var state: ContainerState {
            let name = name ?? ""
            return ContainerState(
                status: standing?.status ?? "",
                name: name.hasPrefix("/") ? String(name.dropFirst()) : name
            )
        }
    }

    struct ContainerSummary: Decodable {
        let id: String
        let names: [String]
        let state: String
        let labels: [String: String]
        /// In the writable layer.
        let writtenBytes: Int64

        private enum CodingKeys: String, CodingKey {
            case id = "Id"
            case names = "Names"
            case state = "State"
            case labels = "Labels"
            case writtenBytes = "SizeRw"
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            id = try members.decode(String.self, forKey: .id)
            names = try members.decodeIfPresent([String].self, forKey: .names) ?? []
            state = try members.decodeIfPresent(String.self, forKey: .state) ?? ""
            labels = try members.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
            writtenBytes = try members.decodeIfPresent(Int64.self, forKey: .writtenBytes) ?? 0
        }
    }

    struct Exec: Decodable {
        let id: String
        let containerID: String

        private enum CodingKeys: String, CodingKey {
            case id = "ID"
            case containerID = "ContainerID"
        }
    }

    struct Network: Decodable {
        private let id: String
        private let name: String
        private let driver: String?
        private let labels: [String: String]?
        private let options: [String: String]?
        private let addressing: Addressing?

        private enum CodingKeys: String, CodingKey {
            case id = "Id"
            case name = "Name"
            case driver = "Driver"
            case labels = "Labels"
            case options = "Options"
            case addressing = "IPAM"
        }

        private struct Addressing: Decodable {
            let pools: [Pool]?
            private enum CodingKeys: String, CodingKey { case pools = "Config" }
        }

        private struct Pool: Decodable {
            let subnet: String?
            private enum CodingKeys: String, CodingKey { case subnet = "Subnet" }
        }

        var facts: NetworkFacts {
            NetworkFacts(
                id: id,
                name: name,
                owner: labels?[OwnerLabels.owner],
                driver: driver ?? "",
                bridgeInterface: options?["com.docker.network.bridge.name"],
                subnets: (addressing?.pools ?? []).compactMap(\.subnet)
            )
        }
    }

    struct Volume: Decodable {
        private let name: String
        let labels: [String: String]
        /// 0 when the driver cannot tell.
        let size: Int64

        private enum CodingKeys: String, CodingKey {
            case name = "Name"
            case labels = "Labels"
            case usage = "UsageData"
        }

        private struct Usage: Decodable {
            let size: Int64?
            private enum CodingKeys: String, CodingKey { case size = "Size" }
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            name = try members.decode(String.self, forKey: .name)
            labels = try members.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
            size = max(0, try members.decodeIfPresent(Usage.self, forKey: .usage)?.size ?? 0)
        }

        var facts: VolumeFacts { VolumeFacts(name: name, owner: labels[OwnerLabels.owner]) }
    }

    struct Image: Decodable {
        private let id: String
        private let tags: [String]?
        private let config: Configuration?

        private enum CodingKeys: String, CodingKey {
            case id = "Id"
            case tags = "RepoTags"
            case config = "Config"
        }

        private struct Configuration: Decodable {
            let labels: [String: String]?
            let volumes: [String: Nothing]?
            let user: String?
            let exposedPorts: [String: Nothing]?

            private enum CodingKeys: String, CodingKey {
                case labels = "Labels"
                case volumes = "Volumes"
                case user = "User"
                case exposedPorts = "ExposedPorts"
            }
        }

        /// The value of a set: `{}`.
        private struct Nothing: Decodable {}

        var facts: ImageFacts {
            ImageFacts(
                id: id,
                ownerLabel: config?.labels?[OwnerLabels.imageOwner],
                tags: tags ?? [],
                declaredVolumes: (config?.volumes ?? [:]).keys.sorted(),
                user: config?.user ?? "",
                exposedPorts: (config?.exposedPorts ?? [:]).keys.sorted()
            )
        }
    }

    struct ImageSummary: Decodable {
        let id: String
        let labels: [String: String]
        /// In layers that no other image has.
        let ownBytes: Int64

        private enum CodingKeys: String, CodingKey {
            case id = "Id"
            case labels = "Labels"
            case size = "Size"
            case shared = "SharedSize"
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            id = try members.decode(String.self, forKey: .id)
            labels = try members.decodeIfPresent([String: String].self, forKey: .labels) ?? [:]
            let size = try members.decodeIfPresent(Int64.self, forKey: .size) ?? 0
            // -1 when it was not worked out.
            let shared = try members.decodeIfPresent(Int64.self, forKey: .shared) ?? 0
            ownBytes = max(0, size - max(0, shared))
        }
    }

    struct DiskUsage: Decodable {
        let containers: [ContainerSummary]
        let volumes: [Volume]
        let images: [ImageSummary]

        private enum CodingKeys: String, CodingKey {
            case containers = "Containers"
            case volumes = "Volumes"
            case images = "Images"
        }

        init(from decoder: any Decoder) throws {
            let members = try decoder.container(keyedBy: CodingKeys.self)
            containers = try members.decodeIfPresent([ContainerSummary].self, forKey: .containers) ?? []
            volumes = try members.decodeIfPresent([Volume].self, forKey: .volumes) ?? []
            images = try members.decodeIfPresent([ImageSummary].self, forKey: .images) ?? []
        }
    }
}
