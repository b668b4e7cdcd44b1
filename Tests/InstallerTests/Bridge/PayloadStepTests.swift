import Distributions
import Foundation
import Glibc
import HostChanges
import HostPrograms
import ManagedFiles
import PackageManagers
import Testing

@testable import Installer

@Suite("A release that is put into its place")
struct PayloadStepTests {
    @Test("it is copied with names, content and modes that everybody can use, whatever the umask was")
    func copy() async throws {
        let place = try Place()
        defer { place.remove() }
        chmod("\(place.payload)/bin/diycloud-bridge", 0o700)
        chmod("\(place.payload)/share/bridge.yaml", 0o600)
        try await place.run()
        #expect(place.mode("bin/diycloud-bridge") == 0o755)
        #expect(place.mode("share/bridge.yaml") == 0o644)
        #expect(try await place.step.look() == .done)
        #expect(await place.traces == [.tree(Payload.installed)])
    }

    @Test("one byte of another release is seen, and so is a file too many")
    func difference() async throws {
        let place = try Place()
        defer { place.remove() }
        try await place.run()
        // The same size and date.
        let program = "\(place.payload)/bin/diycloud-bridge"
        let date = try FileManager.default.attributesOfItem(atPath: program)[.modificationDate]
        try Data("Program".utf8).write(to: URL(filePath: program))
        try FileManager.default.setAttributes([.modificationDate: date as Any], ofItemAtPath: program)
        #expect(try await place.step.look() != .done)
        try await place.run()
        #expect(try await place.step.look() == .done)
        _ = FileManager.default.createFile(atPath: "\(place.target)/share/old.conf", contents: Data())
        #expect(try await place.step.look() != .done)
        try await place.run()
        #expect(access("\(place.target)/share/old.conf", F_OK) != 0)
    }

    @Test("what a killed run left beside it is taken away by the next, before the exchange and after it")
    func killed() async throws {
        let place = try Place()
        defer { place.remove() }
        let draft = "\(place.target).diycloud-new"
        try FileManager.default.createDirectory(atPath: "\(draft)/bin", withIntermediateDirectories: true)
        try await place.run()
        #expect(access(draft, F_OK) != 0)
        try FileManager.default.createDirectory(atPath: "\(draft)/bin", withIntermediateDirectories: true)
        #expect(try await place.step.look() != .done)
        try await place.run()
        #expect(access(draft, F_OK) != 0)
        #expect(try await place.step.look() == .done)
    }

    @Test("the files of a package are the package's")
    func packaged() async throws {
        let place = try Place()
        defer { place.remove() }
        try await place.run()
        _ = FileManager.default.createFile(atPath: "\(place.target)/share/packaged", contents: Data())
        guard case .blocked(let why) = try await place.step.look() else {
            Issue.record("it would be written over")
            return
        }
        #expect(why.contains("package diycloud-bridge"))
    }

    @Test("something else in its place is left alone")
    func foreign() async throws {
        let place = try Place()
        defer { place.remove() }
        try FileManager.default.createDirectory(atPath: "\(place.target)/bin", withIntermediateDirectories: true)
        guard case .pending = try await place.step.look() else {
            Issue.record("it would be written over")
            return
        }
    }
}

/// A host's tree, and a release beside it. The programs that copy are this host's.
private struct Place {
    let root = FileManager.default.temporaryDirectory.appending(path: "diycloud-payload-\(UUID())").path
    let host: Installer.Host
    var payload: String { "\(root)/release" }
    var target: String { "\(root)/host\(Payload.installed)" }
    var step: PayloadStep { PayloadStep(host: host) }

    init() throws {
        for (name, text) in ["release/bin/diycloud-bridge": "program", "release/share/bridge.yaml": "a: 1\n"] {
            let file = URL(filePath: "\(root)/\(name)")
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: file)
        }
        chmod("\(root)/release/bin/diycloud-bridge", 0o755)
        try FileManager.default.createDirectory(atPath: "\(root)/host/opt", withIntermediateDirectories: true)
        let programs = SystemPrograms()
        let debian = OSRelease(parsing: "ID=debian\nVERSION_ID=12\nPRETTY_NAME=Debian\n")
        host = Installer.Host(
            distribution: try Distribution(debian),
            facts: HostFacts(hostName: "test", hasSystemd: true, enforcesSELinux: false, firewall: nil),
            programs: programs,
            packages: PackageManagers.make(.apt, programs: programs),
            files: ManagedFiles(
                root: "\(root)/host",
                record: try InstallationRecord(directory: "\(root)/record", release: "1")
            ),
            payload: try Payload(directory: "\(root)/release"),
            options: InstallOptions()
        )
    }

    func run() async throws {
        try await host.record.note(try await step.traces(), of: .bridge)
        try await step.apply(StepReport(say: { _ in }, output: { _ in }))
    }

    var traces: [HostTrace] { get async { await host.record.manifest.entries.map(\.trace) } }

    func mode(_ name: String) -> UInt32 {
        var status = stat()
        return lstat("\(target)/\(name)", &status) == 0 ? status.st_mode & 0o7777 : 0
    }

    func remove() { try? FileManager.default.removeItem(atPath: root) }
}
