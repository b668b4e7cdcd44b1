import Foundation
import Glibc

/// Which host this is.
enum HostIdentity {
    static var name: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// Made of the machine's id, from which nobody gets that id (machine-id(5)); empty without one.
    static func machine(root: String) -> String {
        guard let text = try? String(contentsOfFile: root + "/etc/machine-id", encoding: .utf8) else { return "" }
        return FileDigest.of(Array("diycloud-backup:\(text)".utf8))
    }
}
