/// What an administrator set for the hub, in the file that its unit reads (systemd.exec(5), EnvironmentFile).
struct HubSettings: Equatable, Sendable {
    static let path = "/etc/diycloud-bridge/jupyterhub.env"

    private let values: [String: String]

    /// - Parameter text: of the file; nil when it is not there.
    init(_ text: String?) {
        var values: [String: String] = [:]
        for line in (text ?? "").split(whereSeparator: \.isNewline) {
            let line = line.drop(while: \.isWhitespace)
            guard let sign = line.firstIndex(of: "="), line.first != "#", line.first != ";" else { continue }
            let name = String(line[..<sign])
            guard !name.isEmpty, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) else {
                continue
            }
            values[name] = Self.unquoted(line[line.index(after: sign)...])
        }
        self.values = values
    }

    /// A value that is there and not empty.
    subscript(name: String) -> String? {
        guard let value = values[name], !value.isEmpty else { return nil }
        return value
    }

    var proxy: String? { self["DIYCLOUD_JUPYTERHUB_PROXY"] }
    var state: String { self["DIYCLOUD_JUPYTERHUB_STATE"] ?? "/var/lib/diycloud-jupyterhub" }
    /// Where its proxy listens.
    var url: String { "http://127.0.0.1:\(self["DIYCLOUD_JUPYTERHUB_PORT"] ?? "8000")/jupyter" }
    /// Where the reconciliation of accounts asks the hub itself, past its proxy.
    var api: String {
        let address = self["DIYCLOUD_JUPYTERHUB_HUB_ADDRESS"] ?? "127.0.0.1"
        return "http://\(address):\(self["DIYCLOUD_JUPYTERHUB_HUB_PORT"] ?? "8081")/jupyter/hub/api"
    }
    /// What the hub's way to the bridge hangs on, as `NAME=value`.
    var wayToBridge: [String] {
        ["DIYCLOUD_BRIDGE_URL", "DIYCLOUD_SERVICE_TOKEN_FILE"].compactMap { name in
            self[name].map { "\(name)=\($0)" }
        }
    }

    private static func unquoted(_ text: Substring) -> String {
        var text = text.drop(while: \.isWhitespace)
        while text.last?.isWhitespace == true { text.removeLast() }
        if let mark = text.first, mark == "\"" || mark == "'", text.count > 1, text.last == mark {
            text = text.dropFirst().dropLast()
        }
        return String(text)
    }
}
