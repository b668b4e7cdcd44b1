import Identity

/// Arguments of a query, in order; a name may be there more than once only where the Engine API says so.
public typealias QueryArguments = [(name: String, value: String)]

/// `POST /images/{name}/tag`.
public struct TagArguments: Sendable {
    /// The new repository, as in `alice/app`.
    public let repository: String
    /// The new tag; empty for `latest`.
    public let tag: String

    public init(repository: String, tag: String) {
        self.repository = repository
        self.tag = tag
    }

    /// The query for the engine.
    /// - Throws: 403 for a name outside of the person's own namespace; 400 for one that is none.
    public func judged(for caller: Caller) throws(DockerRefusal) -> QueryArguments {
        if !caller.isUnrestricted { try ImageNames.check(repository: repository, tag: tag, for: caller) }
        return [("repo", repository)] + (tag.isEmpty ? [] : [("tag", tag)])
    }
}

/// `POST /images/create?fromImage=`: a pull.
public struct PullArguments: Sendable {
    /// `fromImage`: the repository, which may hold a tag or digest.
    public let image: String
    /// `tag`: a tag or digest; empty for none.
    public let tag: String
    /// `platform`, as in `linux/amd64`; empty for the host's.
    public let platform: String

    public init(image: String, tag: String, platform: String) {
        self.image = image
        self.tag = tag
        self.platform = platform
    }

    /// The query for the engine.
    /// - Parameter isPerson: Whether a name is a person's of this server. What is under `NAME/…` is theirs, so that a pull
    ///   by somebody else must not put another image in its place.
    /// - Throws: 403 for a registry on this host and for another person's namespace; 400 for a bad name.
    public func judged(for caller: Caller, isPerson: (String) -> Bool) throws(DockerRefusal) -> QueryArguments {
        let query: QueryArguments =
            [("fromImage", image)] + (tag.isEmpty ? [] : [("tag", tag)])
            + (platform.isEmpty ? [] : [("platform", platform)])
        guard !caller.isUnrestricted else { return query }
        let reference = try ImageReference(image)
        let isDigest = tag.contains(":")
        _ = try ImageReference(tag.isEmpty ? image : image + (isDigest ? "@" : ":") + tag)
        guard !reference.isOnLoopback else {
            throw .forbidden(
                "Images cannot be pulled from a registry on this server's own addresses (\(reference.registry)).",
                reason: "registry-on-host"
            )
        }
        let namespace = reference.namespace
        guard namespace == caller.name.rawValue || !isPerson(namespace) else {
            throw .forbidden(
                "Images under \(namespace)/ belong to the person \(namespace) on this server, "
                    + "so nobody else can pull over them.",
                reason: "image-namespace"
            )
        }
        return query
    }
}

/// `POST /images/create?fromSrc=-`: an image out of a tar archive in the body.
public struct ImportArguments: Sendable {
    public let source: String
    public let repository: String
    public let tag: String
    public let message: String
    public let platform: String
    public let changes: [String]

    /// - Parameter source: `fromSrc`; only `-`, the body, is allowed.
    public init(
        source: String,
        repository: String,
        tag: String,
        message: String,
        platform: String,
        changes: [String]
    ) {
        self.source = source
        self.repository = repository
        self.tag = tag
        self.message = message
        self.platform = platform
        self.changes = changes
    }

    /// The query for the engine, with the owner's label.
    /// - Throws: 403 for a URL (the engine would fetch it from inside of the host) and for a name outside of `NAME/…`.
    public func judged(for caller: Caller) throws(DockerRefusal) -> QueryArguments {
        if !caller.isUnrestricted {
            guard source == "-" else {
                throw .forbidden(
                    "An image cannot be imported from an address here; send the archive: docker import FILE.",
                    reason: "import-source"
                )
            }
            if !repository.isEmpty || !tag.isEmpty {
                try ImageNames.check(repository: repository, tag: tag, for: caller)
            }
            try ImageChanges.checked(changes)
        }
        let owned = caller.power == .root ? changes : changes + [ImageChanges.owner(caller.name)]
        let texts = [("repo", repository), ("tag", tag), ("message", message), ("platform", platform)]
        return [("fromSrc", source)] + texts.filter { !$0.1.isEmpty } + owned.map { ("changes", $0) }
    }
}

/// `POST /commit`: an image out of a container of the caller.
public struct CommitArguments: Sendable {
    /// The container as the client names it.
    public let container: String
    public let repository: String
    public let tag: String
    public let comment: String
    public let author: String
    /// `pause`; nil leaves it to the engine (which pauses).
    public let pause: String?
    public let changes: [String]

    public init(
        container: String,
        repository: String,
        tag: String,
        comment: String,
        author: String,
        pause: String?,
        changes: [String]
    ) {
        self.container = container
        self.repository = repository
        self.tag = tag
        self.comment = comment
        self.author = author
        self.pause = pause
        self.changes = changes
    }

    /// The query for the engine, with the owner's label as last change.
    /// - Parameter containerID: The full id of ``container``, which is the caller's.
    /// - Throws: 403 for a name outside of `NAME/…`; 400 for changes that are none.
    public func judged(for caller: Caller, containerID: String) throws(DockerRefusal) -> QueryArguments {
        if !caller.isUnrestricted {
            if !repository.isEmpty || !tag.isEmpty {
                try ImageNames.check(repository: repository, tag: tag, for: caller)
            }
            try ImageChanges.checked(changes)
        }
        let owned = caller.power == .root ? changes : changes + [ImageChanges.owner(caller.name)]
        let texts = [
            ("repo", repository), ("tag", tag), ("comment", comment), ("author", author), ("pause", pause ?? ""),
        ]
        return [("container", containerID)] + texts.filter { !$0.1.isEmpty } + owned.map { ("changes", $0) }
    }

    /// The body of a commit: the configuration of the image, by the table of containers.
    /// - Throws: 403 for what is no part of an image's configuration.
    public static func judgedBody(_ body: JSONObject, for caller: Caller) throws(DockerRefusal) -> JSONObject {
        guard !caller.isUnrestricted else { return body }
        let screened = try FieldTable.container.screened(body)
        var config = screened.kept
        for field in ["User", "ExposedPorts", "Volumes"] {
            if let value = screened.asked[field] { config.set(field, value) }
        }
        for field in ["HostConfig", "NetworkingConfig"] where !(screened.asked[field]?.isZero ?? true) {
            throw .malformed("\(field) is no part of an image.")
        }
        if let labels = screened.asked["Labels"] {
            config.set("Labels", .object(try OwnerLabels.forImage(labels, owner: caller.name)))
        }
        return config
    }
}
