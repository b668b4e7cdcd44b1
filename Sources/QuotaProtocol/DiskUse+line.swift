import WorkerFrames

extension DiskUse {
    /// One line that fits the frame: sentences come from the names of mounts and devices, which may hold anything.
    static func line(_ text: String) -> String {
        let printable = text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
        return String(String.UnicodeScalarView(printable)).cut(toUTF8: maximumProblem)
    }
}
