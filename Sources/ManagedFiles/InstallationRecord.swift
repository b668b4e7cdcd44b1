import AtomicFiles
public import HostChanges
import Foundation
import Glibc

/// The manifest of what is on this host because of us, on disk.
///
/// Each change is on the disk before the call returns, and callers record what they are about to do before they do it. So whatever
/// kills a run, the next one knows at least as much as there is.
public actor InstallationRecord {
    /// `/var/lib/diycloud-installation`, or where it was put: root's, mode 0700.
    public nonisolated let directory: String
    public private(set) var manifest: Manifest
    private let file: AtomicFile

    /// - Parameters:
    ///   - directory: made when it is not there.
    ///   - release: of this program.
    /// - Throws: ``InstallationRecordError``.
    public init(directory: String, release: String, readOnly: Bool = false) throws {
        self.directory = directory
        file = AtomicFile("\(directory)/manifest.json")
        guard let data = try file.read() else {
            manifest = Manifest(release: release)
            if !readOnly { try Self.make(directory) }
            return
        }
        do {
            manifest = try JSONDecoder().decode(Manifest.self, from: data)
        } catch {
            throw InstallationRecordError.unreadable(path: file.path, reason: "\(error)")
        }
        guard manifest.version == Manifest.currentVersion else {
            throw InstallationRecordError.newer(path: file.path, version: manifest.version)
        }
    }

    /// Records what is about to be made.
    public func note(_ traces: [HostTrace], of component: Component) throws {
        try change {
            $0.add(traces, of: component, now: Int64(time(nil)))
            $0.components.insert(component)
        }
    }

    /// Changes the manifest, and brings it to the disk.
    /// - Throws: ``AtomicFileError``; the manifest then is what it was.
    public func change(_ body: @Sendable (inout Manifest) -> Void) throws {
        var changed = manifest
        body(&changed)
        guard changed != manifest else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try Self.make(directory)
        try file.replace(try encoder.encode(changed), mode: 0o600)
        manifest = changed
    }

    private static func make(_ directory: String) throws {
        for path in [directory, "\(directory)/saved", "\(directory)/wrote"] {
            guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
                throw AtomicFileError.system(path: path, action: "made", errno: errno)
            }
        }
    }
}
