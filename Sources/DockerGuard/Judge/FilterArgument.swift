import DockerPolicy

/// The query argument `filters`: names with the values of which one fits, `{"label":["a","b=c"]}`.
///
/// Old clients send `{"label":{"a":true}}`, which the engine takes as well (moby, api/types/filters). A value that is
/// `false` there counts as if it were not there.
struct FilterArgument: Equatable {
    private(set) var values: [String: [String]] = [:]

    /// - Parameter text: as it stands in the query, decoded; nothing and `""` are no filters.
    /// - Throws: a refusal with 400 for anything else than the two forms.
    init(_ text: String?) throws(DockerRefusal) {
        guard let text, !text.isEmpty else { return }
        let value: JSONValue
        do {
            value = try JSONParser.parse(Array(text.utf8))
        } catch {
            throw .malformed("The filters argument is not JSON.", reason: "bad-filters")
        }
        guard case .object(let object) = value else { throw Self.malformed }
        for member in object.members { values[member.key] = try Self.list(member.value) }
    }

    /// Adds a value: of `label`, all have to fit; of others, one.
    mutating func require(_ name: String, _ value: String) {
        values[name, default: []].append(value)
    }

    mutating func set(_ name: String, _ list: [String]) { values[name] = list }

    var text: String {
        var object = JSONObject()
        for (name, list) in values.sorted(by: { $0.key < $1.key }) {
            object[name] = .array(list.map(JSONValue.string))
        }
        return String(decoding: JSONValue.object(object).serialized(), as: UTF8.self)
    }

    private static func list(_ value: JSONValue) throws(DockerRefusal) -> [String] {
        switch value {
        case .array(let elements):
            var list: [String] = []
            for element in elements {
                guard let text = element.string else { throw malformed }
                list.append(text)
            }
            return list
        case .object(let object):
            var list: [String] = []
            for member in object.members {
                guard let holds = member.value.bool else { throw malformed }
                if holds { list.append(member.key) }
            }
            return list
        default: throw malformed
        }
    }

    private static var malformed: DockerRefusal {
        .malformed(#"The filters argument has to be of the form {"name":["value"]}."#, reason: "bad-filters")
    }
}
