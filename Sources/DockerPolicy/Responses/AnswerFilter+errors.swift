extension AnswerFilter {
    /// An error message of the engine without ids and names of what the caller may not know of.
    public static func errorMessage(_ message: String) -> String {
        if let name = quoted(message, after: "The container name \"") {
            return "The container name \"\(name.drop { $0 == "/" })\" is taken. Choose another."
        }
        // "volume is in use - [id, id]", "has active endpoints (name:"x" id:"y")"
        for cut in [" is in use - [", "has active endpoints ("] {
            guard let found = message.firstRange(of: cut) else { continue }
            return String(message[..<found.lowerBound]) + (cut.hasPrefix(" is") ? " is in use" : "has active endpoints")
        }
        return withoutIDs(message)
    }

    private static func quoted(_ message: String, after start: String) -> Substring? {
        guard message.contains("Conflict. "), let found = message.firstRange(of: start) else { return nil }
        return message[found.upperBound...].prefix { $0 != "\"" }
    }

    /// Runs of 12 and of 64 hexadecimal digits are ids, short and whole.
    private static func withoutIDs(_ message: String) -> String {
        var kept = ""
        var run = ""
        func end() {
            kept += run.utf8.count == 12 || run.utf8.count == 64 ? "…" : run
            run = ""
        }
        for character in message {
            if character.isASCII, character.isHexDigit, !character.isUppercase {
                run.append(character)
            } else {
                end()
                kept.append(character)
            }
        }
        end()
        return kept
    }
}
