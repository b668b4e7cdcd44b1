/// One question to this host, asked independently of all others.
public protocol Check: Sendable {
    /// Stable, for `--only` and for scripts: `certificate`.
    var id: String { get }
    /// What is asked, as a heading: "The certificate of the web server".
    var title: String { get }

    /// Looks; changes nothing.
    /// - Returns: empty when all is well.
    /// - Throws: when it cannot be told. That is reported, never taken for well.
    func look() async throws -> [Finding]

    /// Mends what of ``look()`` says that it can be mended.
    /// - Returns: what was done, a line each.
    func fix() async throws -> [String]
}

extension Check {
    public func fix() async throws -> [String] { [] }
}

/// Why something could not be looked at.
public struct Unchecked: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
