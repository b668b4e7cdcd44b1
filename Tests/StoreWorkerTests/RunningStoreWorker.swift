import Foundation
import Glibc
import Identity
import StoreProtocol
import TestProcesses
import Testing
import WorkerFrames

/// A worker and the other end of its connection.
final class RunningStoreWorker {
    private let socket: FrameSocket
    private let process: TestProcess
    private let logPath: String
    private var status: Int32?

    init(_ place: StorePlace) throws {
        var pair: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        try #require(socketpair(AF_UNIX, kind, 0, &pair) == 0)
        logPath = "\(place.directory)/log-\(UUID().uuidString)"
        process = try TestProcess(
            ["bash", "-c", "log=$1; shift; exec 3<&0 </dev/null; exec \"$@\" 2>\"$log\"", "worker", logPath]
                + place.command,
            input: pair[1]
        )
        close(pair[1])
        socket = FrameSocket(descriptor: pair[0])
    }

    deinit {
        close(socket.descriptor)
        if status == nil { process.wait() }
    }

    var processIdentifier: pid_t { process.processIdentifier }

    /// What it wrote to standard error, in a real host the journal.
    var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    func ask(_ token: String, _ user: String, _ change: StoreChange) throws -> StoreResponse {
        try send(token, user, change)
        return try answer()
    }

    func send(_ token: String, _ user: String, _ change: StoreChange) throws {
        var frame = try #require(StoreRequest(token: token, user: try UserName(user), change: change).frame())
        try socket.send(&frame)
    }

    func answer() throws -> StoreResponse {
        try #require(try socket.receive(before: .now + .seconds(20), StoreResponse.init(payload:)))
    }

    func write(_ bytes: [UInt8]) { _ = Glibc.write(socket.descriptor, bytes, bytes.count) }

    func hangUp() { shutdown(socket.descriptor, Int32(SHUT_WR)) }

    func end() -> Int32 {
        let status = status ?? process.wait()
        self.status = status
        return status
    }
}
