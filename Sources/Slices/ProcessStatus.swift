/// Whose a process is, from proc_pid_status(5), which everybody may read of every process (without `hidepid`).
struct ProcessStatus: Sendable, Equatable {
    /// The name of the program, at most 15 bytes, as the process has set it.
    var name = ""
    /// Real, effective, saved and file system uid.
    var uids: [UInt32] = []
    /// In how many process id namespaces, counted from ours, it has a number: 1 for all that no container holds.
    var namespaces = 1
    /// Whether it has ended, and only its parent has not asked yet. The first thread may end before the others (pthread_exit(3)):
    /// such a process looks like a zombie and goes on.
    var isGone = false

    /// - Returns: nil when the uids are missing: it ended while it was read.
    init?(parsing text: String) {
        var state: Character?
        var threads = 1
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == "\t" || $0 == " " }
            switch line[..<colon] {
            case "Name": name = String(value)
            case "State": state = value.first
            case "Uid": uids = value.split(separator: "\t").compactMap { UInt32($0) }
            case "Threads": threads = Int(value) ?? 1
            case "NSpid": namespaces = value.split(separator: "\t").count
            default: continue
            }
        }
        guard uids.count == 4 else { return nil }
        isGone = state == "X" || (state == "Z" && threads <= 1)
    }
}
