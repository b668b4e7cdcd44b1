import Foundation

/// Why a text cannot be changed as JSON.
public enum JSONTextError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It is not JSON (RFC 8259), or no object.
    case noObject(reason: String)
    /// A name is in it twice, and programs differ in which of them counts.
    case twice(String)

    public var description: String {
        switch self {
        case .noObject(let reason): "it is no JSON object: \(reason)"
        case .twice(let name): "it has \"\(name)\" twice"
        }
    }
}

/// The text of a JSON object whose members are changed in place: order, spelling and blanks of everything else stay as somebody wrote them.
public struct JSONObjectText: Sendable, Equatable {
    private struct Member {
        let name: String
        let start: Int
        let value: Range<Int>
    }

    private struct Object {
        /// From the opening brace to behind the closing one.
        let range: Range<Int>
        let members: [Member]
    }

    private var bytes: [UInt8]

    /// - Parameter text: UTF-8 without a byte order mark. An empty one is an empty object.
    public init(_ text: String) throws(JSONTextError) {
        let isEmpty = text.allSatisfy(\.isWhitespace)
        bytes = Array((isEmpty ? "{}\n" : text).utf8)
        guard bytes.first(where: { !Self.isBlank($0) }) == UInt8(ascii: "{") else {
            throw .noObject(reason: "it does not begin with {")
        }
        do {
            guard try JSONSerialization.jsonObject(with: Data(bytes)) is [String: Any] else {
                throw JSONTextError.noObject(reason: "it is a value of another kind")
            }
        } catch let error as JSONTextError {
            throw error
        } catch {
            throw .noObject(reason: Self.reason(of: error))
        }
        // Foundation lets a comma after the last member pass, which Go's decoder does not.
        guard !hasIdleComma else { throw .noObject(reason: "it has a comma before a closing brace") }
        try check(top)
    }

    public var text: String { String(decoding: bytes, as: UTF8.self) }

    public var isEmpty: Bool { top.members.isEmpty }

    /// The value at a path of names, as its JSON text; nil when there is none.
    public func value(at path: [String]) -> String? {
        guard let found = member(at: path) else { return nil }
        return String(decoding: bytes[found.value], as: UTF8.self)
    }

    /// Gives a member a value. What is missing on the way is made; a value on the way that is no object is replaced.
    /// - Parameters:
    ///   - json: a whole JSON value.
    ///   - path: one or more names.
    public mutating func set(_ json: String, at path: [String]) {
        guard !path.isEmpty else { return }
        var object = top
        for (depth, name) in path.enumerated() {
            let rest = path[(depth + 1)...]
            let value = rest.reversed().reduce(json) { "{\(Self.quoted($1)): \($0)}" }
            guard let found = object.members.last(where: { $0.name == name }) else {
                insert("\(Self.quoted(name)): \(value)", into: object)
                return
            }
            guard !rest.isEmpty, bytes[found.value.lowerBound] == UInt8(ascii: "{") else {
                bytes.replaceSubrange(found.value, with: Array(value.utf8))
                return
            }
            object = self.object(at: found.value.lowerBound)
        }
    }

    /// Takes a member out, with the comma that it needed; and then the objects around it that have nothing left in them.
    public mutating func remove(at path: [String]) {
        guard let name = path.last else { return }
        let around = Array(path.dropLast())
        let object: Object
        if around.isEmpty {
            object = top
        } else {
            guard let outer = member(at: around), bytes[outer.value.lowerBound] == UInt8(ascii: "{") else { return }
            object = self.object(at: outer.value.lowerBound)
        }
        guard let index = object.members.lastIndex(where: { $0.name == name }) else { return }
        if object.members.count == 1, !around.isEmpty {
            remove(at: around)
            return
        }
        let cut: Range<Int>
        if index > 0 {
            cut = object.members[index - 1].value.upperBound..<object.members[index].value.upperBound
        } else if object.members.count > 1 {
            cut = object.members[0].start..<object.members[1].start
        } else {
            cut = object.range.lowerBound + 1..<object.range.upperBound - 1
        }
        bytes.removeSubrange(cut)
    }

    // MARK: - Where things are in the text, which is known to be JSON

