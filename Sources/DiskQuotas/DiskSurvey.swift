import CQuota
import Glibc
import HostPrograms

/// Looks at the file system of a home: mounts, fstab, and the kernel's word on its quotas.
struct DiskSurvey: Sendable {
    let fstab: String
    let programs: any HostPrograms
    let byDevice: Bool

    /// - Throws: ``DiskQuotaError``
    func facts(ofHome home: String) throws(DiskQuotaError) -> DiskQuotaPlanner.Facts {
        let directory = try HomeDirectory.open(home)
        let table = try MountTable.read()
        let mount = try directory.mount(in: table)
        var facts = DiskQuotaPlanner.Facts(
            home: home,
            mount: mount,
            siblings: table.mounts(ofSameFileSystemAs: mount),
            fstab: try? Fstab.read(fstab),
            counted: false,
            enforced: false
        )
        do throws(KernelError) {
            try Self.ask(directory, byDevice: byDevice, into: &facts)
        } catch {
            throw .unreadable(path: home, errno: error.code)
        }
        facts.missingTools = Set(["quotacheck", "quotaon"].filter { !programs.has($0) })
        facts.kernelCountsXFS = access("/proc/fs/xfs/xqmstat", F_OK) == 0
        return facts
    }

    /// The directories in `homes` that btrfs cannot limit because they are no subvolumes.
    func plainHomes(in homes: String) -> [String] {
        guard let stream = opendir(homes) else { return [] }
        defer { closedir(stream) }
        var plain: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            let path = homes.hasSuffix("/") ? homes + name : "\(homes)/\(name)"
            if name.hasPrefix(".") { continue }
            guard let directory = try? HomeDirectory.open(path) else { continue }
            if directory.isBtrfs && !directory.isSubvolume { plain.append(path) }
        }
        return plain.sorted()
    }

    private static func ask(
        _ directory: borrowing HomeDirectory,
        byDevice: Bool,
        into facts: inout DiskQuotaPlanner.Facts
    ) throws(KernelError) {
        if directory.isBtrfs {
            let state = try SubvolumeQuota(directory).state()
            facts.counted = state.enabled
            facts.enforced = state.enabled
            facts.inconsistent = state.inconsistent
        } else {
            let state = try UserQuotas(directory, byDevice: byDevice).state().get()
            facts.counted = state.counted
            facts.enforced = state.enforced
        }
    }
}
