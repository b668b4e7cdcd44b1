/// A bar that is as full as a share.
struct Bar {
    let width: Int
    let isUnicode: Bool

    private static let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// - Parameter share: 0 is empty, 1 and more is full; anything above 0 shows at least its smallest step.
    func text(_ share: Double) -> String {
        let share = share.isFinite ? min(max(share, 0), 1) : 0
        let steps = isUnicode ? 8 : 1
        var filled = Int((share * Double(width * steps)).rounded())
        if share > 0 { filled = max(1, filled) }
        let (whole, part) = (filled / steps, filled % steps)
        guard isUnicode else {
            return "[" + String(repeating: "#", count: whole) + String(repeating: ".", count: width - whole) + "]"
        }
        let bar = String(repeating: "█", count: whole) + Self.eighths[part]
        return "▕" + bar + String(repeating: " ", count: width - bar.count) + "▏"
    }
}
