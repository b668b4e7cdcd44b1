import struct Foundation.URLComponents

/// Where Portainer is: scheme, host, port and perhaps a path, without a slash at the end.
struct PortainerAddress: Sendable, Equatable {
    let base: String

    /// Takes `http` to this host only: the key travels in the clear.
    /// - Throws: ``PortainerError/notConfigured(_:)``.
    init(_ text: String) throws(PortainerError) {
        let example = "write it as http://127.0.0.1:9000 (portainer.url in bridge.yaml)"
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme, ["http", "https"].contains(scheme),
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else { throw .notConfigured("the address of Portainer is no URL that can be asked: \(example)") }
        guard scheme == "https" || Self.isLoopback(host) else {
            throw .notConfigured(
                "Portainer at \(text) would get its administrator's key unencrypted over the network: use https, or \(example)"
            )
        }
        var base = text[...]
        while base.last == "/" { base.removeLast() }
        self.base = String(base)
    }

    private static func isLoopback(_ host: String) -> Bool {
        if ["localhost", "::1", "[::1]"].contains(host) { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
