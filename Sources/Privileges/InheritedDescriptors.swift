import CPrivilege
import Glibc

/// The descriptors that whoever started this process left open for it: listening sockets and secret files.
///
/// systemd and ``RootParent`` speak the same way, by LISTEN_PID, LISTEN_FDS and LISTEN_FDNAMES (sd_listen_fds(3)).
public enum InheritedDescriptors {
    private static let first: Int32 = 3

    /// Takes the descriptors over: marks them close-on-exec and takes the variables out of the environment, so that no child
    /// believes that they are meant for it. Call it once, before any thread is started.
    /// - Returns: the descriptors in order; none if there are none or if they are meant for another process.
    public static func fromEnvironment() throws(PrivilegeError) -> [NamedDescriptor] {
        let names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"]
        var variables: [String: String] = [:]
        for name in names {
            variables[name] = getenv(name).map { String(cString: $0) }
            unsetenv(name)
        }
        unsetenv("LISTEN_PIDFDID")
        let descriptors = try parse(variables, process: getpid())
        if !descriptors.isEmpty { cprivilege_close_on_exec_from(first) }
        return descriptors
    }

    /// Reads the three variables without acting on them.
    static func parse(_ variables: [String: String], process: Int32) throws(PrivilegeError) -> [NamedDescriptor] {
        guard let target = variables["LISTEN_PID"], let total = variables["LISTEN_FDS"] else { return [] }
        guard Int32(target) == process else { return [] }
        guard let count = Int32(total), count >= 0, count <= 1024 else {
            throw .badEnvironment("LISTEN_FDS says \"\(total)\", which is no number of descriptors")
        }
        let given = variables["LISTEN_FDNAMES"]?.split(separator: ":", omittingEmptySubsequences: false).map(
            String.init
        )
        let names = given ?? Array(repeating: "unknown", count: Int(count))
        guard names.count == Int(count) else {
            throw .badEnvironment("LISTEN_FDNAMES names \(names.count) descriptors, LISTEN_FDS says \(count)")
        }
        var descriptors: [NamedDescriptor] = []
        for (offset, name) in names.enumerated() {
            descriptors.append(
                try NamedDescriptor(name: name.isEmpty ? "unknown" : name, descriptor: first + Int32(offset))
            )
        }
        return descriptors
    }

    /// The variables that tell a child of `descriptors`, all but LISTEN_PID, which is known only after fork.
    static func environment(for descriptors: [NamedDescriptor]) -> [String: String] {
        [
            "LISTEN_FDS": String(descriptors.count),
            "LISTEN_FDNAMES": descriptors.map(\.name).joined(separator: ":"),
        ]
    }
}
