import Foundation
import Glibc

/// The files that an installation is made from: programs in `bin`, everything else in `share`.
public struct Payload: Sendable {
    /// Where the payload is in the end.
    public static let installed = "/opt/diycloud-bridge"

    /// The directory with `bin` and `share`.
    public let directory: String

    /// - Parameter directory: with `bin` and `share`.
    /// - Throws: ``PayloadError`` when that is not what it is.
    public init(directory: String) throws(PayloadError) {
        for part in ["bin/diycloud-bridge", "share/bridge.yaml"] where access("\(directory)/\(part)", R_OK) != 0 {
            throw PayloadError.incomplete(directory: directory, missing: part)
        }
        self.directory = directory
    }

    /// The payload that this program came with: beside its own directory.
    public static func ofThisProgram() throws(PayloadError) -> Payload {
        guard let program = realpath("/proc/self/exe", nil) else { throw .incomplete(directory: "/", missing: "bin") }
        defer { free(program) }
        let bin = URL(fileURLWithPath: String(cString: program)).deletingLastPathComponent()
        return try Payload(directory: bin.deletingLastPathComponent().path)
    }

    /// Whether a package of the distribution brought it, with units and accounts.
    public var isPackaged: Bool { access("\(directory)/share/packaged", F_OK) == 0 }

    /// A text below `share`.
    /// - Throws: ``PayloadError/incomplete(directory:missing:)``.
    public func text(_ name: String) throws(PayloadError) -> String {
        guard let data = FileManager.default.contents(atPath: path(name)) else {
            throw .incomplete(directory: directory, missing: "share/\(name)")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// Where a file below `share` is now.
    public func path(_ name: String) -> String { "\(directory)/share/\(name)" }

    /// Names in a directory below `share`, in order.
    public func names(in name: String) throws(PayloadError) -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path(name)) else {
            throw .incomplete(directory: directory, missing: "share/\(name)")
        }
        return names.sorted()
    }
}
