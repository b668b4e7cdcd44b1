/// The members of a JSON object in their order, looked up as Go's encoding/json looks up the fields of a struct.
///
/// The engine decodes with encoding/json, which matches a key to a field by `strings.EqualFold`: ASCII letters in either
/// case, U+017F (ſ) for `s` and U+212A (Kelvin sign) for `k`. A check that looked for `"Privileged"` only would miss
/// `"privileged"`. Where two keys of one object would meet the same field, the spelling that is exactly the one asked for is
/// found first; requests never come that far, because ``JSONParser`` refuses them.
public struct JSONObject: Sendable, Equatable {
    /// One member.
    public struct Member: Sendable, Equatable {
        /// The key as it came or was set.
        public let key: String
        public var value: JSONValue

        public init(key: String, value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The members, in order.
    public private(set) var members: [Member]

    /// An object without members.
    public init() { members = [] }

    /// Takes members that are known to have different keys.
    init(members: [Member]) { self.members = members }

    /// The keys as they came, in order.
    public var keys: [String] { members.map(\.key) }
    public var isEmpty: Bool { members.isEmpty }
    public var count: Int { members.count }

    /// The value under a key, whatever the case of its letters; nil when there is none.
    ///
    /// Setting replaces the member **and its spelling**: the key is serialised as it is given here. Setting nil removes.
    public subscript(name: String) -> JSONValue? {
        get { index(of: name).map { members[$0].value } }
        set {
            guard let newValue else { return remove(name) }
            set(name, newValue)
        }
    }

    /// Sets a member under exactly this spelling; every other spelling of it goes.
    public mutating func set(_ name: String, _ value: JSONValue) {
        guard let first = index(of: name) else { return members.append(Member(key: name, value: value)) }
        members[first] = Member(key: name, value: value)
        let others = members.indices.filter { $0 != first && FoldedKey.areEqual(members[$0].key, name) }
        for index in others.reversed() { members.remove(at: index) }
    }

    /// Removes a member in every spelling.
    public mutating func remove(_ name: String) {
        members.removeAll { FoldedKey.areEqual($0.key, name) }
    }

    /// The value under exactly this key, byte for byte: for maps (labels, networks), whose keys Go does not fold.
    public func exactly(_ key: String) -> JSONValue? {
        members.first { $0.key.utf8.elementsEqual(key.utf8) }?.value
    }

    private func index(of name: String) -> Int? {
        members.firstIndex { $0.key.utf8.elementsEqual(name.utf8) }
            ?? members.firstIndex { FoldedKey.areEqual($0.key, name) }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Makes an object from a literal; the last of two keys that fold alike counts.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (key, value) in elements { set(key, value) }
    }
}
