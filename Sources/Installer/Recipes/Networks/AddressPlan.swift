public import BridgeConfiguration
import Foundation
import HostPrograms

/// Where containers get their addresses: people's networks out of a pool, Portainer's own network beside it. Neither may be where this host,
/// a VPN or a network of Docker's has something already: packets for that would end in a container's bridge.
public struct AddressPlan: Sendable, Equatable {
    /// `docker.address_pool`: a /16.
    public let pool: IPv4Range
    /// Portainer's network: a /24, in which the host is the first address.
    public let portainer: IPv4Range

    /// - Parameter taken: ranges that are in use. - pool, portainer: what is set already; chosen when nil.
    /// - Returns: nil when everything of the private ranges is taken.
    public init?(taken: [IPv4Range], pool: IPv4Range? = nil, portainer: IPv4Range? = nil) {
        guard let own = pool ?? Self.pools.first(where: { $0.isFree(of: taken) }) else { return nil }
        guard let other = portainer ?? Self.portainers.first(where: { $0.isFree(of: taken + [own]) }) else {
            return nil
        }
        self.pool = own
        self.portainer = other
    }

    /// The address of this host in Portainer's network: the gateway that Docker takes, the first one.
    public var gateway: String { Self.text(portainer.first + 1) }

    /// Not out of 172.17.0.0/12 and 192.168.0.0/16, from which Docker helps itself, nor the ends of 10.0.0.0/8, where offices, clouds and
    /// VPNs live (10.8.0.0 is OpenVPN's example, 10.42.0.0 and 10.43.0.0 are Kubernetes').
    static let pools: [IPv4Range] = ([213, 214, 215, 217, 219, 221, 223, 201, 203, 205, 207, 209] + Array(150..<200))
        .compactMap { IPv4Range("10.\($0).0.0/16") }

    static let portainers: [IPv4Range] =
        (0..<256).compactMap { IPv4Range("172.30.\($0).0/24") }
        + (0..<256).compactMap { IPv4Range("10.212.\($0).0/24") }

    static func text(_ address: UInt32) -> String {
        [24, 16, 8, 0].map { "\(address >> UInt32($0) & 255)" }.joined(separator: ".")
    }
}

extension IPv4Range {
    /// Whether they share an address.
    func overlaps(_ other: IPv4Range) -> Bool {
        let bits = min(prefix, other.prefix)
        let mask = bits == 0 ? 0 : UInt32.max << UInt32(32 - bits)
        return first & mask == other.first & mask
    }

    func isFree(of taken: [IPv4Range]) -> Bool { !taken.contains(where: overlaps) }

    func contains(_ address: UInt32) -> Bool { address >= first && UInt64(address - first) < 1 << UInt64(32 - prefix) }
}
