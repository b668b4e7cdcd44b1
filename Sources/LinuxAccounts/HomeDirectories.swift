import CHomes
import Glibc

/// The homes of people: made whole, completed, and looked at.
///
/// A new home is built as `.NAME.diycloud-new` beside its place, root's and closed, and gets its name by rename(2) when
/// it is whole: whatever ends the process, there is never a half home of that name. What is left over is taken away by
/// ``sweep()``. Inside a home that exists already, everything is done with the person's own identity (setfsuid(2)) and
/// without following links, so that no link of theirs leads root anywhere.
///
/// The parent must be root's and closed to others; every other parent is refused.
public struct HomeDirectories: Sendable {
    /// What every home has beside the skeleton.
    public static let subdirectories = ["notebooks", "data"]

    static let temporarySuffix = ".diycloud-new"

    let settings: AccountSettings

    public init(settings: AccountSettings) {
        self.settings = settings
    }

    /// Whether home, `notebooks` and `data` are there, the home being a directory of the person's; by lstat(2) only.
    ///
    /// What the person made of `notebooks` and `data` (a link to a bigger disk) is their business.
    public func isComplete(_ account: LinuxAccount) -> Bool { standing(of: account) == .whole }

    /// What is so of a home, and whether it can be completed; by lstat(2), and more only where something is missing.
    public func standing(of account: LinuxAccount) -> HomeStanding {
        do throws(AccountProblem) {
            switch Self.kind(of: account.home) {
            case .nothing:
                close(try place(of: account).0.number)
                return .missing
            case .directory(account.uid, let mode):
                guard Self.subdirectories.contains(where: { Self.kind(of: "\(account.home)/\($0)") == .nothing }) else {
                    return .whole
                }
                close(try place(of: account).0.number)
                // They are made with the person's identity, and root does not open what they have closed to themselves.
                guard mode & 0o300 == 0o300 else {
                    throw Self.problem(account, "its owner may not write to it; the person opens it with chmod u+rwx")
                }
                return .incomplete
            case .directory(let owner, _): throw Self.belongs(account, to: owner)
            case .other: throw Self.isNoDirectory(account)
            case .hidden(let error): throw Self.isHidden(account, error)
            }
        } catch {
            return .obstructed(reason: error.reason)
        }
    }

    /// Makes what is missing of a home.
    /// - Throws: ``AccountProblem`` of kind ``AccountProblem/Kind/home``; what exists is as it was.
    func complete(_ account: LinuxAccount) throws(AccountProblem) {
        let (parent, name) = try place(of: account)
        defer { close(parent.number) }
        // Twice: somebody else may make the home between the look and the rename.
        for _ in 0..<2 {
            if let home = try existing(name, in: parent, of: account) {
                defer { close(home.number) }
                return try completeExisting(home, of: account)
            }
            if try build(name, in: parent, for: account) { return }
        }
        throw Self.problem(account, "it comes and goes while it is looked at; run sync-users again")
    }

    /// Why an account of that name could not have its home: something that is not the person's is in its place.
    func obstacle(at path: String) -> AccountProblem? {
        switch Self.kind(of: path) {
        case .nothing: nil
        case .directory(let owner, _):
            AccountProblem(
                kind: .home,
                reason:
                    "\(path) exists already and belongs to the uid \(owner); if it is this person's, make the account "
                    + "by hand with that uid (useradd -u \(owner)), else move it away"
            )
        case .other:
            AccountProblem(kind: .home, reason: "\(path) exists already and is no directory; move it away")
        case .hidden(let error):
            AccountProblem(kind: .home, reason: "\(path) cannot be looked at: \(Self.words(error)); move it away")
        }
    }

    /// Takes away what a run that was killed has left of homes that never got their names.
    func sweep() {
        guard let parent = Directory(openingTrusted: settings.home) else { return }
        defer { close(parent.number) }
        for name in parent.entries() where name.hasPrefix(".") && name.hasSuffix(Self.temporarySuffix) {
            parent.removeTree(name)
        }
    }

    /// The owners of what lies beside each other in the directory of homes.
    func owners() -> Set<UInt32> {
        guard let parent = Directory(openingTrusted: settings.home) else { return [] }
        defer { close(parent.number) }
        return Set(parent.entries().compactMap { parent.status($0)?.st_uid })
    }

