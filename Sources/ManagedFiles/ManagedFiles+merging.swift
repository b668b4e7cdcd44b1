import AtomicFiles
import Foundation
import Glibc
public import HostChanges

/// JSON of somebody else with members of ours in it.
extension ManagedFiles {
    /// Stands in ``Manifest/File/merged`` for the file itself, when there was none before us.
    private static let noFile = ""

    /// Puts members into a JSON object of somebody else, and remembers what each was before. Everything else keeps its spelling.
    /// - Parameters:
    ///   - members: each with its path of names (of which none has a dot in it) and its value as JSON.
    ///   - path: made, with its directory, when it is not there: 0644, root's.
    /// - Throws: ``JSONTextError`` when the file is no JSON object, and ``AtomicFileError``; it is then as it was.
    public func merge(_ members: [(path: [String], json: String)], into path: String, for component: Component)
        async throws
    {
        let place = AtomicFile(real(path))
        let current = try place.read()
        var object = try JSONObjectText(String(decoding: current ?? Data(), as: UTF8.self))
        var before: [String: String] = current == nil ? [Self.noFile: ""] : [:]
        for member in members {
            before[member.path.joined(separator: ".")] = object.value(at: member.path) ?? ""
            object.set(member.json, at: member.path)
        }
        let previous = before
        let wrote = Dictionary(members.map { (Self.key($0.path, path), $0.json) }) { $1 }
        try await record.change {
            $0.add([.file(path)], of: component, now: Int64(time(nil)))
            var file = $0.files[path] ?? Manifest.File()
            // What was there before the first of our runs is what counts.
            file.merged =
                file.merged.map { known in
                    known.merging(previous.filter { $0.key != Self.noFile }) { first, _ in first }
                } ?? previous
            $0.files[path] = file
            for member in wrote { $0.inputs[member.key] = member.value }
        }
        let mode = current == nil ? 0o644 : try self.mode(of: place.path)
        let owner = current == nil ? nil : try self.owner(of: place.path)
        if current == nil { try makeDirectory(of: place.path) }
        try place.replace(Data(object.text.utf8), mode: mode, owner: owner)
    }

    /// What we wrote into a file by ``merge(_:into:for:)``, by path of names with dots between them.
    public func merged(into path: String) async -> [String: String] {
        let prefix = Self.key([], path)
        let inputs = await record.manifest.inputs
        return inputs.reduce(into: [:]) { all, input in
            if input.key.hasPrefix(prefix) { all[String(input.key.dropFirst(prefix.count))] = input.value }
        }
    }

    private static func key(_ names: [String], _ path: String) -> String { "\(path)#\(names.joined(separator: "."))" }

    /// Takes our members out again, and puts back what they were. What somebody changed since stays. A file that we made, and in
    /// which nothing is left, goes.
    func takeBack(_ merged: [String: String], of file: String, outOf current: Data, at place: AtomicFile) async throws
        -> FileUndo
    {
        let wrote = await self.merged(into: file)
        var object = try JSONObjectText(String(decoding: current, as: UTF8.self))
        for (name, json) in merged.sorted(by: { $0.key > $1.key }) where name != Self.noFile {
            let path = name.split(separator: ".").map(String.init)
            guard object.value(at: path) == wrote[name] else { continue }
            if json.isEmpty { object.remove(at: path) } else { object.set(json, at: path) }
        }
        if merged[Self.noFile] != nil, object.isEmpty {
            try place.remove()
            return .removed
        }
        try place.replace(Data(object.text.utf8), mode: try mode(of: place.path), owner: try owner(of: place.path))
        return .restored
    }

    private func makeDirectory(of real: String) throws {
        let directory = String(real[..<(real.lastIndex(of: "/") ?? real.endIndex)])
        guard mkdir(directory, 0o755) == 0 || errno == EEXIST else {
            throw AtomicFileError.system(path: directory, action: "made", errno: errno)
        }
    }
}
