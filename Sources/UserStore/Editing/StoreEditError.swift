public import Identity

/// Why an administrator's change of the store was not made. Nothing has been written when one of these is thrown.
public enum StoreEditError: Error, Equatable, Sendable {
    case store(StoreError)
    case noSuchUser(name: String, path: String)
    /// `existing` is the row's spelling, which may differ by case.
    case userExists(name: UserName, existing: String)
    case reservedName(UserName)
    case badEmail(String)
    /// Without this one nobody could switch people on again.
    case lastAdministrator(name: String)
    /// The file or directory is there already.
    case alreadyThere(path: String)
    /// A file could not be made, or its owner not set.
    case cannotMake(path: String, reason: String)
    case backupFailed(path: String, reason: String)
    case writeFailed(path: String, reason: String)
}

extension StoreEditError: CustomStringConvertible {
    public var description: String {
        switch self {
        case .store(let error): error.description
        case .noSuchUser(let name, let path):
            "There is no user `\(name)` in \(path). `diycloud-bridge user list` shows who there is."
        case .userExists(let name, let existing):
            name.rawValue == existing
                ? "There is a user `\(existing)` already. `diycloud-bridge user show \(existing)` shows it."
                : "There is a user `\(existing)` already, and names that differ only by case cannot be told apart."
        case .reservedName(let name): "`\(name)` belongs to the system, and no person can have it. Choose another name."
        case .badEmail(let text): "`\(text)` is no mail address of the form local@domain in plain ASCII."
        case .lastAdministrator(let name):
            "`\(name)` is the last active administrator. Make another one first: `diycloud-bridge user set-role`."
        case .alreadyThere(let path):
            "\(path) is there already and is not overwritten. Move it away first, or use it as it is."
        case .cannotMake(let path, let reason): "\(path) cannot be made: \(reason)."
        case .backupFailed(let path, let reason):
            "No backup could be written to \(path) (\(reason)), so nothing was changed. Make room or set its permissions."
        case .writeFailed(let path, let reason):
            "The user store \(path) cannot be written: \(reason). Run this as root, or as the file's owner."
        }
    }
}
