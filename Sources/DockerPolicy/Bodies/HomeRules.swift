/// What holds in a container that has the person's home bound.
///
/// Docker runs root of the container as root of the host. In a directory of the host such a process would leave a program
/// that belongs to root and is setuid, and the person would run it outside. So there is no root in such a container.
enum HomeRules {
    /// The user of every process.
    static func owner(_ caller: Caller) -> String { "\(caller.uid):\(caller.gid)" }

    /// The user to run as, given the one that was asked for: nothing, the own uid, or uid:gid, in digits. A name is refused,
    /// because the image's `/etc/passwd` would say who that is.
    static func user(_ asked: JSONValue?, caller: Caller) throws(DockerRefusal) -> String {
        let own = owner(caller)
        let text = try asked.map { value throws(DockerRefusal) in
            try FieldShape.text.checked(value, field: "User").string ?? ""
        }
        guard let text, !text.isEmpty, text != "\(caller.uid)", text != own else { return own }
        throw .forbidden(
            "A container with your home bound runs as you (\(own)), not as \"\(text)\". "
                + "Leave out --user, or do not bind the home.",
            reason: "user"
        )
    }
}
