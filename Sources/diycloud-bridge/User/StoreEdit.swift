import UserStore

/// What the changing commands share: the editor on the store of the options, and the last line that tells of the backup.
extension UserStoreEditor {
    convenience init(options: ConfigOption) throws {
        self.init(path: try options.storePath(), isSystemName: isSystemAccount)
    }

    /// Prints what was done, and where the store as it was before can be found.
    func report(_ sentence: String) {
        print(sentence)
        if let backupPath { print("The store as it was before: \(backupPath)") }
    }
}
