import CPrivilege
import Glibc

/// A program to start in a process group of its own.
struct ChildProcess {
    /// `/proc/self/exe` for this very program, also after an upgrade has replaced its file.
    var executable: String
    /// Without the program's name.
    var arguments: [String]
    var environment: [String: String]
    /// Become descriptors 3, 4, …
    var descriptors: [NamedDescriptor]
    /// Whom to become before exec; `nil` stays root.
    var user: ServiceUser?
    /// What the child gets when this process dies.
    var parentDeathSignal: Int32

    /// Starts it.
    /// - Returns: the process id, once exec has succeeded.
    func start() throws(PrivilegeError) -> pid_t {
        var variables = environment.merging(InheritedDescriptors.environment(for: descriptors)) { $1 }
        if descriptors.isEmpty {
            variables["LISTEN_FDS"] = nil
            variables["LISTEN_FDNAMES"] = nil
        }
        // Ten digits to be overwritten between fork and exec.
        let prefix = "LISTEN_PID="
        variables["LISTEN_PID"] = nil
        let lines = variables.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + [prefix + "0000000000"]
        let environment = CStringArray(lines)
        let arguments = CStringArray(["diycloud-bridge"] + arguments)
        let numbers = descriptors.map(\.descriptor)
        let groups = user?.groups ?? []
        var pid: pid_t = 0
        let outcome = numbers.withUnsafeBufferPointer { numbers in
            groups.withUnsafeBufferPointer { groups in
                executable.withCString { executable in
                    var child = cprivilege_child()
                    child.executable = executable
                    child.arguments = UnsafePointer(arguments.pointer)
                    child.environment = UnsafePointer(environment.pointer)
                    child.process_id_field = environment.last.map { $0 + prefix.utf8.count }
                    child.descriptors = numbers.baseAddress
                    child.descriptor_count = numbers.count
                    child.unprivileged = user != nil
                    child.uid = user?.uid ?? 0
                    child.gid = user?.gid ?? 0
                    child.groups = groups.baseAddress
                    child.group_count = groups.count
                    child.parent_death_signal = parentDeathSignal
                    return cprivilege_spawn(&child, &pid)
                }
            }
        }
        guard outcome.step == CPRIVILEGE_DONE else { throw PrivilegeError(outcome) }
        return pid
    }
}

/// A NULL-terminated array of C strings, as execve(2) wants it.
private final class CStringArray {
    private var storage: [UnsafeMutablePointer<CChar>?]
    let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    init(_ strings: [String]) {
        storage = strings.map { strdup($0) }
        pointer = .allocate(capacity: storage.count + 1)
        pointer.initialize(from: storage + [nil], count: storage.count + 1)
    }

    deinit {
        for string in storage { free(string) }
        pointer.deallocate()
    }

    var last: UnsafeMutablePointer<CChar>? { storage.last ?? nil }
}
