import Glibc

/// F-13: the store and its copies, with the unsalted password hashes of everybody, readable for all accounts.
struct StorePermissions: MendableLeftover {
    let id = "store-world-readable"

    /// The group that `diycloud-bridge serve` reads the store by (docs/administrator.md).
    private static let group = "diycloud-bridge"

    /// What is to become of one file or directory.
    private struct Wrong {
        let path: String
        let mode: mode_t
        let wanted: mode_t
        /// Nil where the group stays.
        let group: gid_t?
    }

    func look(at host: LegacyHost) async throws(Unseen) -> LegacyFault? {
        let wrong = try wrong(on: host)
        guard !wrong.isEmpty else { return nil }
        let isOpen = wrong.contains { host.isDirectory($0.path) == false && $0.mode & 0o004 != 0 }
        return mendable(
            isOpen ? .critical : .warning,
            what: wrong.map { "\($0.path) is \(Self.octal($0.mode))" }.joined(separator: "; "),
            why: """
                The hashes have no salt: whoever can read the file finds most passwords within minutes. In a directory that others \
                may enter, the next copy that a script makes is open again.
                """
        )
    }

    func mend(on host: LegacyHost, _ work: RepairWork) async throws(LegacyRepairError) {
        let all: [Wrong]
        do throws(Unseen) {
            all = try wrong(on: host)
        } catch {
            throw .unseen(id: id, reason: error.reason)
        }
        for wrong in all {
            try work.setMode(wrong.path, wrong.wanted, group: wrong.group)
            let whose = wrong.group == nil ? "" : ", group \(Self.group)"
            work.say("\(wrong.path) is \(Self.octal(wrong.wanted))\(whose) now (it was \(Self.octal(wrong.mode))).")
        }
        if try gid(on: host) == nil {
            work.say("There is no group \(Self.group) yet: `diycloud install` lets the bridge read the store.")
        }
    }

    private func wrong(on host: LegacyHost) throws(Unseen) -> [Wrong] {
        let group: gid_t?
        do throws(LegacyRepairError) { group = try gid(on: host) } catch { throw Unseen("\(error)") }
        return LegacyPlaces(host: host).storeDirectories.flatMap { directory in
            // Where the bridge is, it enters the directory and reads the store; the copies are root's.
            let files = host.names(in: directory).filter { $0.hasPrefix("users.db") }.map { name in
                Self.wrong(
                    "\(directory)/\(name)",
                    LegacyPlaces.isCopy(name) || group == nil ? 0o600 : 0o640,
                    group,
                    host
                )
            }
            return [Self.wrong(directory, group == nil ? 0o700 : 0o750, group, host)] + files
        }.compactMap(\.self)
    }

    private static func wrong(_ path: String, _ wanted: mode_t, _ group: gid_t?, _ host: LegacyHost) -> Wrong? {
        guard let status = host.status(path), status.st_mode & S_IFMT != S_IFLNK, status.st_mode & 0o007 != 0 else {
            return nil
        }
        let isShared = wanted & 0o040 != 0
        return Wrong(path: path, mode: status.st_mode & 0o7777, wanted: wanted, group: isShared ? group : nil)
    }

    /// By the host's own file: the group is a system's, never of a directory service.
    private func gid(on host: LegacyHost) throws(LegacyRepairError) -> gid_t? {
        do throws(Unseen) {
            return try AccountFiles(host: host).groups.first { $0.name == Self.group }?.gid
        } catch {
            throw .unseen(id: id, reason: error.reason)
        }
    }

    private static func octal(_ mode: mode_t) -> String { "0" + String(mode, radix: 8) }
}
