/// The files to install from are not all there.
public enum PayloadError: Error, Sendable, CustomStringConvertible {
    case incomplete(directory: String, missing: String)

    public var description: String {
        switch self {
        case .incomplete(let directory, let missing):
            "\(directory) has no \(missing), so there is nothing to install from. Run diycloud from the directory that the release was "
                + "unpacked in, or name it with --payload"
        }
    }
}
