internal import Glibc

/// Ends all processes of a part of the cgroup tree.
struct CgroupEnd {
    /// The same people's directories in all hierarchies.
    let directories: [String]

    /// How many processes are held at once; each takes a descriptor.
    private static let batch = 100

    /// The processes in it and below. Not ourselves: whoever ends people does not run among them.
    func processes() -> Set<pid_t> {
        var found: Set<pid_t> = []
        forEachCgroup { found.formUnion(CgroupFile.processes(of: $0)) }
        found.remove(getpid())
        return found
    }

    private func forEachCgroup(_ body: (_ directory: String) -> Void) {
        var places = directories
        while let place = places.popLast() {
            body(place)
            places += CgroupFile.children(of: place)
        }
    }

    /// Kills until nobody is left or the time is over. A program that forks while it is killed is found again in the next round;
    /// where the kernel has `cgroup.kill` (Linux 5.14, cgroup v2) nothing can slip through.
    /// - Returns: how many are left.
    func kill(within limit: Duration) async -> Int {
        let deadline = ContinuousClock.now + limit
        var pause = Duration.milliseconds(1)
        while true {
            let refused = directories.filter { CgroupFile.write("1", to: "\($0)/cgroup.kill") != 0 }
            if !refused.isEmpty { CgroupEnd(directories: refused).signal() }
            let left = processes()
            guard !left.isEmpty else { return 0 }
            guard ContinuousClock.now < deadline else { return left.count }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
        }
    }

    /// One round. Between reading a number and using it, the number can come to another process: each is held first, and signalled
    /// only if it is in the cgroup still.
    private func signal() {
        forEachCgroup { directory in
            let listed = CgroupFile.processes(of: directory).filter { $0 != getpid() }
            for start in stride(from: 0, to: listed.count, by: Self.batch) {
                let held = listed[start..<min(start + Self.batch, listed.count)].compactMap { ProcessHandle($0) }
                let members = Set(CgroupFile.processes(of: directory))
                for process in held where members.contains(process.number) { process.kill() }
            }
        }
    }

    /// Waits until nobody is left or the time is over.
    func waitUntilEmpty(within limit: Duration) async -> Bool {
        let deadline = ContinuousClock.now + limit
        while !processes().isEmpty {
            guard ContinuousClock.now < deadline else { return false }
            try? await Task.sleep(for: .milliseconds(20))
        }
        return true
    }
}
