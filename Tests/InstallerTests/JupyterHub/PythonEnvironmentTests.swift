import Foundation
import Testing

@testable import Installer

@Suite("Python environments")
struct PythonEnvironmentTests {
    private let eleven = PythonRuntime(program: "python3.11", minor: 11)

    private func environment(_ python: PythonRuntime, _ lock: String, _ files: [String: String]) -> PythonEnvironment {
        PythonEnvironment(
            .hub,
            python,
            lock: "/lock",
            lockText: Data(lock.utf8),
            packageFiles: files.mapValues { Data($0.utf8) }
        )
    }

    @Test("an environment is known by all that it is made of")
    func digest() {
        let one = environment(eleven, "a==1", ["a": "x", "b": "y"])
        #expect(one == environment(eleven, "a==1", ["b": "y", "a": "x"]))
        #expect(one.digest.count == 16 && one.target == "envs/hub-\(one.digest)")
        let others = [
            environment(PythonRuntime(program: "python3.12", minor: 12), "a==1", ["a": "x", "b": "y"]),
            environment(eleven, "a==2", ["a": "x", "b": "y"]),
            environment(eleven, "a==1", ["a": "x", "b": "z"]),
            environment(eleven, "a==1", ["a": "x", "c": "y"]),
            environment(eleven, "a==1", ["a": "xby"]),
        ]
        #expect(Set(others.map(\.digest) + [one.digest]).count == others.count + 1)
    }

    @Test("pip's progress is counted, whatever else it prints")
    func progress() {
        #expect(PipProgress().line(of: 72) == "Making a virtual environment")
        var log = """
            Collecting aiohttp==3.14.5 (from -r hub.txt (line 3))
              Downloading aiohttp-3.14.5-cp311-cp311-manylinux_2_17_x86_64.whl (1.8 MB)
            Processing /wheels/alembic-1.20.1-py3-none-any.whl (from -r hub.txt (line 120))
              Downloading alembic-1.20.1-py3-none-any.whl (250 kB)
            Ignoring async-timeout: markers 'python_full_version < "3.11"' don't match your environment

            """
        #expect(PipProgress(reading: log).line(of: 72) == "Collecting packages: 2 of at most 72, 2 MB")
        log += "Installing collected packages: aiohttp, alembic\n"
        #expect(PipProgress(reading: log).line(of: 72) == "Putting 2 packages in place")
    }

    @Test("a lock names each package once, whatever versions of Python it is for")
    func packagesOfLock() {
        let lock = """
            # a==1
            numpy==2.2.6 ; python_full_version < '3.11' \\
                --hash=sha256:00==
            numpy==2.4.0 ; python_full_version >= '3.11' \\
                --hash=sha256:01
            pandas==3.0.0 \\
                --hash=sha256:02
            """
        #expect(PipProgress.packages(inLock: lock) == 2)
    }

    @Test("pip's own complaint is what a person reads")
    func complaint() {
        let log = "Collecting a\nERROR: Could not find a version\nERROR: No matching distribution\nmore\n"
        #expect(
            EnvironmentBuild.ending(of: log, else: .init(status: 1))
                == "ERROR: Could not find a version; ERROR: No matching distribution"
        )
        #expect(EnvironmentBuild.ending(of: "", else: .init(status: 7)) == "exit status 7")
        #expect(EnvironmentBuild.quoted("a'b$(c)") == #"'a'\''b$(c)'"#)
    }

    @Test("the environment in use, the one before it and those that run are kept; attempts that were killed are not")
    func leftovers() throws {
        let root = FileManager.default.temporaryDirectory.appending(path: "diycloud-envs-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        let shelf = EnvironmentShelf(root: root)
        for (age, name) in ["hub-1", "hub-2", "hub-3", "hub-4", "users-1", "users-2"].enumerated() {
            let path = "\(root)\(PythonEnvironment.shelf)/\(name)"
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            if name != "hub-3" { try Data().write(to: URL(fileURLWithPath: "\(path)/\(PythonEnvironment.stamp)")) }
            let date = Date(timeIntervalSince1970: 1_000_000 + Double(age))
            try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
        }
        #expect(shelf.link(.hub) == .absent)
        try shelf.point(.hub, to: "envs/hub-1")
        try shelf.point(.hub, to: "envs/hub-4")
        #expect(shelf.link(.hub) == .to("envs/hub-4"))
        let running = "\(PythonEnvironment.shelf)/hub-1/bin/python3.11\0-m\0ipykernel_launcher"
        #expect(shelf.leftovers(keeping: ["hub-4", "users-2"], commandLines: []) == ["hub-1", "hub-3"])
        #expect(shelf.leftovers(keeping: ["hub-4", "users-2"], commandLines: [running]) == ["hub-3"])
        try shelf.remove("hub-3")
        try shelf.remove("hub-3")
        try shelf.point(.hub, to: nil)
        #expect(shelf.link(.hub) == .absent)
        try FileManager.default.createDirectory(
            atPath: root + "/opt/diycloud/jupyterhub",
            withIntermediateDirectories: true
        )
        #expect(shelf.link(.hub) == .somethingElse)
    }
}
