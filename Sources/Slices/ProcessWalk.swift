internal import Glibc

/// Finds what people run by whose it is, in whatever cgroup: one walk over `/proc`.
///
/// A process is somebody's when one of its four uids is theirs, so that a program with set-uid, their own or another's, counts
/// too. Two kinds of container make a difference. Root's (Docker without user namespaces) may use the same numbers for other people:
/// what runs in a process id namespace below ours counts only if it was started from a log-in of that uid, or in a user namespace
/// of theirs. And in a user namespace of their own they have further uids, those of subuid(5), which nobody else may use there.
struct ProcessWalk {
    let uids: Set<UInt32>
    private let subordinates: SubordinateUIDs
    private let ownMap: String?

    init(_ uids: Set<UInt32>, subordinates: SubordinateUIDs = SubordinateUIDs()) {
        self.uids = uids
        self.subordinates = subordinates
        self.ownMap = CgroupFile.text(of: "/proc/self/uid_map")
    }

    /// All that the people run, without ourselves.
    func processes() -> [UInt32: [pid_t]] {
        var found: [UInt32: [pid_t]] = [:]
        for entry in CgroupFile.names(in: "/proc") {
            guard let process = pid_t(entry), process != getpid() else { continue }
            for owner in owners(of: process) { found[owner, default: []].append(process) }
        }
        return found
    }

    /// Which of the people a process belongs to; nobody's when it has ended.
    func owners(of process: pid_t) -> Set<UInt32> {
        guard let status = CgroupFile.text(of: "/proc/\(process)/status").flatMap({ ProcessStatus(parsing: $0) }),
            !status.isGone
        else { return [] }
        let named = uids.intersection(status.uids)
        if !named.isEmpty { return status.namespaces == 1 ? named : named.filter { isTheirs(process, $0) } }
        guard let owner = subordinates.owner(of: status.uids), uids.contains(owner), isInOtherUserNamespace(process)
        else { return [] }
        return [owner]
    }

    private func isTheirs(_ process: pid_t, _ uid: UInt32) -> Bool {
        let logIn = CgroupFile.text(of: "/proc/\(process)/loginuid").flatMap { UInt32($0.filter(\.isNumber)) }
        if logIn == uid { return true }
        guard isInOtherUserNamespace(process), let map = CgroupFile.text(of: "/proc/\(process)/uid_map") else {
            return false
        }
        // Without root only one's own uid and the subordinate ones can be mapped (user_namespaces(7)).
        return map.split(separator: "\n").allSatisfy { line in
            let fields = line.split(separator: " ").compactMap { UInt32($0) }
            guard fields.count == 3, fields[2] > 0 else { return false }
            return (fields[1] == uid && fields[2] == 1)
                || subordinates.owner(of: [fields[1], fields[1] &+ (fields[2] - 1)]) == uid
        }
    }

    private func isInOtherUserNamespace(_ process: pid_t) -> Bool {
        let map = CgroupFile.text(of: "/proc/\(process)/uid_map")
        return map != nil && map != ownMap
    }
}
