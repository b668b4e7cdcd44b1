public import HostChanges
public import ManagedFiles

/// A file, kept as ``ManagedFiles`` keeps them.
public struct FileStep: Step {
    public let component: Component
    public let file: ManagedFile
    private let files: ManagedFiles
    private let force: Bool

    public init(_ component: Component, _ file: ManagedFile, on host: Host) {
        self.component = component
        self.file = file
        files = host.files
        force = host.options.force
    }

    public var title: String { "Write \(file.path)" }

    public func look() async throws -> StepStanding { try await files.look(file, force: force) }

    public func apply(_ report: StepReport) async throws {
        try await files.write(file, force: force, for: component)
    }
}
