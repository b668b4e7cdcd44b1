/// A request that the table knows: which line of it, and what the request says.
public struct MatchedCall: Sendable {
    public let rule: OperationRule
    /// Of the path; `nil` when it had none.
    public let version: APIVersion?
    /// The object that the path names, as the client wrote it.
    public let reference: String?
    /// The query: only names that the line has, each once unless it may repeat.
    public let query: [(name: String, value: String)]
    /// What `{id}` or `{rest}` stands for.
    let rest: [String]

    /// The first value of an argument; `nil` when it is not there.
    public subscript(name: String) -> String? { query.first { $0.name == name }?.value }

    /// All values of an argument.
    public func all(_ name: String) -> [String] { query.filter { $0.name == name }.map(\.value) }

    /// The target for the engine, written anew.
    /// - Parameters:
    ///   - reference: what stands in the path in place of what the client wrote.
    ///   - query: in place of the client's.
    public func uri(reference: String? = nil, query: [(name: String, value: String)]? = nil) -> String {
        var uri = version.map { "/v\($0)" } ?? ""
        for part in rule.parts {
            switch part {
            case .word(let word): uri += "/" + word
            case .object: uri += "/" + PercentText.encoded(reference ?? self.reference ?? "")
            case .objectPath: uri += "/" + PercentText.encoded(reference ?? self.reference ?? "", keeping: "/:@")
            case .id, .rest: for segment in rest { uri += "/" + PercentText.encoded(segment, keeping: ":@") }
            }
        }
        let query = query ?? self.query
        guard !query.isEmpty else { return uri }
        return uri + "?"
            + query.map { "\(PercentText.encoded($0.name))=\(PercentText.encoded($0.value))" }.joined(separator: "&")
    }
}
