/// Everything on this host that is there because of us.
public struct Manifest: Codable, Equatable, Sendable {
    /// The one form that this program reads.
    public static let currentVersion = 1

    /// A thing, and the component that wanted it first.
    public struct Entry: Codable, Equatable, Sendable {
        public let component: Component
        public let trace: HostTrace
        /// Seconds since 1970.
        public let since: Int64

        public init(component: Component, trace: HostTrace, since: Int64) {
            self.component = component
            self.trace = trace
            self.since = since
        }
    }

    /// A file that we write.
    public struct File: Codable, Equatable, Sendable {
        /// SHA-256, in hexadecimal digits, of what we wrote last; nil while the first write is under way.
        public var wrote: String?
        /// SHA-256 of what a write that is under way will leave. A run that finds it finishes what was interrupted.
        public var writing: String?
        /// Where the original is kept, below `saved/`; nil when there was none.
        public var original: String?
        /// Whether only some lines of it are ours.
        public var isBlock: Bool?
        /// For JSON that is merged: keys (`a.b`) and their values before us, as JSON text; an empty text means absent.
        public var merged: [String: String]?

        public init(wrote: String? = nil, writing: String? = nil, original: String? = nil) {
            self.wrote = wrote
            self.writing = writing
            self.original = original
        }
    }

    public var version = Manifest.currentVersion
    /// The release that wrote it last.
    public var release: String
    public var options = InstallOptions()
    /// The components that were installed, whole or in part.
    public var components: Set<Component> = []
    /// In the order in which they were made.
    public var entries: [Entry] = []
    public var files: [String: File] = [:]
    /// A digest for each thing that has to be done again when what it depends on changes: a unit's files at its last start.
    public var inputs: [String: String] = [:]

    public init(release: String) { self.release = release }

    /// Adds what is not there yet.
    public mutating func add(_ traces: [HostTrace], of component: Component, now: Int64) {
        for trace in traces {
            if let index = entries.firstIndex(where: { $0.trace.isSameThing(as: trace) }) {
                let known = entries[index]
                entries[index] = Entry(component: known.component, trace: trace, since: known.since)
            } else {
                entries.append(Entry(component: component, trace: trace, since: now))
            }
        }
    }

    /// Forgets a thing that is gone.
    public mutating func remove(_ trace: HostTrace) {
        entries.removeAll { $0.trace.isSameThing(as: trace) }
        if case .file(let path) = trace { files[path] = nil }
    }

    /// Whether we made it.
    public func has(_ trace: HostTrace) -> Bool { entries.contains { $0.trace.isSameThing(as: trace) } }
}
