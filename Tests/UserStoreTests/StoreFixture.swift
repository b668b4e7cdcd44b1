import Foundation
import Testing

@testable import UserStore

/// A directory of its own with a user store in it, written by the real `sqlite3`, as the platform's scripts do.
final class StoreFixture: Sendable {
    let directory: String
    var path: String { directory + "/users.db" }

    init(schema: Bool = true) throws {
        directory = FileManager.default.temporaryDirectory.path + "/store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        if schema { try StoreInitialiser().initialise(path: path) }
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Runs SQL in a process of its own, with no busy timeout.
    /// - Returns: what it printed.
    @discardableResult
    func sqlite3(_ sql: String) throws -> String { try Program.run("/usr/bin/sqlite3", [path], input: sql) }

    func read(_ configuration: StoreReader.Configuration = .init()) throws(StoreError) -> StoreSnapshot {
        try StoreReader(path: path, configuration: configuration).read()
    }

    /// Adds a user with an allocation, each value an SQL literal.
    func add(
        _ name: String,
        hash: String = "'PLACEHOLDER'",
        email: String = "NULL",
        role: String = "'user'",
        active: String = "1",
        cpu: String = "1",
        memory: String = "'2G'",
        disk: String = "'5G'",
        gpu: String = "0"
    ) throws {
        try sqlite3(
            """
            INSERT INTO users (username, password_hash, email, role, is_active) VALUES (\(name), \(hash), \(email), \(role), \(active));
            INSERT INTO resource_allocations (user_id, cpu_limit, mem_limit, disk_quota, gpu_access)
                VALUES (last_insert_rowid(), \(cpu), \(memory), \(disk), \(gpu));
            """
        )
    }

    var filesBeside: Set<String> {
        get throws { Set(try FileManager.default.contentsOfDirectory(atPath: directory)) }
    }
}

/// A program run to its end.
enum Program {
    struct Failed: Error {
        let status: Int32
        let output: String
    }

    @discardableResult
    static func run(_ path: String, _ arguments: [String], input: String = "") throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        let (standardInput, output) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = output
        try process.run()
        standardInput.fileHandleForWriting.write(Data(input.utf8))
        standardInput.fileHandleForWriting.closeFile()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(status: process.terminationStatus, output: text) }
        return text
    }
}

/// A `sqlite3` that stays open, so that a test can hold a lock or a connection in another process.
///
/// Used by one thread at a time.
final class OpenSQLite: @unchecked Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init(_ path: String) throws {
        process.executableURL = URL(fileURLWithPath: "/usr/bin/sqlite3")
        process.arguments = [path]
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    /// Sends SQL and waits until it is done.
    func run(_ sql: String) {
        input.fileHandleForWriting.write(Data("\(sql)\n.print done\n".utf8))
        var text = ""
        while !text.contains("done\n") {
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { return }
            text += String(decoding: data, as: UTF8.self)
        }
    }

    /// Ends the process without letting it clean up.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    func close() {
        input.fileHandleForWriting.closeFile()
        process.waitUntilExit()
    }

    deinit { if process.isRunning { kill() } }
}
