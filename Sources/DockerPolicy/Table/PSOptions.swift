/// What of ps(1) may be asked for a container's processes.
///
/// The engine runs `ps` on the host, as root, and takes the lines whose word in the column PID is one of the container's
/// (moby, daemon/top_unix.go). A format that writes a column of several words before that column makes it look at a word of
/// somebody else's command line or environment instead, and repeat it in an error message. So a format has to begin with
/// `pid`, and columns cannot be renamed.
enum PSOptions {
    /// - Parameter text: words, separated by one blank each, as in `-eo pid,user,args` or `aux`.
    static func areHarmless(_ text: String) -> Bool {
        guard text.utf8.count <= 256 else { return false }
        var isFormat = false
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if isFormat {
                guard isFormatWithPID(word) else { return false }
                isFormat = false
            } else {
                let letters = word.utf8.first == UInt8(ascii: "-") ? word.dropFirst() : word
                isFormat = letters.utf8.count < word.utf8.count && letters.utf8.last == UInt8(ascii: "o")
                guard isOptions(isFormat ? letters.dropLast() : letters, mayBeEmpty: isFormat) else { return false }
            }
        }
        return !isFormat
    }

    /// Letters; without `o` and `O`, which begin a format, `k`, `N`, `Z` and `M`, which turn the choice or the columns around.
    private static func isOptions(_ letters: Substring, mayBeEmpty: Bool) -> Bool {
        (mayBeEmpty || !letters.isEmpty)
            && letters.utf8.allSatisfy { isLetter($0) && !"oOkNZM".utf8.contains($0) }
    }

    private static func isFormatWithPID(_ word: Substring) -> Bool {
        let columns = word.split(separator: ",", omittingEmptySubsequences: false)
        return columns.first == "pid"
            && columns.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "_") } }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }
}
