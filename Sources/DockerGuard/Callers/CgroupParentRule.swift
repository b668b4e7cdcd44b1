public import Slices

/// Which cgroup the containers of a person go into, in the words that the engine understands (`HostConfig.CgroupParent`).
public struct CgroupParentRule: Sendable, Equatable {
    /// How the engine makes cgroups (`CgroupDriver` of `GET /info`).
    public enum EngineDriver: String, Sendable { case systemd, cgroupfs }

    private let isSystemd: Bool
    private let treeName: String

    /// - Parameters:
    ///   - layout: how this host keeps processes together.
    ///   - treeName: the name of our own tree (`limits.cgroup`).
    public init(layout: CgroupLayout, treeName: String) {
        isSystemd = layout.isSystemd
        self.treeName = treeName
    }

    /// With systemd as its driver the engine wants the name of a slice, else a path from the root of the hierarchy (dockerd(8),
    /// `--cgroup-parent`).
    public func parent(of uid: UInt32, driver: EngineDriver) -> String {
        switch (isSystemd, driver) {
        case (true, .systemd): "user-\(uid).slice"
        case (true, .cgroupfs): "/user.slice/user-\(uid).slice"
        case (false, _): "/\(treeName)/user-\(uid)"
        }
    }
}
