import Hummingbird

extension Request {
    /// A whole number from the query.
    /// - Returns: `nil` when the parameter is missing.
    /// - Throws: ``Problem`` when it is there twice, no number, or out of `range`.
    func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = try single(name) else { return nil }
        guard let value = Int64(text), range.contains(value) else {
            throw Problem(
                .badRequest,
                .badRequest,
                "\"\(name)\" is a number from \(range.lowerBound) to \(range.upperBound)."
            )
        }
        return value
    }

    /// A parameter of the query.
    /// - Returns: `nil` when it is missing.
    /// - Throws: ``Problem`` when it is there twice: two values are a contradiction.
    func single(_ name: String) throws -> String? {
        let values = uri.queryParameters[values: Substring(name)]
        guard values.count <= 1 else { throw Problem(.badRequest, .badRequest, "\"\(name)\" is there twice.") }
        return values.first.map(String.init)
    }
}