    private var top: Object { object(at: bytes.firstIndex(of: UInt8(ascii: "{")) ?? 0) }

    private func member(at path: [String]) -> Member? {
        var object = top
        var found: Member?
        for (depth, name) in path.enumerated() {
            guard let next = object.members.last(where: { $0.name == name }) else { return nil }
            found = next
            if depth < path.count - 1 {
                guard bytes[next.value.lowerBound] == UInt8(ascii: "{") else { return nil }
                object = self.object(at: next.value.lowerBound)
            }
        }
        return found
    }

    private func object(at start: Int) -> Object {
        var members: [Member] = []
        var place = blanks(after: start + 1)
        while place < bytes.count, bytes[place] == UInt8(ascii: "\"") {
            let nameEnd = end(ofValueAt: place)
            // Past the colon.
            let value = blanks(after: blanks(after: nameEnd) + 1)
            let valueEnd = end(ofValueAt: value)
            members.append(Member(name: Self.name(bytes[place..<nameEnd]), start: place, value: value..<valueEnd))
            place = blanks(after: valueEnd)
            guard place < bytes.count, bytes[place] == UInt8(ascii: ",") else { break }
            place = blanks(after: place + 1)
        }
        return Object(range: start..<min(place + 1, bytes.count), members: members)
    }

    private func blanks(after start: Int) -> Int {
        var place = start
        while place < bytes.count, Self.isBlank(bytes[place]) { place += 1 }
        return place
    }

    private func end(ofValueAt start: Int) -> Int {
        var place = start
        var depth = 0
        while place < bytes.count {
            switch bytes[place] {
            case UInt8(ascii: "\""):
                place += 1
                while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
                    place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
                }
                place += 1
                if depth == 0 { return min(place, bytes.count) }
                continue
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return place }
                depth -= 1
                if depth == 0 { return place + 1 }
            case UInt8(ascii: ","):
                if depth == 0 { return place }
            default:
                if depth == 0, Self.isBlank(bytes[place]) { return place }
            }
            place += 1
        }
        return bytes.count
    }

    private var hasIdleComma: Bool {
        var isInString = false
        var lastSign: UInt8 = 0
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            if isInString, byte == UInt8(ascii: "\\") {
                place += 2
                continue
            }
            if byte == UInt8(ascii: "\"") { isInString.toggle() }
            if !isInString, !Self.isBlank(byte) {
                if lastSign == UInt8(ascii: ","), [UInt8(ascii: "}"), UInt8(ascii: "]")].contains(byte) { return true }
                lastSign = byte
            }
            place += 1
        }
        return false
    }

    private mutating func insert(_ member: String, into object: Object) {
        if let last = object.members.last, let first = object.members.first {
            // As the first member is set apart from the brace, so is this one from the last.
            let lead = bytes[object.range.lowerBound + 1..<first.start]
            let line = lead.lastIndex(of: UInt8(ascii: "\n")).map { Array(lead[$0...]) } ?? Array(" ".utf8)
            bytes.insert(contentsOf: Array(",".utf8) + line + Array(member.utf8), at: last.value.upperBound)
        } else {
            let interior = object.range.lowerBound + 1..<object.range.upperBound - 1
            bytes.replaceSubrange(interior, with: Array("\n  \(member)\n".utf8))
        }
    }

    private func check(_ object: Object) throws(JSONTextError) {
        var names = Set<String>()
        for member in object.members {
            guard names.insert(member.name).inserted else { throw .twice(member.name) }
            if bytes[member.value.lowerBound] == UInt8(ascii: "{") {
                try check(self.object(at: member.value.lowerBound))
            }
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0a, 0x0d].contains(byte) }

    private static func name(_ quoted: ArraySlice<UInt8>) -> String {
        let value = try? JSONSerialization.jsonObject(with: Data(quoted), options: .fragmentsAllowed)
        return value as? String ?? String(decoding: quoted, as: UTF8.self)
    }

    private static func quoted(_ name: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        return (try? encoder.encode(name)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
    }

    private static func reason(of error: any Error) -> String {
        let debug = (error as NSError).userInfo["NSDebugDescription"] as? String
        return debug ?? "it cannot be read"
    }
}
