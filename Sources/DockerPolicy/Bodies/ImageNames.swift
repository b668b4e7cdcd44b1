import Identity

/// Which names of images a person may write: those under their own, so that nobody's `python:3.12` becomes somebody
/// else's.
enum ImageNames {
    /// - Parameter text: `repository[:tag]`, as `t` of a build has it.
    /// - Throws: 403 for a name outside of `NAME/…`.
    static func checked(_ text: String, for caller: Caller) throws(DockerRefusal) -> ImageReference {
        let reference = try ImageReference(text)
        let name = caller.name.rawValue
        guard reference.digest == nil else { throw .malformed("An image cannot be given a name with a digest.") }
        // `library/python` is another way to write `python` (distribution, reference/normalize.go).
        guard reference.namespace == name, name != "library", reference.path.contains("/") else {
            let last = reference.path.split(separator: "/").last ?? "app"
            throw .forbidden(
                "Images of yours are named \(name)/…, because all people here share them: \"\(text)\" would change "
                    + "it for everybody. Use \(name)/\(last)\(reference.tag.map { ":" + $0 } ?? "").",
                reason: "image-name"
            )
        }
        return reference
    }

    /// As ``checked(_:for:)``, for the arguments `repo` and `tag`.
    static func check(repository: String, tag: String, for caller: Caller) throws(DockerRefusal) {
        let reference = try checked(tag.isEmpty ? repository : "\(repository):\(tag)", for: caller)
        guard tag.isEmpty || reference.tag == tag else { throw .malformed("\"\(tag)\" is not a tag.") }
    }
}

/// Changes in the words of a Dockerfile (`changes` of commit and import).
enum ImageChanges {
    private static let words: Set<String> = [
        "CMD", "ENTRYPOINT", "ENV", "EXPOSE", "HEALTHCHECK", "LABEL", "ONBUILD", "STOPSIGNAL", "USER", "VOLUME",
        "WORKDIR",
    ]

    /// Changes that are each one line and cannot swallow the one that is appended last: the owner's label.
    static func checked(_ changes: [String]) throws(DockerRefusal) {
        for change in changes {
            let word = change.utf8.prefix { ObjectName.isAlphanumeric($0) }
            let isOneLine = change.utf8.allSatisfy { ($0 >= 0x20 || $0 == 0x09) && $0 != 0x7F }
            let continues = ["\\", "`"].contains { mark in
                change.utf8.reversed().first { $0 != 0x20 && $0 != 0x09 } == mark.utf8.first
            }
            guard isOneLine, !continues, words.contains(String(Substring(word)).uppercased()) else {
                throw .malformed("\"\(change)\" is not a change for an image. Write it as in CMD [\"sh\"].")
            }
        }
    }

    static func owner(_ name: UserName) -> String { "LABEL \(OwnerLabels.imageOwner)=\(name.rawValue)" }
}
