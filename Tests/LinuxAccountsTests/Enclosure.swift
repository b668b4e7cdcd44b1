import Glibc
import TestProcesses

/// A mount namespace with copies of /etc and an empty /home, in which the real tools change what no one else sees.
///
/// When the process that holds it is gone, the kernel takes everything away.
final class Enclosure: Sendable {
    private let holder: TestProcess

    /// - Parameter homes: a command that mounts something on /mnt/home; a tmpfs otherwise.
    init(homes: String = "true") throws {
        let steps = """
            mount --make-rprivate / && mount -t tmpfs -o mode=0755 enclosure /mnt && mkdir /mnt/home \
            && cp -a /etc /mnt/etc && \(homes) \
            && mount --bind /mnt/etc /etc && mount --bind /mnt/home /home && touch /mnt/ready && exec sleep 3600
            """
        holder = try TestProcess(["unshare", "-m", "--propagation", "private", "bash", "-c", steps])
        for _ in 0..<600 {
            if access("/proc/\(holder.processIdentifier)/root/mnt/ready", F_OK) == 0 { return }
            usleep(50_000)
        }
        throw EnclosureFailure(command: ["unshare"], status: 1, output: "the namespace did not come up")
    }

    deinit {
        holder.signal(SIGKILL)
        holder.wait()
    }

    private var entrance: [String] { ["nsenter", "-m", "-t", "\(holder.processIdentifier)"] }

    /// Runs a command of the shell inside, which must succeed.
    @discardableResult
    func shell(_ command: String) throws -> String {
        let (status, output) = try TestProcess.run(entrance + ["bash", "-c", command])
        guard status == 0 else { throw EnclosureFailure(command: [command], status: status, output: output) }
        return output
    }

    /// Applies changes in the words of `accounts-host`.
    /// - Returns: what is not so afterwards.
    func apply(_ changes: String..., environment: [String] = []) throws -> String {
        let program = TestProcess.built("accounts-host")
        let (status, output) = try TestProcess.run(entrance + ["env"] + environment + [program, "apply"] + changes)
        guard status == 0 else { throw EnclosureFailure(command: changes, status: status, output: output) }
        return output
    }

    /// Starts applying, and kills it, but not the tool that it may be waiting for, after a while.
    func applyAndKill(_ changes: [String], afterMicroseconds delay: UInt32) throws {
        let process = try TestProcess(entrance + [TestProcess.built("accounts-host"), "apply"] + changes)
        usleep(delay)
        process.signal(SIGKILL)
        process.wait()
    }

    func ownership(_ name: String) throws -> String {
        let program = TestProcess.built("accounts-host")
        return try TestProcess.run(entrance + [program, "ownership", name]).output.trimmed
    }

    func home(_ name: String) throws -> String {
        try TestProcess.run(entrance + [TestProcess.built("accounts-host"), "home", name]).output.trimmed
    }

    /// What pwck(8) and grpck(8) find, without what they found before we came.
    func complaints() throws -> String {
        try shell("{ pwck -r -q; grpck -r; } 2>&1 | grep -v -e '^pwck' -e '^grpck' | grep -v 'does not exist' || true")
    }
}

extension String {
    var trimmed: String {
        var text = Substring(self)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}

struct EnclosureFailure: Error {
    let command: [String]
    let status: Int32
    let output: String
}
