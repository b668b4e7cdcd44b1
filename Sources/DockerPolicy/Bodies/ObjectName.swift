/// Names of containers, volumes and networks, in the engine's own grammar: `[a-zA-Z0-9][a-zA-Z0-9_.-]+` (moby daemon/names).
enum ObjectName {
    static func isValid(_ name: String) -> Bool {
        let bytes = name.utf8
        guard let first = bytes.first, bytes.count >= 2, bytes.count <= 255, isAlphanumeric(first) else { return false }
        return bytes.allSatisfy { isAlphanumeric($0) || "_.-".utf8.contains($0) }
    }

    /// - Parameter kind: As in "volume".
    static func checked(_ name: String, kind: String) throws(DockerRefusal) -> String {
        guard isValid(name) else {
            throw .malformed(
                "\"\(name)\" is not a name for a \(kind). Use two or more letters, digits, \"_\", \".\" and \"-\", "
                    + "beginning with a letter or digit.",
                reason: "bad-name"
            )
        }
        return name
    }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
