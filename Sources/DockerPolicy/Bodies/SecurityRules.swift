/// Capabilities, security options, masked paths and the runtime.
enum SecurityRules {
    static let noNewPrivileges: JSONValue = "no-new-privileges"

    /// Always exactly `no-new-privileges`; whatever else was asked is refused.
    static func judged(_ value: JSONValue?) throws(DockerRefusal) -> [JSONValue] {
        for element in try list(value, "SecurityOpt") where !meansNoNewPrivileges(element) {
            throw .forbidden(
                "The security option \"\(element)\" is not allowed here; only no-new-privileges is, "
                    + "and every container has it.",
                reason: "security-opt"
            )
        }
        return [noNewPrivileges]
    }

    /// For root: their options, and no-new-privileges whatever they say about it.
    static func withNoNewPrivileges(_ value: JSONValue?) -> [JSONValue] {
        let others = (value?.array ?? []).filter { !($0.string ?? "").hasPrefix("no-new-privileges") }
        return others + [noNewPrivileges]
    }

    /// The spellings that the engine takes for yes (`strconv.ParseBool`).
    private static func meansNoNewPrivileges(_ text: String) -> Bool {
        let rest = text.utf8.dropFirst("no-new-privileges".utf8.count)
        guard text.hasPrefix("no-new-privileges") else { return false }
        guard let separator = rest.first else { return true }
        guard separator == UInt8(ascii: ":") || separator == UInt8(ascii: "=") else { return false }
        return ["1", "t", "T", "true", "True", "TRUE"].contains(String(Substring(rest.dropFirst())))
    }

    /// What the engine gives to every container (moby/oci/caps/defaults.go), so that `cap_drop: ALL` with a few
    /// `cap_add` works.
    static let usualCapabilities: Set<String> = [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
        "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
    ]

    static func capabilities(_ value: JSONValue?) throws(DockerRefusal) -> JSONValue? {
        let asked = try list(value, "CapAdd")
        var granted: [JSONValue] = []
        for text in asked {
            let upper = text.uppercased()
            let bare = upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
            guard usualCapabilities.contains(bare) else {
                throw .forbidden(
                    "The capability \"\(text)\" (--cap-add) is not allowed here; it is more than a container has.",
                    reason: "cap-add"
                )
            }
            granted.append(.string("CAP_" + bare))
        }
        return asked.isEmpty ? nil : .array(granted)
    }

    /// Masked by every engine since 1.12; the newer ones mask more.
    static let maskedCore = ["/proc/kcore", "/proc/keys", "/proc/timer_list", "/sys/firmware"]
    static let readOnlyCore = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]

    /// The engine's own list is what every container gets. A list that has the core of it comes from an inspected container
    /// (Portainer's recreate); any other is `--security-opt systempaths=unconfined` or worse.
    static func checkPaths(_ value: JSONValue?, field: String, core: [String]) throws(DockerRefusal) {
        guard let value else { return }
        let paths = try list(value, field)
        guard core.allSatisfy(paths.contains) else {
            throw .forbidden(
                "\(field): the paths that protect the host cannot be opened here (systempaths=unconfined).",
                reason: FieldTable.reason(field)
            )
        }
    }

    /// `runc`, said explicitly: an engine whose default is nvidia's runtime would hand out GPUs by an environment variable
    /// of the image.
    static func runtime(_ value: JSONValue?, gpu: Bool) throws(DockerRefusal) -> String {
        let text = try value.map { value throws(DockerRefusal) in
            try FieldShape.text.checked(value, field: "Runtime").string ?? ""
        }
        switch text ?? "" {
        case "", "runc", "io.containerd.runc.v2": return "runc"
        case "nvidia" where gpu: return "nvidia"
        case let other:
            throw .forbidden(
                "The runtime \"\(other)\" (--runtime) is not offered here. Leave it out.",
                reason: "runtime"
            )
        }
    }

    static func list(_ value: JSONValue?, _ field: String) throws(DockerRefusal) -> [String] {
        guard let value, value != .null else { return [] }
        return (try FieldShape.texts.checked(value, field: field).array ?? []).compactMap(\.string)
    }
}
