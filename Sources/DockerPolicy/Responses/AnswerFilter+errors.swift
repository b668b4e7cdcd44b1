extension AnswerFilter {
    /// An error message of the engine without ids and names of what the caller may not know of.
    public static func errorMessage(_ message: String) -> String {
        if let name = takenName(message) { return "The container name \"\(name)\" is taken. Choose another." }
        for (tail, end) in tails {
            guard let found = message.firstRange(of: tail) else { continue }
            return withoutIDs(message[..<found.lowerBound] + end)
        }
        return withoutIDs(message)
    }

    /// Where the engine begins to count up who else is in the way, and what is said in its place.
    private static let tails = [
        // remove data: volume is in use - [4b2f…, 99aa…]
        (" is in use - [", " is in use"),
        // network web has active endpoints (name:"db" id:"4b2f…")
        ("has active endpoints (", "has active endpoints"),
        // cannot create network 4b2f… (br-4b2f…): conflicts with network 99aa… (diy-1002): networks have overlapping IPv4
        ("conflicts with network ", "the address range is taken by another network"),
        // Unexpected pid '/opt/tool': strconv.Atoi: … (`ps` on the host, so a word of anybody's command line)
        ("nexpected pid '", "nexpected answer of ps"),
    ]

    /// Conflict. The container name "/web" is already in use by container "4b2f…". …; a rename has words in front of it.
    private static func takenName(_ message: String) -> Substring? {
        guard let start = message.firstRange(of: "The container name \""),
            let end = message[start.upperBound...].firstRange(of: "\" is already in use by container ")
        else { return nil }
        return message[start.upperBound..<end.lowerBound].drop { $0 == "/" }
    }

    /// Runs of 12 and of 64 hexadecimal digits are ids, short and whole.
    private static func withoutIDs(_ message: some StringProtocol) -> String {
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
