import Foundation
public import Identity

/// Who was the first to pull an image through the guard: only they may delete it, beside administrators.
///
/// A file of the guard's own (`{"version":1,"images":{"sha256:…":"alice"}}`), replaced atomically. An image that is
/// not in it belongs to nobody, so that a lost file takes rights away and gives none.
public actor ImageOwners {
    private let path: String
    private var owners: [String: String]
    /// What was wrong with the file when it was read, in one sentence; it is replaced at the next pull.
    public nonisolated let damage: String?

    /// Reads the file; a missing one is an empty one.
    public init(path: String) {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            (owners, damage) = ([:], nil)
            return
        }
        do {
            let document = try JSONDecoder().decode(Document.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
            guard document.version == 1 else { throw CocoaError(.coderInvalidValue) }
            (owners, damage) = (document.images, nil)
        } catch {
            owners = [:]
            damage =
                "\(path) cannot be read (\("\(error)".oneLine)): images that were pulled before belong to nobody now, "
                + "so that only administrators can delete them"
        }
    }

    /// Who pulled an image first.
    /// - Parameter id: with its algorithm.
    public func owner(of id: String) -> String? { owners[id] }

    /// Writes down who pulled an image, unless somebody did so before, and forgets images that are gone.
    /// - Parameter present: the ids of all images.
    /// - Throws: when the file cannot be written; the record is kept in memory nevertheless.
    public func record(_ id: String, pulledBy name: UserName, present: Set<String>) throws {
        guard owners[id] == nil else { return }
        owners = owners.filter { present.contains($0.key) }
        owners[id] = name.rawValue
        try write()
    }

    /// Forgets an image that was deleted: who pulls it next is its owner.
    public func forget(_ id: String) throws {
        guard owners.removeValue(forKey: id) != nil else { return }
        try write()
    }

    private func write() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let bytes = try encoder.encode(Document(version: 1, images: owners))
        // Written beside, made durable, then renamed: a crash leaves the old file or the new one.
        try bytes.write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    private struct Document: Codable {
        let version: Int
        let images: [String: String]
    }
}
