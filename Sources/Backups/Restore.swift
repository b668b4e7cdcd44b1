public import Foundation
import Glibc
public import HostPrograms

/// Puts back what a backup holds.
public enum Restore {
    /// How a restore is made.
    public struct Options: Sendable {
        public var places: BackupPlaces
        /// Whose notebooks are put back, as they are on this host. Everybody else's stay in the file.
        public var people: [BackupPerson]
        /// Of the product, for the backup of what is here now.
        public var version: String
        /// Where that backup is made; mode 0700 when it has to be made.
        public var savedDirectory: String
        /// Where items are unpacked and looked through first; in a closed directory of its own.
        public var workDirectory: String

        public init(
            places: BackupPlaces = BackupPlaces(),
            people: [BackupPerson] = [],
            version: String,
            savedDirectory: String = "/var/backups/diycloud",
            workDirectory: String = "/var/tmp"
        ) {
            self.places = places
            self.people = people
            self.version = version
            self.savedDirectory = savedDirectory
            self.workDirectory = workDirectory
        }
    }

    /// Verifies the whole file and says what a restore would do. Changes nothing.
    /// - Throws: ``BackupError`` for a file that is damaged or strange, and for people whose notebooks it has not.
    public static func plan(
        _ file: String,
        options: Options,
        programs: any HostPrograms = SystemPrograms(),
        date: Date = Date()
    ) async throws(BackupError) -> RestorePlan {
        let file = file.hasPrefix("/") ? file : FileManager.default.currentDirectoryPath + "/" + file
        let manifest = try Archive.verify(file)
        let absent = options.people.map(\.name).filter { !manifest.people.contains($0) }
        guard absent.isEmpty else { throw .nobodyInIt(absent) }
        let stamp = stamp(of: date)
        let portainer = await PortainerVolume.find(options.places.portainer, programs: programs)
        let planner = RestorePlanner(options: options, manifest: manifest, portainer: portainer, stamp: stamp)
        let actions = manifest.items.compactMap(planner.action)
        try checkAccounts(actions)
        let host = actions.filter { $0.kind != .leave && $0.item.kind != .notebooks }
        let services = ServicePause(programs: programs, containers: [])
        return RestorePlan(
            file: file,
            manifest: manifest,
            actions: actions,
            units: host.isEmpty ? [] : await services.running(of: options.places.units),
            container: host.contains { $0.item.kind == .portainer } && portainer?.isRunning == true
                ? portainer?.container : nil,
            saved: host.contains { $0.kind == .replace }
                ? "\(options.savedDirectory)/before-restore-\(stamp).tar" : nil,
            stamp: stamp,
            places: options.places,
            people: options.people,
            version: options.version,
            workDirectory: options.workDirectory
        )
    }

