/// The fields of one JSON object of the Engine API, and what becomes of each.
///
/// A table is closed: what it does not name is refused when it says something, and left out when it says nothing. And it is
/// fail-closed: only ``Treatment/kept(_:)`` lets a value through by itself; for every other field the code has to put one in.
struct FieldTable: Sendable {
    /// What becomes of a field.
    enum Treatment: Sendable {
        /// Passed on when it has this shape.
        case kept(FieldShape)
        /// We write it; the text says what.
        case set(String)
        /// Passed on as far as the rule in the text goes.
        case bounded(String)
        /// Refused with this sentence when it says anything (not null, "", 0, false, [] or {}).
        case refused(String)
    }

    /// One row.
    struct Row: Sendable {
        let name: String
        let treatment: Treatment

        init(_ name: String, _ treatment: Treatment) {
            self.name = name
            self.treatment = treatment
        }
    }

    /// What the object is called in messages, as in "HostConfig".
    let subject: String
    let rows: [Row]

    /// A body after its table.
    struct Screened {
        /// What may pass as it came.
        var kept = JSONObject()
        /// What was asked of the fields that are bounded or set; never null.
        var asked = JSONObject()
    }

    /// Sorts the members of an object by the table.
    func screened(_ object: JSONObject) throws(DockerRefusal) -> Screened {
        var result = Screened()
        for member in object.members {
            guard let row = rows.first(where: { FoldedKey.areEqual($0.name, member.key) }) else {
                guard member.value.isZero else { throw unknown(member.key) }
                continue
            }
            switch row.treatment {
            case .refused(let sentence):
                guard member.value.isZero else { throw .forbidden(sentence, reason: Self.reason(row.name)) }
            case .kept(let shape):
                guard member.value != .null else { continue }
                result.kept.set(row.name, try shape.checked(member.value, field: "\(subject).\(row.name)"))
            case .set, .bounded:
                guard member.value != .null else { continue }
                result.asked.set(row.name, member.value)
            }
        }
        return result
    }

    private func unknown(_ key: String) -> DockerRefusal {
        .forbidden(
            "The field \"\(key)\" of \(subject) is not known to this server, so it is not passed on. "
                + "Leave it out, or ask the administrator.",
            reason: "unknown-field"
        )
    }

    /// `CapAdd` → `cap-add`.
    static func reason(_ name: String) -> String {
        var result = ""
        var previousWasLower = false
        for letter in name {
            if letter.isUppercase && previousWasLower { result.append("-") }
            previousWasLower = letter.isLowercase || letter.isNumber
            result.append(contentsOf: letter.lowercased())
        }
        return result
    }
}

/// The shape that a kept field must have. What Go would refuse to decode is refused here already.
enum FieldShape: Sendable {
    case text, flag, integer, integers, texts, textOrTexts, textMap
    /// A map whose values are empty objects.
    case keySet
    /// One of these words; the engine may know more.
    case oneOf([String])
    case table(FieldTable)

    func checked(_ value: JSONValue, field: String) throws(DockerRefusal) -> JSONValue {
        switch (self, value) {
        case (.text, .string), (.flag, .bool): return value
        case (.integer, .number) where value.integer != nil: return value
        case (.integers, .array(let elements)) where elements.allSatisfy({ $0.integer != nil }): return value
        case (.texts, .array(let elements)) where elements.allSatisfy({ $0.string != nil }): return value
        case (.textOrTexts, .string): return value
        case (.textOrTexts, .array(let elements)) where elements.allSatisfy({ $0.string != nil }): return value
        case (.textMap, .object(let map)) where map.members.allSatisfy({ $0.value.string != nil }): return value
        case (.keySet, .object(let map)) where map.members.allSatisfy({ $0.value.isZero }): return value
        case (.oneOf(let words), .string(let word)):
            guard words.contains(where: { $0.utf8.elementsEqual(word.utf8) }) else {
                let known = words.filter { !$0.isEmpty }.joined(separator: ", ")
                throw .forbidden(
                    "\(field) can be \(known) here, not \"\(word)\".",
                    reason: FieldTable.reason(String(field.split(separator: ".").last ?? "field"))
                )
            }
            return value
        case (.table(let table), .object(let object)): return .object(try table.screened(object).kept)
        default: throw .malformed("\(field) does not have the form that the Engine API gives it.")
        }
    }
}
