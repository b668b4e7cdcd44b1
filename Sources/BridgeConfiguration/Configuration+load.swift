extension Configuration {
    /// Where the file is when nobody says otherwise.
    public static let defaultPath = "/etc/diycloud-bridge/bridge.yaml"

    /// Reads a configuration file.
    /// - Parameter path: a regular file of at most 256 KiB in UTF-8.
    /// - Returns: the configuration, whole and in range.
    /// - Throws: ``ConfigurationError``, with every problem at once; its description is for the administrator.
    public static func load(path: String) throws(ConfigurationError) -> Configuration {
        let bytes: [UInt8]
        do {
            bytes = try BoundedFile.read(path, limit: maximumFileSize).bytes
        } catch {
            switch error {
            case .missing: throw .missing(path: path)
            case .notRegular: throw .unreadable(path: path, reason: "not a regular file")
            case .tooLarge: throw .unreadable(path: path, reason: "larger than \(maximumFileSize / 1024) KiB")
            case .system(let code): throw .unreadable(path: path, reason: BoundedFile.reason(code))
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .unreadable(path: path, reason: "not UTF-8 text")
        }
        return try parse(text, path: path)
    }
}
