/// What a person is on the platform.
public enum Role: String, Sendable, Hashable, CaseIterable, Codable {
    case user
    case admin
}
