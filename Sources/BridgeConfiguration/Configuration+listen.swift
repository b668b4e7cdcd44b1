import Identity

extension Configuration.Listen {
    mutating func read(_ reader: SectionReader) {
        proxy = Self.listener(reader.section("proxy"), default: proxy, usualMode: 0o660, hasSecret: true)
        services = Self.listener(reader.section("services"), default: services, usualMode: 0o600, hasSecret: false)
    }

    /// A listener is a socket or an address, never both; what belongs to the other kind is said to be out of place.
    private static func listener(
        _ reader: SectionReader,
        default fallback: Listener,
        usualMode: UInt16,
        hasSecret: Bool
    ) -> Listener {
        guard reader.isPresent else { return fallback }
        let path = reader.optional("socket", default: nil, Rule.socketPath)
        let address = reader.optional("address", default: nil, Rule.address)
        let group = reader.optional("group", default: nil, Rule.account)
        let mode = reader.optional("mode", default: nil, Rule.mode)
        let secret = hasSecret ? reader.optional("secret_file", default: nil, Rule.absolutePath) : nil
        switch (reader.has("socket"), reader.has("address")) {
        case (true, true):
            reader.conflict("address", "a listener is either a socket or an address; remove one")
        case (false, false):
            reader.conflict("socket", "a listener needs a socket or an address")
        case (true, false):
            if reader.has("secret_file") {
                reader.conflict("secret_file", "belongs to an address; a socket is guarded by its group and mode")
            }
            // Who names a group wants it to get in.
            let mode = mode ?? (group == nil ? usualMode : 0o660)
            return path.map { .socket(path: $0, group: group, mode: mode) } ?? fallback
        case (false, true):
            for name in ["group", "mode"] where reader.has(name) {
                reader.conflict(name, "belongs to a socket; an address has no group or mode")
            }
            if hasSecret, !reader.has("secret_file") {
                reader.conflict(
                    "secret_file",
                    "is needed with an address: every user of this host can connect to it, so the proxy must show a secret"
                )
            }
            return address.map { .address(host: $0.host, port: $0.port, secretFile: secret) } ?? fallback
        }
        return fallback
    }
}
