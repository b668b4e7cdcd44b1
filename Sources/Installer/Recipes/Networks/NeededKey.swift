/// A key that a component needs in `bridge.yaml`, where the administrator has nothing else.
public struct NeededKey: Sendable, Equatable {
    /// Names with dots between them: `docker.address`.
    public let key: String
    /// Its value as YAML on one line.
    public let value: String

    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}
