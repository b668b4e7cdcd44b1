/// From what a system says of itself to a line of the table.
enum Resolution {
    struct Place: Equatable {
        let lineage: Lineage
        let version: DistributionVersion?
        var codename: String?
        let isDerivative: Bool
    }

    static func resolve(_ system: OSRelease) throws(DistributionError) -> Place {
        if isImage(system) { throw .imageBased(name: system.prettyName) }
        if withoutSystemd.contains(system.id) { throw .withoutSystemd(name: system.prettyName) }
        if let lineage = ids[system.id] {
            return try place(system, lineage, isDerivative: false)
        }
        for relative in system.idLike {
            guard let lineage = ids[relative] ?? families[relative] else { continue }
            return try place(system, lineage, isDerivative: true)
        }
        throw .unknown(name: system.prettyName, id: system.id)
    }

    /// What each distribution calls itself in `ID`.
    private static let ids: [String: Lineage] = [
        "debian": .debian, "raspbian": .debian,
        "ubuntu": .ubuntu,
        "rhel": .enterpriseLinux, "rocky": .enterpriseLinux, "almalinux": .enterpriseLinux, "centos": .enterpriseLinux,
        "ol": .enterpriseLinux,
        "amzn": .amazonLinux,
        "fedora": .fedora,
        "arch": .arch, "archarm": .arch,
        "opensuse-leap": .leap, "sles": .leap, "sled": .leap, "sles_sap": .leap,
        "opensuse-tumbleweed": .tumbleweed, "opensuse-slowroll": .tumbleweed,
    ]

    /// What only stands in `ID_LIKE`.
    private static let families: [String: Lineage] = [
        "opensuse": .leap, "suse": .leap, "archlinux": .arch,
    ]

    private static let withoutSystemd: Set<String> = ["devuan", "artix", "alpine", "void", "slackware"]

    private static let images: Set<String> = [
        "opensuse-microos", "opensuse-aeon", "opensuse-kalpa", "opensuse-leap-micro", "sle-micro", "sl-micro", "rhcos",
        "ubuntu-core", "flatcar", "bottlerocket", "steamos", "bazzite", "bluefin", "aurora",
    ]

    private static func isImage(_ system: OSRelease) -> Bool {
        if images.contains(system.id) { return true }
        guard let variant = system.variantID?.lowercased() else { return false }
        return ["silverblue", "kinoite", "sericea", "onyx", "coreos", "iot", "bazzite"].contains(variant)
            || variant.hasSuffix("-atomic")
    }

    /// The release it is or was made from. The number of a derivative is its own, so there the code name counts.
    private static func place(
        _ system: OSRelease,
        _ lineage: Lineage,
        isDerivative: Bool
    ) throws(DistributionError) -> Place {
        let own = system.versionID.flatMap { DistributionVersion($0) }
        switch lineage {
        case .debian:
            // testing and unstable have no number.
            if !isDerivative {
                return Place(lineage: lineage, version: own, codename: system.codename, isDerivative: false)
            }
            return try byCodename(
                system,
                lineage,
                [system.debianCodename, system.codename],
                DistributionTable.debianReleases
            )
        case .ubuntu:
            if !isDerivative {
                return Place(lineage: lineage, version: own, codename: system.codename, isDerivative: false)
            }
            return try byCodename(
                system,
                lineage,
                [system.ubuntuCodename, system.codename],
                DistributionTable.ubuntuReleases
            )
        case .enterpriseLinux, .fedora:
            guard let own else { throw .unknown(name: system.prettyName, id: system.id) }
            guard isDerivative else { return Place(lineage: lineage, version: own, isDerivative: false) }
            // Fedora's derivatives may call themselves "rhel centos fedora"; the numbers are far apart.
            if system.idLike.contains("fedora"), own.major >= 30 {
                return Place(lineage: .fedora, version: own, isDerivative: true)
            }
            guard system.idLike.contains("rhel") || system.idLike.contains("centos"), own.major < 30 else {
                throw .unknown(name: system.prettyName, id: system.id)
            }
            return Place(lineage: .enterpriseLinux, version: own, isDerivative: true)
        case .amazonLinux:
            return Place(lineage: lineage, version: own, isDerivative: isDerivative)
        case .arch:
            return Place(lineage: lineage, version: nil, isDerivative: isDerivative)
        case .leap, .tumbleweed:
            // Tumbleweed counts days: 20250211.
            guard lineage == .leap, let own, own.major < 1000 else {
                return Place(lineage: .tumbleweed, version: nil, isDerivative: isDerivative)
            }
            return Place(lineage: .leap, version: own, isDerivative: isDerivative)
        }
    }

    private static func byCodename(
        _ system: OSRelease,
        _ lineage: Lineage,
        _ names: [String?],
        _ releases: [String: DistributionVersion]
    ) throws(DistributionError) -> Place {
        for case let name? in names {
            guard let version = releases[name.lowercased()] else { continue }
            return Place(lineage: lineage, version: version, codename: name.lowercased(), isDerivative: true)
        }
        throw .unknown(name: system.prettyName, id: system.id)
    }
}