    /// Does what the plan says, and looks afterwards whether it is so.
    ///
    /// Everything is unpacked and judged first, in a directory that only root can enter; what does not belong ends the run
    /// with nothing changed. The state of now is saved, services are stopped, and each file or directory is exchanged by
    /// renaming. A step that fails takes back those before it. Services are started again in any case. Killed in between,
    /// run it again: what was there before is in ``RestorePlan/saved``.
    /// - Throws: ``BackupError``.
    public static func apply(
        _ plan: RestorePlan,
        programs: any HostPrograms = SystemPrograms(),
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws(BackupError) {
        try DiskRoom.check(plan.workDirectory, for: plan.manifest.items.reduce(0) { $0 + $1.size })
        let work = try ClosedDirectory.make(in: plan.workDirectory)
        defer { ClosedDirectory.remove(work) }
        let wanted = plan.actions.filter { $0.kind != .leave }
        progress("Unpacking and looking through \(plan.file)")
        let members = Set(wanted.map(\.item.member))
        guard try Archive.unpack(plan.file, into: work, wanted: { members.contains($0.member) }) == plan.manifest else {
            throw .corrupt(plan.file, part: Archive.manifestName, reason: "it has changed since it was looked at")
        }
        let unpacking = RestoreUnpacking(plan: plan, work: work, programs: programs)
        let prepared = try await unpacking.prepare(wanted.filter { $0.item.kind != .notebooks })
        if !prepared.isEmpty {
            try await save(plan, programs: programs, progress: progress)
            try await exchange(prepared, plan: plan, programs: programs, progress: progress)
        }
        for action in wanted where action.item.kind == .notebooks {
            try await notebooks(action, plan: plan, work: work, programs: programs, progress: progress)
        }
    }

    private static func save(
        _ plan: RestorePlan,
        programs: any HostPrograms,
        progress: @escaping @Sendable (String) -> Void
    ) async throws(BackupError) {
        guard let saved = plan.saved else { return }
        progress("Saving what is here now to \(saved)")
        let directory = PartFile.directory(of: saved)
        try makeSavedDirectory(directory)
        let backup = BackupPlan(places: plan.places, version: plan.version, acceptsDamage: true)
        _ = try await Backup.write(backup, to: saved, programs: programs, progress: progress)
    }

    /// Not every distribution has `/var/backups`.
    private static func makeSavedDirectory(_ directory: String) throws(BackupError) {
        guard mkdir(directory, 0o700) != 0, errno != EEXIST else { return }
        try Exchange.makeParents(PartFile.directory(of: directory))
        guard mkdir(directory, 0o700) == 0 else { throw .system(directory, "cannot be made") }
    }

    private static func exchange(
        _ prepared: [PreparedPart],
        plan: RestorePlan,
        programs: any HostPrograms,
        progress: @escaping @Sendable (String) -> Void
    ) async throws(BackupError) {
        let hasHostFiles = plan.actions.contains { $0.kind != .leave && $0.item.kind == .hostFiles }
        let pause = ServicePause(programs: programs, containers: plan.container.map { [$0] } ?? [])
        do throws(BackupError) {
            try await pause.stop(plan.units, progress: progress)
            var exchange = Exchange(stamp: plan.stamp, programs: programs)
            do throws(BackupError) {
                for part in prepared {
                    progress("Putting back \(part.path)")
                    try await exchange.put(part)
                }
                try prove(prepared, saved: plan.saved ?? "")
                if hasHostFiles { try await pause.rereadUnits(progress: progress) }
            } catch {
                exchange.takeBack()
                throw error
            }
            try exchange.keep()
        } catch {
            try? await pause.start(plan.units, progress: progress)
            throw error
        }
        try await pause.start(plan.units, progress: progress)
        if hasHostFiles { try await pause.rereadWeb(progress: progress) }
    }

    /// Compares what stands there now with what was unpacked.
    private static func prove(_ prepared: [PreparedPart], saved: String) throws(BackupError) {
        for part in prepared where try PartPrint(of: part.source) != PartPrint(of: part.target) {
            throw .notProved(part.path, saved: saved)
        }
    }

    private static func notebooks(
        _ action: RestorePlan.Action,
        plan: RestorePlan,
        work: String,
        programs: any HostPrograms,
        progress: @Sendable (String) -> Void
    ) async throws(BackupError) {
        guard let person = plan.people.first(where: { $0.name == action.item.person }) else { return }
        guard let compression = TreeArchive.Compression(ending: action.item.member) else { return }
        progress("Putting the notebooks of \(person.name) into \(action.path)")
        try await Notebooks(person: person, trees: TreeArchive(programs: programs)).restore(
            Archive.unpackedPath(of: action.item, in: work),
            to: "notebooks.restored-\(plan.stamp)",
            compression: compression
        )
    }

    /// An account that this host does not know would be somebody else's number.
    private static func checkAccounts(_ actions: [RestorePlan.Action]) throws(BackupError) {
        let items = actions.filter { $0.kind != .leave && $0.item.kind != .notebooks }.map(\.item)
        let missing = Set(items.flatMap { AccountNames(owners: $0.owners, groups: $0.groups).missing })
        guard missing.isEmpty else { throw .accountsMissing(missing.sorted()) }
    }

    private static func stamp(of date: Date) -> String {
        let style = Date.ISO8601FormatStyle(
            dateSeparator: .omitted,
            dateTimeSeparator: .standard,
            timeSeparator: .omitted
        )
        return date.formatted(style).replacing("T", with: "-").replacing("Z", with: "")
    }
}
