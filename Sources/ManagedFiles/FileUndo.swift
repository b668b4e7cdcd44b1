/// What taking a file back came to.
public enum FileUndo: Sendable, Equatable {
    /// It was gone already.
    case absent
    /// It is gone; what was there before us is back.
    case removed, restored
    /// An administrator changed it: moved to this path.
    case kept(at: String)
}
