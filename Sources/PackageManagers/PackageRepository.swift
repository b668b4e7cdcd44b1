public import Distributions

/// A repository with the key that its packages must be signed with.
public struct PackageRepository: Sendable, Equatable {
    public let address: RepositoryAddress
    /// The key as its owner publishes it: armored, or the bytes of OpenPGP packets.
    public let key: [UInt8]

    public init(_ address: RepositoryAddress, key: [UInt8]) {
        self.address = address
        self.key = key
    }

    public init(_ address: RepositoryAddress, armoredKey: String) {
        self.init(address, key: Array(armoredKey.utf8))
    }
}
