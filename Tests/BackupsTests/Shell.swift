import Glibc

/// Runs a line of shell and reads what it says.
enum Shell {
    struct Failure: Error { let status: Int32 }

    static func output(_ line: String) throws -> String {
        guard let pipe = popen(line, "r") else { throw Failure(status: -1) }
        var text: [UInt8] = []
        while true {
            let byte = fgetc(pipe)
            if byte == EOF { break }
            text.append(UInt8(truncatingIfNeeded: byte))
        }
        let status = pclose(pipe)
        guard status == 0 else { throw Failure(status: status) }
        return String(decoding: text, as: UTF8.self)
    }
}
