import Foundation

/// Which environments this host should have.
struct EnvironmentPlans: Sendable {
    let host: Host
    let proxy: HubProxy

    /// Nil as long as there is no Python to make it with.
    func wanted(_ purpose: PythonEnvironment.Purpose) async throws -> PythonEnvironment? {
        guard let python = await PythonRuntime.find(host.distribution.pythons, host.programs) else { return nil }
        let lock = host.payload.path("jupyterhub/locks/\(lockName(purpose)).txt")
        let text = Data(try host.payload.text("jupyterhub/locks/\(lockName(purpose)).txt").utf8)
        guard purpose == .hub else { return PythonEnvironment(purpose, python, lock: lock, lockText: text) }
        let package = host.payload.path("jupyterhub")
        let files = Self.files(ofPackage: package)
        return PythonEnvironment(purpose, python, lock: lock, lockText: text, package: package, packageFiles: files)
    }

    func lockName(_ purpose: PythonEnvironment.Purpose) -> String {
        switch purpose {
        case .hub: proxy == .traefik ? "proxy-traefik" : "hub"
        case .users: "users-\(host.options.profile.rawValue)"
        }
    }

    /// Megabytes that it takes, with the wheels that it is made from: measured on Debian 12, and rounded up.
    static func megabytes(lock name: String) -> Int {
        switch name {
        case "hub": 250
        case "proxy-traefik": 480
        case "users-minimal": 480
        case "users-scientific": 1450
        default: 2150
        }
    }

    /// What our own package is built from: names below its directory, and content.
    static func files(ofPackage directory: String) -> [String: Data] {
        var files: [String: Data] = [:]
        for name in ["pyproject.toml", "README.md"] {
            files[name] = FileManager.default.contents(atPath: "\(directory)/\(name)")
        }
        for case let name as String in FileManager.default.enumerator(atPath: "\(directory)/src") ?? .init() {
            let isMade = name.contains("__pycache__") || name.contains(".egg-info")
            var isDirectory: ObjCBool = false
            let path = "\(directory)/src/\(name)"
            guard !isMade, FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
                !isDirectory.boolValue
            else { continue }
            files["src/\(name)"] = FileManager.default.contents(atPath: path)
        }
        return files
    }
}
