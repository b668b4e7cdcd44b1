import Glibc
import Identity

/// Looks whether the files, directories and accounts that a configuration names are there, and whether the service may use them.
public struct HostCheck: Sendable {
    let configuration: Configuration
    let file: String?

    /// - Parameter file: where the configuration was read from, absolute; `nil` for none.
    public init(_ configuration: Configuration, file: String? = nil) {
        self.configuration = configuration
        self.file = file
    }

    /// What was found, in the order of the keys; empty when all is well. Reads accounts with getpwnam(3), so it is for
    /// commands, not for the event loop.
    public func remarks() -> [HostRemark] {
        let account = ServiceAccount(named: configuration.user)
        return accountRemarks(account) + fileRemarks() + (account.map(accessRemarks) ?? []) + pamRemarks()
            + listenRemarks() + secretRemarks(account) + reconcileRemarks()
    }

    private func accountRemarks(_ account: ServiceAccount?) -> [HostRemark] {
        guard account == nil else { return [] }
        let command =
            "useradd --system --home-dir /var/lib/diycloud-bridge --shell /usr/sbin/nologin \(configuration.user)"
        return [
            .init(
                severity: .error,
                key: "user",
                text: "there is no account \(configuration.user); make it with: \(command)"
            )
        ]
    }

    private func fileRemarks() -> [HostRemark] {
        var remarks: [HostRemark] = []
        if let kind = FileKind.of(configuration.store.path) {
            if kind != .regular {
                remarks.append(
                    .init(severity: .error, key: "store.path", text: "\(configuration.store.path) is no regular file")
                )
            }
        } else {
            let text = "\(configuration.store.path) does not exist; make it with: diycloud-bridge init"
            remarks.append(.init(severity: .error, key: "store.path", text: text))
        }
        remarks += directoryRemarks("database.path", of: configuration.database.path, .error)
        if let path = configuration.audit.path, path != "-" {
            remarks += directoryRemarks("audit.path", of: path, .error)
        }
        return remarks
    }

    private func pamRemarks() -> [HostRemark] {
        var remarks: [HostRemark] = []
        let directories = configuration.pam.confdir.map { [$0] } ?? ["/etc/pam.d", "/usr/lib/pam.d"]
        if let confdir = configuration.pam.confdir, FileKind.of(confdir) != .directory {
            remarks.append(.init(severity: .error, key: "pam.confdir", text: "\(confdir) is no directory"))
        } else if !directories.contains(where: { FileKind.of("\($0)/\(configuration.pam.service)") == .regular }) {
            let text =
                "no PAM service file \(configuration.pam.service) in \(directories.joined(separator: " or ")); "
                + "install the one of your distribution from pam/"
            remarks.append(.init(severity: .error, key: "pam.service", text: text))
        }
        return remarks + directoryRemarks("pam.worker_socket", of: configuration.pam.workerSocket, .warning)
    }

    private func listenRemarks() -> [HostRemark] {
        let listeners = [
            ("listen.proxy", configuration.listen.proxy), ("listen.services", configuration.listen.services),
        ]
        return listeners.flatMap { key, listener -> [HostRemark] in
            switch listener {
            case .socket(let path, let group, _):
                var remarks = directoryRemarks("\(key).socket", of: path, .warning)
                if let group, getgrnam(group) == nil {
                    let text = "there is no group \(group); name the one that connects to the socket"
                    remarks.append(.init(severity: .error, key: "\(key).group", text: text))
                }
                return remarks
            case .address(let host, _, _):
                guard !host.hasPrefix("127."), host != "::1" else { return [] }
                let text = "\(listener) is reachable from other hosts, and what passes there is not encrypted"
                return [.init(severity: .warning, key: "\(key).address", text: text)]
            }
        }
    }

    private func secretRemarks(_ account: ServiceAccount?) -> [HostRemark] {
        var files = configuration.serviceTokens.sorted { $0.key < $1.key }.map {
            ("service_tokens.\($0.key)", $0.value)
        }
        if case .address(_, _, let path?) = configuration.listen.proxy {
            files.append(("listen.proxy.secret_file", path))
        }
        if configuration.portainer.url != nil {
            files.append(("portainer.client_secret_file", configuration.portainer.clientSecretFile))
        }
        return files.compactMap { key, path in
            do throws(SecretFileError) {
                _ = try SecretFile.load(path: path, serviceUser: account?.user, serviceGroup: account?.group)
                return nil
            } catch {
                return HostRemark(severity: .error, key: key, text: error.description)
            }
        }
    }

    /// Directories under /run are made at start by systemd or by the service itself, so a missing one is no error.
    private func directoryRemarks(_ key: String, of path: String, _ severity: HostRemark.Severity) -> [HostRemark] {
        let directory = String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)])
        guard !directory.isEmpty, FileKind.of(directory) != .directory else { return [] }
        return [.init(severity: severity, key: key, text: "the directory \(directory) does not exist (yet)")]
    }
}

/// What stands at a path, seen through symbolic links.
private enum FileKind {
    case regular, directory, other

    /// - Returns: `nil` when nothing is there, or when it cannot be seen.
    static func of(_ path: String) -> FileKind? {
        var information = stat()
        guard stat(path, &information) == 0 else { return nil }
        return switch information.st_mode & S_IFMT {
        case S_IFREG: .regular
        case S_IFDIR: .directory
        default: .other
        }
    }
}
