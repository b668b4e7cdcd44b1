import Hummingbird

extension Request {
    /// Which part of a list is asked for: `limit` (1 to ``ListWindow/largest``) and `offset`.
    func window(default limit: Int = 50) throws -> ListWindow {
        ListWindow(
            limit: Int(try integer("limit", in: 1...Int64(ListWindow.largest)) ?? Int64(limit)),
            offset: Int(try integer("offset", in: 0...1_000_000_000) ?? 0)
        )
    }

    /// What a list is searched for: `search`, at most 64 characters.
    func search() throws -> String? {
        guard let text = try single("search") else { return nil }
        guard text.unicodeScalars.count <= 64 else {
            throw Problem(.badRequest, .badRequest, "\"search\" has at most 64 characters.")
        }
        return text
    }
}
