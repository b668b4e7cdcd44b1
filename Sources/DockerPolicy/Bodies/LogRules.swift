/// `LogConfig`: drivers that write to the engine's own disk, with a size that ends. A driver with an address would send from
/// the host to anywhere, with the engine's rights.
enum LogRules {
    /// What a container gets that says nothing: 3 files of 10 MiB.
    static let standard: JSONObject = [
        "Type": "json-file", "Config": .object(["max-size": "10m", "max-file": "3"]),
    ]

    private static let highestSize: Int64 = 100 << 20
    private static let highestFiles: Int64 = 10
    private static let highestBuffer: Int64 = 4 << 20

    private static let table = FieldTable(
        subject: "LogConfig",
        rows: [
            .init("Type", .bounded("json-file, local, none")),
            .init("Config", .bounded("sizes; what is written besides")),
        ]
    )

    static func judged(_ value: JSONValue?) throws(DockerRefusal) -> JSONObject {
        let screened = try table.screened(try ContainerCreation.object(value, "LogConfig")).asked
        let config = try ContainerCreation.object(screened["Config"], "LogConfig.Config")
        let type = try FieldShape.text.checked(screened["Type"] ?? "", field: "LogConfig.Type").string ?? ""
        switch type {
        case "none":
            guard config.isEmpty else { throw .malformed("The log driver none takes no options.") }
            return ["Type": "none", "Config": .object([:])]
        case "", "json-file", "local":
            return ["Type": type.isEmpty ? "json-file" : .string(type), "Config": .object(try options(config))]
        default:
            throw .forbidden(
                "The log driver \"\(type)\" is not allowed here; use json-file, local or none.",
                reason: "log-config"
            )
        }
    }

    private static func options(_ given: JSONObject) throws(DockerRefusal) -> JSONObject {
        var result: JSONObject = ["max-size": "10m", "max-file": "3"]
        for member in given.members {
            guard let text = member.value.string else { throw .malformed("Options of a log driver must be texts.") }
            switch member.key {
            case "compress", "mode", "labels", "labels-regex", "env", "env-regex":
                result.set(member.key, .string(text))
            case "tag":
                guard isPlainTag(text) else {
                    throw .forbidden(
                        "The log option tag can hold text and \(tagFields.sorted().joined(separator: ", ")) in double braces "
                            + "here, as in {{.Name}}.",
                        reason: "log-config"
                    )
                }
                result.set(member.key, .string(text))
            case "max-size": try bound(&result, member.key, text, Amounts.bytes(text), highestSize, "100m")
            case "max-file": try bound(&result, member.key, text, Int64(text), highestFiles, "10")
            case "max-buffer-size": try bound(&result, member.key, text, Amounts.bytes(text), highestBuffer, "4m")
            default:
                throw .forbidden("The log option \"\(member.key)\" is not allowed here.", reason: "log-config")
            }
        }
        return result
    }

    private static let tagFields: Set<String> = [
        ".ID", ".FullID", ".Name", ".ImageID", ".ImageFullID", ".ImageName", ".DaemonName",
    ]

    /// The engine runs a tag as a Go template, with functions that take any amount of its memory (`pad`; moby,
    /// daemon/logger/templates), so only fields are let through.
    private static func isPlainTag(_ text: String) -> Bool {
        var rest = text[...]
        while let start = rest.firstRange(of: "{{") {
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else { return false }
            let field = rest[start.upperBound..<end.lowerBound].drop { $0 == " " }
            let word = field.prefix { $0 != " " }
            guard tagFields.contains(String(word)), field.dropFirst(word.count).allSatisfy({ $0 == " " }) else {
                return false
            }
            rest = rest[end.upperBound...]
        }
        return true
    }

    private static func bound(
        _ result: inout JSONObject,
        _ key: String,
        _ text: String,
        _ value: Int64?,
        _ highest: Int64,
        _ words: String
    ) throws(DockerRefusal) {
        guard let value, (1...highest).contains(value) else {
            throw .forbidden(
                "The log option \(key) can be at most \(words) here, not \"\(text)\".",
                reason: "log-config"
            )
        }
        result.set(key, .string(text))
    }
}
