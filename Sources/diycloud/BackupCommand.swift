import ArgumentParser
import Backups
import Foundation
import ManagedFiles
import ProductRelease

struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Save everything that this cloud is into one file, while it runs.",
        discussion: """
            Saves the user store, the databases of the bridge and of JupyterHub, the configuration with its secrets, what was changed of \
            nginx, systemd and PAM, Portainer's data and the record of the installation. Homes are no part of it: with --notebooks \
            the ~/notebooks of the people who are named come along, read as them. Images and volumes of people's containers are not saved.

            The file is made beside its name, read again and compared, and gets its name when it is right; it is readable by \
            root only, and whoever holds a copy holds the keys of this cloud. Portainer is paused for the seconds that its data is read. An \
            interrupted run leaves FILE.part and FILE.parts, which the next one to the same file takes over.

            EXAMPLES:
              sudo diycloud backup /root/cloud.tar
              sudo diycloud backup /root/cloud.tar --force --notebooks alice bob
              sudo diycloud restore /root/cloud.tar --dry-run     shows what is in it and where it would go
              tar -xf cloud.tar && sha256sum -c SHA256SUMS        opens it without this program

            EXIT CODE: 0 the file is there and right; 1 it is not; 64 wrong usage.
            """
    )

    @Argument(
        help: ArgumentHelp("Where to, in a directory that only root can write to.", valueName: "file"),
        completion: .file()
    )
    var file: String

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Whose notebooks come along.", valueName: "name")
    )
    var notebooks: [String] = []

    @OptionGroup var options: BackupOptions
    @OptionGroup var format: FormatOption

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @Flag(help: "Save a damaged database as the bytes that it is, instead of ending; a restore leaves it out.")
    var keepDamaged = false

    func validate() throws {
        if file.isEmpty { throw ValidationError("Name a file: diycloud backup /root/cloud.tar") }
    }

    func run() async throws {
        try HostOptions.requireRoot("backup", because: "reads every secret of the cloud")
        var isDirectory: ObjCBool = false
        if FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory), isDirectory.boolValue {
            let name = URL(fileURLWithPath: file).appendingPathComponent("cloud.tar").path
            throw CommandFailure("\(file) is a directory. Name a file in it: diycloud backup \(name)")
        }
        // Portainer is paused, and what is saved should be of one moment.
        let lock = try RunLock()
        defer { lock.release() }
        let plan = BackupPlan(
            places: try options.places(acceptsBroken: false),
            people: try BackupOptions.people(notebooks),
            version: Release.version,
            replacesFile: force,
            acceptsDamage: keepDamaged
        )
        let log = OperationLog(directory: HostOptions.logDirectory, command: "backup")
        log?.add("run", ["command": "backup", "file": file, "release": Release.version])
        let saved: SavedBackup
        do {
            let manifest = try await Backup.write(plan, to: file, progress: BackupOptions.progress(format.format))
            saved = SavedBackup(manifest, file: file, try Archive.digest(of: file))
        } catch {
            log?.add("failed", ["error": "\(error)"])
            throw error
        }
        log?.add("ended", ["file": file, "sha256": saved.sha256])
        switch format.format {
        case .text: print(BackupText(saved, isTerminal: TerminalText.isTerminal), terminator: "")
        case .json: try FormatOption.printJSON(saved)
        }
    }
}
