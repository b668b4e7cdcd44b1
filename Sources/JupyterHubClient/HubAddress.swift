import struct Foundation.URLComponents

/// Where the hub's API is.
struct HubAddress: Sendable, Equatable {
    /// Scheme, host, port and path, without a slash at the end.
    let base: String

    /// Takes `http` to this host only: the token travels in the clear.
    /// - Throws: ``HubError/notConfigured(_:)``.
    init(_ text: String) throws(HubError) {
        let example = "write it as http://127.0.0.1:8081/jupyter/hub/api (jupyterhub.api in bridge.yaml)"
        guard let parts = URLComponents(string: text), let host = parts.host, !host.isEmpty,
            let scheme = parts.scheme, ["http", "https"].contains(scheme),
            parts.user == nil, parts.password == nil, parts.query == nil, parts.fragment == nil
        else { throw .notConfigured("the address of JupyterHub's API is no URL that can be asked: \(example)") }
        guard scheme == "https" || Self.isLoopback(host) else {
            throw .notConfigured(
                "JupyterHub's API at \(text) would get the token unencrypted over the network: use https, or \(example)"
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

    /// An address below the base. Whatever is not unreserved (RFC 3986 §2.3) is percent-encoded in each part.
    func url(_ path: [String], query: [(String, Int)] = []) -> String {
        let path = path.map { "/" + Self.encoded($0) }.joined()
        let query = query.map { "\($0)=\($1)" }.joined(separator: "&")
        return base + (path.isEmpty ? "/" : path) + (query.isEmpty ? "" : "?" + query)
    }

    static func encoded(_ part: String) -> String {
        // A part of dots alone means a directory to whoever normalizes paths on the way.
        let onlyDots = part.allSatisfy { $0 == "." }
        var text = ""
        for byte in part.utf8 {
            if isUnreserved(byte), !onlyDots {
                text.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                text += digits.count == 1 ? "%0" + digits : "%" + digits
            }
        }
        return text
    }

    private static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
