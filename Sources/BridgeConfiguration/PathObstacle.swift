/// The first place on the way to a file at which an account is stopped.
struct PathObstacle: Equatable {
    let path: String
    let status: FileStatus
    /// What the account would have to be allowed there.
    let needed: FileRights

    /// Follows a path from the root directory: all directories must let the account pass, and the last component must grant `rights`.
    ///
    /// What cannot be seen, and what has an access control list, is taken to be no obstacle: only what is certain is told.
    /// - Parameters:
    ///   - path: absolute.
    ///   - status: what stands at a path.
    static func first(
        on path: String,
        for account: ServiceAccount,
        wanting rights: FileRights,
        status: (String) -> FileStatus? = FileStatus.init(of:)
    ) -> PathObstacle? {
        let directories = path.indices.dropFirst().filter { path[$0] == "/" }.map {
            (String(path[..<$0]), FileRights.pass)
        }
        for (place, needed) in [("/", .pass)] + directories + [(path, rights)] {
            guard let found = status(place), !found.hasAccessList, !account.may(needed, found) else { continue }
            return PathObstacle(path: place, status: found, needed: needed)
        }
        return nil
    }
}
