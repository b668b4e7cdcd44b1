/// How systemd has a unit (`systemctl show`, systemctl(1)).
public struct UnitState: Sendable, Equatable {
    public let name: String
    /// `loaded`, `not-found`, `masked`.
    public let load: String
    /// `active`, `inactive`, `failed`, `activating`.
    public let active: String
    public let sub: String
    /// `enabled`, `disabled`, `static`, empty for what has no file.
    public let file: String
    /// Seconds since 1970 at which it became active; nil where systemd does not say.
    public let since: Int64?
    /// Whether its file changed since systemd read it.
    public let needsReload: Bool
    /// Where its file is; empty when it has none.
    public let fragment: String

    /// The process that it is; nil when none runs, and for what is no service.
    public let mainProcess: Int32?

    init(name: String, showing text: String) {
        var values: [Substring: Substring] = [:]
        for line in text.split(separator: "\n") {
            guard let sign = line.firstIndex(of: "=") else { continue }
            values[line[..<sign]] = line[line.index(after: sign)...]
        }
        self.name = name
        load = String(values["LoadState"] ?? "")
        active = String(values["ActiveState"] ?? "")
        sub = String(values["SubState"] ?? "")
        file = String(values["UnitFileState"] ?? "")
        since = values["ActiveEnterTimestamp"].flatMap { $0.hasPrefix("@") ? Int64($0.dropFirst()) : nil }
        needsReload = values["NeedDaemonReload"] == "yes"
        fragment = String(values["FragmentPath"] ?? "")
        mainProcess = values["MainPID"].flatMap { Int32($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    public var isLoaded: Bool { load == "loaded" }
    public var isActive: Bool { active == "active" }
    public var isEnabled: Bool {
        ["enabled", "enabled-runtime", "static", "alias", "generated", "indirect"].contains(file)
    }
}
