import Distributions
import Foundation
import HostPrograms
import PackageManagers
import TestSupport
import Synchronization
import Testing

/// A root of its own with nothing in it but what a package manager needs, and repositories of files beside it.
struct ScratchSystem: Sendable {
    let kind: PackageManagerKind
    let directory: TemporaryDirectory
    let manager: any PackageManager

    var work: String { directory.root }
    var root: String { "\(work)/root" }

    init(_ kind: PackageManagerKind, patience: LockPatience = LockPatience(), wholeSystemUpgrade: Bool = false)
        async throws
    {
        self.kind = kind
        directory = try TemporaryDirectory()
        manager = PackageManagers.make(
            kind,
            programs: ScratchPrograms(),
            root: "\(directory.root)/root",
            patience: patience,
            wholeSystemUpgrade: wholeSystemUpgrade
        )
        // apt reads packages as a user of its own.
        try await shell("chmod 755 \(work)")
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "make-repositories.sh").path
        try await shell("bash \(script) \(work) >\(work)/log 2>&1 || { cat \(work)/log >&2; exit 1; }")
        try await prepare()
    }

    private func prepare() async throws {
        switch kind {
        case .apt:
            try await shell(
                """
                mkdir -p \(root)/var/lib/dpkg/info \(root)/var/lib/dpkg/updates \(root)/var/lib/dpkg/triggers \
                    \(root)/var/lib/apt/lists/partial \(root)/var/cache/apt/archives/partial \(root)/var/log/apt \
                    \(root)/etc/apt/apt.conf.d \(root)/etc/apt/preferences.d \(root)/etc/apt/sources.list.d
                touch \(root)/var/lib/dpkg/status \(root)/var/lib/dpkg/available
                echo 'deb [trusted=yes] file:\(work)/deb ./' >\(root)/etc/apt/sources.list
                """
            )
        case .dnf4, .dnf5:
            try await shell("mkdir -p \(root)/var/log \(root)/etc/yum.repos.d")
            try write("[stub]\nname=stub\nbaseurl=file://\(work)/rpm\ngpgcheck=0\n", to: "/etc/yum.repos.d/stub.repo")
        case .zypper:
            try await shell("mkdir -p \(root)/etc/zypp/repos.d")
            try write(
                "[stub]\nname=stub\nbaseurl=file://\(work)/rpm\nenabled=1\nautorefresh=1\ngpgcheck=0\n",
                to: "/etc/zypp/repos.d/stub.repo"
            )
        case .pacman:
            try await shell(
                """
                mkdir -p \(root)/var/lib/pacman \(root)/var/cache/pacman/pkg \(root)/var/log \(root)/etc/pacman.d/hooks
                """
            )
            try write(
                "[options]\nArchitecture = x86_64\nSigLevel = Never\n[stub]\nServer = file://\(work)/pac\n",
                to: "/etc/pacman.conf"
            )
            try await pacman("-Sy")
        }
    }

    func write(_ text: String, to path: String) throws {
        try Data(text.utf8).write(to: URL(filePath: root + path))
    }

    /// What an administrator would do with pacman.
    func pacman(_ arguments: String) async throws {
        try await shell(
            """
            pacman --config \(root)/etc/pacman.conf --root \(root) --dbpath \(root)/var/lib/pacman --noconfirm \
                --cachedir \(root)/var/cache/pacman/pkg --logfile \(root)/var/log/pacman.log \(arguments)
            """
        )
    }

    func shell(_ script: String) async throws {
        let result = try await SystemPrograms().run("sh", ["-c", "set -e\n\(script)"])
        try #require(result.status == 0, "\(script): \(result.output)\(result.errors)")
    }

    func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: root + path) }
    func text(_ path: String) throws -> String { try String(contentsOfFile: work + path, encoding: .utf8) }

    /// Holds the package manager's lock as another process would, until the body has ended or lets it go by
    /// ``releaseLock()``.
    func whileLocked<T: Sendable>(_ body: @Sendable () async throws -> T) async throws -> T {
        let hold =
            switch kind {
            case .apt: "fcntl.lockf(open('\(root)/var/lib/dpkg/lock-frontend', 'w'), fcntl.LOCK_EX)"
            case .dnf4, .dnf5:
                """
                os.makedirs('\(root)/var/lib/dnf', exist_ok=True)
                open('\(root)/var/lib/dnf/rpmdb_lock.pid', 'w').write(str(os.getpid()))
                """
            case .zypper:
                """
                os.makedirs('\(root)/run', exist_ok=True)
                kept = open('\(root)/run/zypp.pid', 'w')
                kept.write(str(os.getpid())); kept.flush()
                """
            case .pacman: "os.open('\(root)/var/lib/pacman/db.lck', os.O_CREAT | os.O_EXCL | os.O_WRONLY)"
            }
        let release =
            switch kind {
            case .apt, .zypper: "pass"
            case .dnf4, .dnf5: "os.unlink('\(root)/var/lib/dnf/rpmdb_lock.pid')"
            case .pacman: "os.unlink('\(root)/var/lib/pacman/db.lck')"
            }
        let kept = hold.hasPrefix("fcntl") ? hold.replacing("open(", with: "kept := open(", maxReplacements: 1) : hold
        let script =
            "import fcntl, os, time\n\(kept)\nopen('\(work)/held', 'w')\nwhile not os.path.exists('\(work)/release'): time.sleep(0.02)\n\(release)\n"
        try write(script, to: "/../hold.py")
        async let holder = SystemPrograms().run("python3", ["\(work)/hold.py"])
        while !FileManager.default.fileExists(atPath: "\(work)/held") { try await Task.sleep(for: .milliseconds(20)) }
        let result: T
        do { result = try await body() } catch {
            releaseLock()
            throw error
        }
        releaseLock()
        try #require(try await holder.status == 0)
        return result
    }

    func releaseLock() { _ = FileManager.default.createFile(atPath: "\(work)/release", contents: nil) }
}

/// This host's programs, told what only a root without a shell and without a release of its own has to be told.
private struct ScratchPrograms: HostPrograms {
    func has(_ name: String) -> Bool { SystemPrograms().has(name) }

    func run(
        _ name: String,
        _ arguments: [String],
        input: String,
        timeLimit: Duration
    ) async throws(HostProgramError) -> ProgramResult {
        var words = [name] + arguments
        let additions = [
            "apt-get": ["-o", "DPkg::Options::=--force-script-chrootless"],
            "dpkg": ["--force-script-chrootless"],
            "dnf": ["--releasever=9"],
        ]
        if let place = words.firstIndex(where: { additions[$0] != nil }) {
            words.insert(contentsOf: additions[words[place]] ?? [], at: place + 1)
        }
        return try await SystemPrograms().run(words[0], Array(words.dropFirst()), input: input, timeLimit: timeLimit)
    }
}

/// What was said, line by line.
final class Said: Sendable {
    private let lines = Mutex<[String]>([])
    var all: [String] { lines.withLock { $0 } }
    var hear: @Sendable (String) -> Void { { line in self.lines.withLock { $0.append(line) } } }
}
