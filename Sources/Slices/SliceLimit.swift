/// One of the limits of a slice.
public enum SliceLimit: String, Codable, Sendable, CaseIterable {
    case cpu
    case memory
    case memoryHigh = "memory-high"
    case swap
    case tasks
}
