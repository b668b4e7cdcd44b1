internal import Glibc

/// Ends all processes of a part of the cgroup tree.
struct CgroupEnd {
    /// The same people's directories in all hierarchies.
    let directories: [String]

    /// The processes in it and below. Not ourselves: whoever ends people does not run among them.
    func processes() -> Set<pid_t> {
        var found: Set<pid_t> = []
        var places = directories
        while let place = places.popLast() {
            found.formUnion(CgroupFile.processes(of: place))
            places += CgroupFile.children(of: place)
        }
        found.remove(getpid())
        return found
    }

    /// Kills until nobody is left or the time is over. A program that forks while it is killed is found again in the next round;
    /// where the kernel has `cgroup.kill` (Linux 5.14, cgroup v2) nothing can slip through.
    /// - Returns: how many are left.
    func kill(within limit: Duration) async -> Int {
        let deadline = ContinuousClock.now + limit
        var pause = Duration.milliseconds(1)
        while true {
            for directory in directories { _ = CgroupFile.write("1", to: "\(directory)/cgroup.kill") }
            let left = processes()
            guard !left.isEmpty else { return 0 }
            for process in left { Glibc.kill(process, SIGKILL) }
            guard ContinuousClock.now < deadline else { return left.count }
            try? await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(50))
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
