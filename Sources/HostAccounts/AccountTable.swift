import Glibc
public import Identity
import Synchronization

/// The accounts of `/etc/passwd`, read once and again after each change of the file; the name service is asked for the others.
///
/// For callers that look many accounts up: the C library reads the whole file for each of them, which with 10,000 accounts takes a
/// millisecond every time. A look-up may wait for a directory server: never call this on an event loop.
public final class AccountTable: Sendable {
    /// What passwd(5) says of one account.
    public struct Entry: Sendable, Equatable {
        public let name: String
        public let uid: UInt32
        public let home: String
    }

    private struct Content: Sendable {
        var mark: AccountFiles?
        var byName: [String: Entry] = [:]
        var byUID: [UInt32: Entry] = [:]
    }

    /// Whether `directory` is this host's, so that its name service may be asked.
    private let asksNameService: Bool
    private let directory: String
    private let content = Mutex(Content())

    /// - Parameter directory: where `passwd` is; `/etc` on a real host.
    public init(directory: String = "/etc") {
        self.directory = directory
        asksNameService = directory == "/etc"
    }

    /// The account called `name`; `nil` when there is none, or nobody who could say.
    public func entry(named name: UserName) -> Entry? {
        if let known = fileEntry(named: name) { return known }
        return ask { getpwnam_r(name.rawValue, $0, $1, $2, $3) }
    }

    /// The account with `uid`: the first of them when there are several; `nil` when there is none, or nobody who could say.
    public func entry(uid: UInt32) -> Entry? {
        if let known = fileEntry(uid: uid) { return known }
        return ask { getpwuid_r(uid, $0, $1, $2, $3) }
    }

    func fileEntry(named name: UserName) -> Entry? { current { $0.byName[name.rawValue] } }

    func fileEntry(uid: UInt32) -> Entry? { current { $0.byUID[uid] } }

    private func current(_ find: (borrowing Content) -> Entry?) -> Entry? {
        let mark = AccountFiles.now(in: directory)
        return content.withLock { content in
            if content.mark != mark { content = Self.read(directory, mark) }
            return find(content)
        }
    }

    private static func read(_ directory: String, _ mark: AccountFiles) -> Content {
        var content = Content(mark: mark)
        guard let file = fopen("\(directory)/passwd", "re") else { return content }
        defer { fclose(file) }
        var buffer = [CChar](repeating: 0, count: 16_384)
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        while fgetpwent_r(file, &entry, &buffer, buffer.count, &found) == 0, found != nil {
            guard let account = Entry(entry) else { continue }
            // The first one wins, as it does for the C library.
            if content.byName[account.name] == nil { content.byName[account.name] = account }
            if content.byUID[account.uid] == nil { content.byUID[account.uid] = account }
        }
        return content
    }

    private typealias LookUp = (
        UnsafeMutablePointer<passwd>, UnsafeMutablePointer<CChar>, Int,
        UnsafeMutablePointer<UnsafeMutablePointer<passwd>?>
    ) -> Int32

    private func ask(_ lookUp: LookUp) -> Entry? {
        guard asksNameService else { return nil }
        var size = 4096
        while size <= 1 << 20 {
            var buffer = [CChar](repeating: 0, count: size)
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            let problem = buffer.withUnsafeMutableBufferPointer { space in
                space.baseAddress.map { lookUp(&entry, $0, space.count, &found) } ?? ENOMEM
            }
            if found != nil { return Entry(entry) }
            guard problem == ERANGE || problem == EINTR else { return nil }
            if problem == ERANGE { size *= 4 }
        }
        return nil
    }
}

extension AccountTable.Entry {
    init?(_ entry: passwd) {
        guard let name = entry.pw_name, let home = entry.pw_dir else { return nil }
        self.init(name: String(cString: name), uid: entry.pw_uid, home: String(cString: home))
    }
}
