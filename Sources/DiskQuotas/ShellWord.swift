/// Command lines that a person can paste.
enum ShellWord {
    /// The word, in single quotes where a shell would read more into it.
    static func quoted(_ word: String) -> String {
        let plain = word.utf8.allSatisfy { byte in
            switch byte {
            case 48...57, 65...90, 97...122: true
            default: "/-_.,=:@+%".utf8.contains(byte)
            }
        }
        return plain && !word.isEmpty
            ? word : "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
