import Identity

extension Configuration {
    /// Every value in force, flat, in the order of ``ConfigurationKey/all``, spelled as the file would spell it.
    public func values() -> [(key: String, value: String)] {
        ConfigurationKey.all.flatMap { key -> [(key: String, value: String)] in
            switch key.name {
            case "service_tokens.<name>":
                serviceTokens.sorted { $0.key < $1.key }.map { ("service_tokens.\($0.key)", $0.value) }
            case "services.<name>.roles":
                services.sorted { $0.key < $1.key }.flatMap { Self.values(of: $0.value, named: $0.key) }
            case "spawn.environment":
                environmentValues
            default:
                value(of: key.name).map { [(key.name, $0)] } ?? []
            }
        }
    }

    private static func values(of service: Service, named name: ServiceName) -> [(key: String, value: String)] {
        [
            (
                "services.\(name).roles",
                "[\(Role.allCases.filter(service.roles.contains).map(\.rawValue).joined(separator: ", "))]"
            ),
            ("services.\(name).url", service.url),
            ("services.\(name).title", service.title),
            ("services.\(name).description", service.description),
            ("services.\(name).callback", service.callback ?? "null"),
            ("services.\(name).health", service.health.text),
        ]
    }

    private var environmentValues: [(key: String, value: String)] {
        guard !spawn.environment.isEmpty else { return [("spawn.environment", "{}")] }
        return spawn.environment.sorted { $0.key < $1.key }.map { ("spawn.environment.\($0.key)", $0.value) }
    }

    private func value(of key: String) -> String? {
        switch key {
        case "user": user
        case "store.path": store.path
        case "store.worker_socket": store.workerSocket
        case "database.path": database.path
        case "audit.path": audit.path ?? "null"
        case "public.url": `public`.url ?? "null"
        case "authentication.sources": "[\(authentication.sources.map(\.rawValue).joined(separator: ", "))]"
        case "authentication.minimum_uid": "\(authentication.minimumUID)"
        case "log.level": log.level.rawValue
        case _ where key.hasPrefix("pam."): pam.value(of: key)
        case _ where key.hasPrefix("session."): session.value(of: key)
        case _ where key.hasPrefix("regulation."): regulation.value(of: key)
        case _ where key.hasPrefix("listen.proxy."): listen.proxy.value(of: key.split(separator: ".")[2])
        case _ where key.hasPrefix("listen.services."): listen.services.value(of: key.split(separator: ".")[2])
        default: reconcileValue(of: key)
        }
    }
}

extension Configuration.Service.Health {
    fileprivate var text: String {
        switch self {
        case .automatic: "auto"
        case .url(let url): url
        case .unknown: "null"
        }
    }
}

extension Configuration.PAM {
    fileprivate func value(of key: String) -> String? {
        switch key {
        case "pam.service": service
        case "pam.confdir": confdir ?? "null"
        case "pam.worker_socket": workerSocket
        case "pam.workers": "\(workers)"
        case "pam.queue": "\(queue)"
        case "pam.step_limit": DurationText.format(stepLimit)
        case "pam.conversation_limit": DurationText.format(conversationLimit)
        default: nil
        }
    }
}

extension Configuration.Session {
    fileprivate func value(of key: String) -> String? {
        switch key {
        case "session.idle": DurationText.format(idle)
        case "session.lifetime": DurationText.format(lifetime)
        case "session.cookie": cookie
        case "session.secure": "\(secure)"
        case "session.per_user": "\(perUser)"
        default: nil
        }
    }
}

extension Configuration.Regulation {
    fileprivate func value(of key: String) -> String? {
        switch key {
        case "regulation.window": DurationText.format(window)
        case "regulation.ban": DurationText.format(ban)
        case "regulation.pair": "\(pair)"
        case "regulation.client": "\(client)"
        case "regulation.account": "\(account)"
        case "regulation.failure_delay": DurationText.format(failureDelay)
        default: nil
        }
    }
}

extension Listener {
    fileprivate func value(of name: some StringProtocol) -> String? {
        switch (self, name) {
        case (.socket(let path, _, _), "socket"): path
        case (.socket(_, let group, _), "group"): group ?? "null"
        case (.socket(_, _, let mode), "mode"): "\"0\(String(mode, radix: 8))\""
        case (.address, "address"): description
        case (.address(_, _, let secretFile), "secret_file"): secretFile ?? "null"
        default: "null"
        }
    }
}
