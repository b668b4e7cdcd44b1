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
    /// Whether `PASS_MAX_DAYS` or `PASS_MIN_DAYS` make passwords age. Only useradd(8) gives that to an account.
    public var passwordsAge: Bool

    public init(
        minimumUID: UInt32 = 1000,
        maximumUID: UInt32 = 60000,
        homeMode: UInt32 = 0o700,
        passwordsAge: Bool = false
    ) {
        self.minimumUID = minimumUID
        self.maximumUID = maximumUID
        self.homeMode = homeMode
        self.passwordsAge = passwordsAge
    }

    /// Reads `login.defs`. What it does not say, or says in no number, is as in the initialiser; so is everything where
    /// there is no such file.
    /// - Parameter etc: the directory of the file.
    public static func read(in etc: String = "/etc") -> LoginDefinitions {
        guard let file = try? ColonFile(path: "\(etc)/login.defs") else { return LoginDefinitions() }
        var words: [String: String] = [:]
        file.forEachLine { fields in
            let line = ColonFile.text(fields[0]).split(whereSeparator: \.isWhitespace)
            guard line.count >= 2, !line[0].hasPrefix("#") else { return }
            words[String(line[0])] = String(line[1])
        }
        var definitions = LoginDefinitions()
        definitions.minimumUID = words["UID_MIN"].flatMap(number) ?? definitions.minimumUID
        definitions.maximumUID = words["UID_MAX"].flatMap(number) ?? definitions.maximumUID
        // No bit beyond rwx, and the owner can always get in.
        definitions.homeMode = words["HOME_MODE"].flatMap(number).map { $0 & 0o777 | 0o700 } ?? definitions.homeMode
        let maximum = words["PASS_MAX_DAYS"].flatMap(number)
        let minimum = words["PASS_MIN_DAYS"].flatMap(number)
        definitions.passwordsAge = maximum.map { $0 < 99999 } ?? false || minimum.map { $0 > 0 } ?? false
        return definitions
    }

    /// Octal with a leading 0, hexadecimal with 0x, else decimal (strtoul(3), which the shadow tools use).
    private static func number(_ text: String) -> UInt32? {
        if text.lowercased().hasPrefix("0x") { return UInt32(text.dropFirst(2), radix: 16) }
        return text.hasPrefix("0") && text.count > 1 ? UInt32(text.dropFirst(), radix: 8) : UInt32(text)
    }
}
