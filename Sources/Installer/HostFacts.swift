public import HostPrograms
import Foundation
import Glibc

/// What is known of a host before anything is installed.
public struct HostFacts: Sendable, Equatable {
    public enum Firewall: String, Sendable { case firewalld, ufw }

    /// The full name, as browsers would use it.
    public var hostName: String
    public var hasSystemd: Bool
    /// Whether SELinux refuses what its policy does not allow.
    public var enforcesSELinux: Bool
    /// The firewall that is in force, of those that we know how to ask.
    public var firewall: Firewall?

    public init(hostName: String, hasSystemd: Bool, enforcesSELinux: Bool, firewall: Firewall?) {
        self.hostName = hostName
        self.hasSystemd = hasSystemd
        self.enforcesSELinux = enforcesSELinux
        self.firewall = firewall
    }

    /// Looks at this host.
    public static func look(_ programs: any HostPrograms) async -> HostFacts {
        HostFacts(
            hostName: await fullName(programs),
            hasSystemd: access("/run/systemd/system", F_OK) == 0,
            enforcesSELinux: FileManager.default.contents(atPath: "/sys/fs/selinux/enforce") == Data("1".utf8),
            firewall: await firewall(programs)
        )
    }

    private static func fullName(_ programs: any HostPrograms) async -> String {
        if programs.has("hostname"), let result = try? await programs.run("hostname", ["--fqdn"]), result.status == 0 {
            let name = result.output.trimmingCharacters(in: .whitespacesAndNewlines)
            if !name.isEmpty, name != "localhost", !name.contains(" ") { return name }
        }
        let name = ProcessInfo.processInfo.hostName
        return name.isEmpty ? "localhost" : name
    }

    private static func firewall(_ programs: any HostPrograms) async -> Firewall? {
        if programs.has("firewall-cmd"), let result = try? await programs.run("firewall-cmd", ["--state"]),
            result.status == 0
        {
            return .firewalld
        }
        if programs.has("ufw"), let result = try? await programs.run("ufw", ["status"]),
            result.output.contains("Status: active")
        {
            return .ufw
        }
        return nil
    }
}