    enum Kind: Equatable {
        case nothing
        case directory(owner: UInt32, mode: UInt32)
        case other
        /// Something is there, or may be, and the kernel does not say what: a mount of a person's own keeps out root too
        /// (`allow_root` of mount.fuse(8)).
        case hidden(error: Int32)
    }

    /// What stands at a path, not following a link at its end.
    static func kind(of path: String) -> Kind {
        var status = stat()
        guard lstat(path, &status) == 0 else { return errno == ENOENT ? .nothing : .hidden(error: errno) }
        return status.st_mode & S_IFMT == S_IFDIR
            ? .directory(owner: status.st_uid, mode: status.st_mode & 0o7777) : .other
    }

    // MARK: - The steps

    /// The parent, opened, and the last component of the home.
    private func place(of account: LinuxAccount) throws(AccountProblem) -> (Directory, String) {
        let components = account.home.split(separator: "/").map(String.init)
        guard account.home.hasPrefix("/"), let name = components.last, !components.contains(".."), name != "." else {
            throw Self.problem(account, "it is no absolute path; change it with usermod -d")
        }
        let path = "/" + components.dropLast().joined(separator: "/")
        guard let parent = Directory(openingTrusted: path) else {
            throw Self.problem(account, "\(path) must be a directory of root that nobody else can write to")
        }
        return (parent, name)
    }

    private func existing(
        _ name: String,
        in parent: Directory,
        of account: LinuxAccount
    ) throws(AccountProblem) -> Directory? {
        guard let status = parent.status(name) else {
            guard errno == ENOENT else { throw Self.isHidden(account, errno) }
            return nil
        }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw Self.isNoDirectory(account) }
        guard let home = parent.open(name), let owner = home.status()?.st_uid else {
            throw Self.problem(account, "it cannot be opened: \(Self.words(errno))")
        }
        guard owner == account.uid else {
            close(home.number)
            throw Self.belongs(account, to: owner)
        }
        return home
    }

    private func completeExisting(_ home: Directory, of account: LinuxAccount) throws(AccountProblem) {
        for name in Self.subdirectories where home.status(name) == nil {
            let error = chomes_make_as(account.uid, account.gid, home.number, name, mode_t(settings.homeMode))
            guard error == 0 || error == EEXIST else {
                throw Self.problem(account, "\(name) cannot be made in it: \(String(cString: strerror(error)))")
            }
        }
    }

    /// - Returns: false when meanwhile there is something of that name.
    private func build(_ name: String, in parent: Directory, for account: LinuxAccount) throws(AccountProblem) -> Bool {
        let temporary = ".\(name)\(Self.temporarySuffix)"
        parent.removeTree(temporary)
        do throws(FileSystemError) {
            let home = try parent.makeHome(temporary)
            defer { close(home.number) }
            if let skeleton = settings.skeleton, let source = Directory(opening: skeleton) {
                defer { close(source.number) }
                try home.copyTree(from: source, uid: account.uid, gid: account.gid)
            }
            for directory in Self.subdirectories where home.status(directory) == nil {
                try home.makeDirectory(directory, mode: settings.homeMode, uid: account.uid, gid: account.gid)
            }
            try home.give(uid: account.uid, gid: account.gid, mode: settings.homeMode)
            return try parent.rename(temporary, to: name)
        } catch {
            parent.removeTree(temporary)
            throw Self.problem(account, "\(error.step): \(String(cString: strerror(error.code)))")
        }
    }

    private static func belongs(_ account: LinuxAccount, to owner: UInt32) -> AccountProblem {
        problem(
            account,
            "it belongs to the uid \(owner), not to \(account.uid); if it is this person's, change its owner with chown, "
                + "else move it away"
        )
    }

    private static func isNoDirectory(_ account: LinuxAccount) -> AccountProblem {
        problem(account, "it is no directory; move it away")
    }

    private static func isHidden(_ account: LinuxAccount, _ error: Int32) -> AccountProblem {
        problem(
            account,
            "it cannot be looked at (\(words(error))); if something is mounted there, see findmnt --target "
                + "\(account.home), and take it away with umount --lazy"
        )
    }

    private static func words(_ error: Int32) -> String { String(cString: strerror(error)) }

    private static func problem(_ account: LinuxAccount, _ reason: String) -> AccountProblem {
        AccountProblem(kind: .home, reason: "the home \(account.home) of \(account.name) is not complete: \(reason)")
    }
}
