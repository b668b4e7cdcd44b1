/// A systemd unit that runs the platform's user API, whatever it is called: `install.sh` writes `diycloud-usermgmt-api.service`.
struct UserAPIUnit {
    static let script = "user_management.py"

    /// Where units are, the strongest first (systemd.unit(5)).
    private static let directories = [
        "/etc/systemd/system", "/run/systemd/system", "/usr/local/lib/systemd/system", "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ]

    let name: String
    let path: String
    /// The line `ExecStart=`, as it is written.
    let command: String
    /// The account it runs as; root when the unit names none.
    let account: String
    let isEnabled: Bool

    /// Where the platform is installed by what the unit runs.
    var prefix: String? {
        command.split(whereSeparator: { " =\"'".contains($0) }).first { $0.hasSuffix("/usermgmt/\(Self.script)") }.map {
            String($0.dropLast("/usermgmt/\(Self.script)".count))
        }
    }

    /// Those that systemd would start; a masked one is not among them.
    static func all(on host: LegacyHost) -> [UserAPIUnit] {
        var seen: Set<String> = []
        var units: [UserAPIUnit] = []
        for directory in directories {
            for name in host.names(in: directory) where name.hasSuffix(".service") && seen.insert(name).inserted {
                if let unit = UserAPIUnit(name, in: directory, host) { units.append(unit) }
            }
        }
        return units
    }

    /// Links that start the unit with a target: `/etc/systemd/system/multi-user.target.wants/NAME`.
    static func startLinks(of name: String, on host: LegacyHost) -> [String] {
        let directory = "/etc/systemd/system"
        return host.names(in: directory).filter { $0.hasSuffix(".wants") || $0.hasSuffix(".requires") }
            .map { "\(directory)/\($0)/\(name)" }.filter(host.exists)
    }

    private init?(_ name: String, in directory: String, _ host: LegacyHost) {
        path = "\(directory)/\(name)"
        // A unit that cannot be read (they are 0644 everywhere) is none of the installer's.
        guard let text = try? host.text(path) else { return nil }
        let lines = text.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }
        guard let command = lines.first(where: { $0.hasPrefix("ExecStart") && $0.contains(Self.script) }) else {
            return nil
        }
        self.name = name
        self.command = String(command)
        account = lines.last { $0.hasPrefix("User=") }.map { String($0.dropFirst(5)) } ?? "root"
        isEnabled = !Self.startLinks(of: name, on: host).isEmpty
    }
}
