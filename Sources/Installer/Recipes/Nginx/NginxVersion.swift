import HostPrograms

/// The version of the nginx that is installed.
struct NginxVersion: Comparable {
    let major: Int
    let minor: Int
    let patch: Int

    init(_ major: Int, _ minor: Int, _ patch: Int) {
        (self.major, self.minor, self.patch) = (major, minor, patch)
    }

    /// - Parameter text: what `nginx -v` prints: `nginx version: nginx/1.22.1`.
    init?(parsing text: String) {
        guard let match = text.firstMatch(of: /\/(\d+)\.(\d+)\.(\d+)/), let major = Int(match.1),
            let minor = Int(match.2), let patch = Int(match.3)
        else { return nil }
        self.init(major, minor, patch)
    }

    static func installed(_ programs: any HostPrograms) async -> NginxVersion? {
        guard programs.has("nginx"), let result = try? await programs.run("nginx", ["-v"]) else { return nil }
        return NginxVersion(parsing: result.errors + result.output)
    }

    /// `http2 on;` is a directive of its own; the parameter of `listen` is deprecated (nginx changes, 1.25.1).
    var hasHTTP2Directive: Bool { self >= NginxVersion(1, 25, 1) }
    /// `ssl_reject_handshake` (nginx changes, 1.19.4).
    var canRejectHandshakes: Bool { self >= NginxVersion(1, 19, 4) }

    static func < (left: NginxVersion, right: NginxVersion) -> Bool {
        (left.major, left.minor, left.patch) < (right.major, right.minor, right.patch)
    }
}
