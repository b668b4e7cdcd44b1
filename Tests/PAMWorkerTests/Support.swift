import Foundation
import TestProcesses

/// Mount namespaces and shadow need root, which CI is.
let isRoot = geteuid() == 0

extension WorkerHost {
    /// Puts another service file in place of the first.
    func replaceStack(_ text: String) throws {
        try Data((text + "\n").utf8).write(to: directory.appendingPathComponent("pam.d/bridge"))
    }

    /// Ends all workers as a crash or the OOM killer would.
    func killWorkers() throws {
        try TestProcess.shell(
            "for p in $(pgrep -P \(processIdentifier)); do grep -qz pam-worker /proc/$p/cmdline && kill -9 $p; done; true"
        )
    }

    /// The number of workers of this host, and of programs that call themselves so.
    func workerCount() throws -> Int {
        let text = try TestProcess.shell("pgrep -f -- '[p]am-worker bridge \(directory.path)/pam.d' | wc -l")
        return Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
    }

    /// Waits up to ten seconds for something to become true.
    func eventually(_ condition: () throws -> Bool) async throws -> Bool {
        for _ in 0..<1000 {
            if try condition() { return true }
            try await Task.sleep(for: .milliseconds(10))
        }
        return false
    }
}
