import AtomicFiles
import Foundation
import HostChanges
import ManagedFiles

/// How nginx reaches the bridge on this host.
///
/// A unix socket that only the group of nginx may open. Where SELinux is enforcing, a confined nginx may not open it whatever its label
/// (measured with the targeted policy); then TCP on loopback, with a secret, since every user of the host can connect to that.
enum ProxyEntrance: Equatable {
    case socket(group: String)
    case loopback

    static let port = 8472
    static let socketUnit = "diycloud-bridge-proxy.socket"
    static let dropIn = "/etc/systemd/system/\(socketUnit).d/50-diycloud.conf"
    /// The secret, as the bridge reads it.
    static let secretFile = "/etc/diycloud-bridge/nginx-proxy.secret"
    /// The same secret, as nginx reads it.
    static let secretMap = "/etc/diycloud-bridge/nginx-proxy-secret.conf"

    /// The group of nginx comes with its package; until then the socket is root's alone.
    static func of(_ host: Host) -> ProxyEntrance {
        if host.facts.enforcesSELinux { return .loopback }
        let group = host.distribution.nginx.group
        let isThere = (try? FileOwner(group: group).numbers(for: dropIn)) != nil
        return .socket(group: isThere ? group : "root")
    }

    /// What makes it so; for the bridge, and again for nginx, with which the group comes.
    static func steps(for component: Component, on host: Host) -> [any Step] {
        let entrance = of(host)
        var steps: [any Step] = [
            DirectoryStep(component, (dropIn as NSString).deletingLastPathComponent, on: host),
            FileStep(component, ManagedFile(dropIn, .rendered(entrance.dropInText)), on: host),
        ]
        if entrance == .loopback { steps += secretSteps(component, host) }
        steps.append(SettingsStep(component, entrance.settings, on: host))
        return steps
    }

    var dropInText: String {
        let head = "# Written by diycloud: how nginx of this host reaches the bridge.\n[Socket]\n"
        switch self {
        case .socket(let group): return head + "SocketGroup=\(group)\n"
        case .loopback: return head + "ListenStream=\nListenStream=127.0.0.1:\(Self.port)\n"
        }
    }

    var settings: [(key: String, value: String)] {
        switch self {
        case .socket(let group): return [("listen.proxy.group", group)]
        case .loopback:
            return [
                ("listen.proxy.socket", "null"), ("listen.proxy.group", "null"),
                ("listen.proxy.address", "127.0.0.1:\(Self.port)"), ("listen.proxy.secret_file", Self.secretFile),
            ]
        }
    }

    /// nginx's file at the http level, for this way in.
    func applied(toHTTPLevel text: String) -> String {
        guard self == .loopback else { return text }
        var lines: [String] = []
        var isInMap = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let word = line.trimmingCharacters(in: .whitespaces)
            if word.hasPrefix("server unix:/run/diycloud-bridge/proxy.sock") { continue }
            if word == "map \"\" $bridge_proxy_secret {" {
                isInMap = true
            } else if isInMap {
                isInMap = word != "}"
            } else if word == "#server 127.0.0.1:\(Self.port);" || word == "#include \(Self.secretMap);" {
                lines.append(line.replacing("#", with: ""))
            } else {
                lines.append(line)
            }
        }
        return lines.joined(separator: "\n")
    }

    // MARK: - The secret

    private static func secretSteps(_ component: Component, _ host: Host) -> [any Step] {
        let owner = FileOwner(group: "diycloud-bridge")
        let file = ManagedFile(secretFile, .secret(RandomToken.make), mode: 0o640, owner: owner)
        return [FileStep(component, file, on: host), map(component, host)]
    }

    private static func map(_ component: Component, _ host: Host) -> any Step {
        let wanted: @Sendable () throws -> String? = {
            guard let secret = try host.files.text(of: secretFile) else { return nil }
            let text = secret.trimmingCharacters(in: .whitespacesAndNewlines)
            return "map \"\" $bridge_proxy_secret {\n    default \"\(text)\";\n}\n"
        }
        return ProbedStep(
            component,
            "Tell nginx the secret",
            look: {
                let change = PlannedChange(.file, "create \(secretMap) (0600 root:root) with the secret")
                guard let text = try wanted() else { return .later(change, after: "\(secretFile) is there") }
                return try host.files.text(of: secretMap) == text ? .done : .needed([change])
            },
            // Not a file of the manifest, which would know its digest.
            traces: { [.tree(secretMap)] },
            apply: { _ in
                guard let text = try wanted() else { return }
                try AtomicFile(host.files.real(secretMap)).replace(Data(text.utf8), mode: 0o600)
            }
        )
    }
}
