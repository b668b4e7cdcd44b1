/// The group that the configuration names for a socket does not exist.
public struct UnknownGroupError: Error, Equatable, Sendable, CustomStringConvertible {
    public let name: String

    public var description: String {
        "the group \"\(name)\" does not exist; set \"group\" of the listener to the group that the reverse proxy runs in "
            + "(www-data on Debian, nginx on Fedora and openSUSE, http on Arch)"
    }
}
