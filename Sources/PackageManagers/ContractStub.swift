// Stands in until branch "packages" is merged; then this file goes.
public import Distributions
public import HostPrograms
public protocol PackageManager: Sendable {
    func installed(_ names: [String]) async throws -> Set<String>
    func available(_ names: [String]) async throws -> Set<String>
    func install(_ names: [String], progress: @Sendable (String) -> Void) async throws
    func remove(_ names: [String], progress: @Sendable (String) -> Void) async throws
}
public enum PackageManagers {
    public static func make(_ kind: PackageManagerKind, programs: any HostPrograms) -> any PackageManager { Stub() }
    struct Stub: PackageManager {
        func installed(_ names: [String]) async throws -> Set<String> { [] }
        func available(_ names: [String]) async throws -> Set<String> { [] }
        func install(_ names: [String], progress: @Sendable (String) -> Void) async throws {}
        func remove(_ names: [String], progress: @Sendable (String) -> Void) async throws {}
    }
}
