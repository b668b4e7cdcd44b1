import Identity

/// The options of one mount, by its type.
enum MountOptions {
    /// Whether options that belong to another type of mount say nothing.
    static func isEmpty(_ value: JSONValue?) -> Bool {
        guard let value, let object = value.object else { return value?.isZero ?? true }
        return object.members.allSatisfy { isEmpty($0.value) }
    }

    static func bind(_ given: JSONObject) throws(DockerRefusal) -> JSONValue? {
        let kept = try FieldTable.bindOptions.screened(given).kept
        return kept.isEmpty ? nil : .object(kept)
    }

    static func volume(_ given: JSONObject, owner: UserName) throws(DockerRefusal) -> JSONValue {
        let screened = try FieldTable.volumeOptions.screened(given)
        var options = screened.kept
        options.set("Labels", .object(try OwnerLabels.forObject(screened.asked["Labels"], owner: owner)))
        _ = try FieldTable.driverConfig.screened(
            try ContainerCreation.object(screened.asked["DriverConfig"], "DriverConfig")
        )
        let subpath = try FieldShape.text.checked(screened.asked["Subpath"] ?? "", field: "Subpath").string ?? ""
        if !subpath.isEmpty {
            guard ContainerPath.isPlain(subpath), subpath.utf8.first != UInt8(ascii: "/") else {
                throw .malformed("Subpath \"\(subpath)\" must be a path inside of the volume, without \"..\".")
            }
            options.set("Subpath", .string(subpath))
        }
        return .object(options)
    }

    static func tmpfs(_ given: JSONObject, limit: Int64) throws(DockerRefusal) -> JSONValue? {
        let asked = try FieldTable.tmpfsOptions.screened(given).asked
        var options = JSONObject()
        if let size = try Amounts.integer(asked, "SizeBytes"), size != 0 {
            guard size > 0 else { throw .malformed("SizeBytes must not be negative.") }
            options.set("SizeBytes", .integer(min(size, limit)))
        }
        if let mode = try Amounts.integer(asked, "Mode"), mode != 0 {
            guard (0...0o1777).contains(mode) else {
                throw .forbidden("The mode of a tmpfs can be at most 1777.", reason: "tmpfs-options")
            }
            options.set("Mode", .integer(mode))
        }
        if let flags = asked["Options"], !flags.isZero {
            guard let lists = flags.array, lists.allSatisfy({ $0 == ["exec"] || $0 == ["noexec"] }) else {
                throw .forbidden("Options of a tmpfs mount can be exec and noexec here.", reason: "tmpfs-options")
            }
            options.set("Options", flags)
        }
        return options.isEmpty ? nil : .object(options)
    }
}

/// The options of `--tmpfs` (`HostConfig.Tmpfs`), as for mount(8).
enum TmpfsText {
    private static let words: Set<String> = [
        "rw", "ro", "exec", "noexec", "nosuid", "nodev", "sync", "async", "dirsync", "atime", "noatime", "diratime",
        "nodiratime", "relatime", "norelatime", "strictatime", "nostrictatime",
    ]

    static func checked(_ text: String?, limit: Int64) throws(DockerRefusal) -> String {
        guard let text else { throw .malformed("The options of a tmpfs must be a text.") }
        for option in text.split(separator: ",") where !words.contains(String(option)) {
            let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, isAllowed(parts[0], parts[1], limit: limit) else {
                throw .forbidden(
                    "The tmpfs option \"\(option)\" is not allowed here; size (up to your memory), mode, uid, gid, "
                        + "ro and exec are.",
                    reason: "tmpfs"
                )
            }
        }
        return text
    }

    private static func isAllowed(_ key: String, _ value: String, limit: Int64) -> Bool {
        switch key {
        case "size": Amounts.bytes(value).map { $0 > 0 && $0 <= limit } ?? false
        case "mode":
            (1...4).contains(value.utf8.count) && (Int(value, radix: 8) ?? .max) <= 0o1777 && !value.hasPrefix("-")
        case "uid", "gid", "nr_inodes": !value.isEmpty && value.utf8.allSatisfy(ObjectName.isDigit)
        default: false
        }
    }
}
