/// A file or a directory that was unpacked and judged, and where it goes.
struct PreparedPart {
    /// In the closed working directory.
    let source: String
    let target: String
    /// The target for a message.
    let path: String
    /// SQLite's companions of the old file have to go with it: a log of the old would be played into the new.
    let isDatabase: Bool
}
