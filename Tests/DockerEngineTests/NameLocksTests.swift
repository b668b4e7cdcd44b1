import DockerEngine
import Testing

@Suite("Locks on names")
struct NameLocksTests {
    private actor Floor {
        private var inside: [String: Int] = [:]
        private(set) var collisions = 0

        func enter(_ names: [String]) {
            for name in names {
                inside[name, default: 0] += 1
                if inside[name, default: 0] > 1 { collisions += 1 }
            }
        }

        func leave(_ names: [String]) {
            for name in names { inside[name, default: 0] -= 1 }
        }
    }

    @Test("no name is held twice, and nobody waits for ever")
    func exclusion() async {
        let (locks, floor) = (NameLocks(), Floor())
        await withTaskGroup(of: Void.self) { group in
            for round in 0..<500 {
                let names = ["a", "b", "c", "d"].filter { _ in Bool.random() } + ["x\(round % 7)"]
                group.addTask {
                    await locks.with(names) {
                        await floor.enter(names)
                        await Task.yield()
                        await floor.leave(names)
                    }
                }
            }
        }
        #expect(await floor.collisions == 0)
    }

    @Test("a body that throws lets its names go")
    func failure() async throws {
        struct Broken: Error {}
        let locks = NameLocks()
        await #expect(throws: Broken.self) { try await locks.with(["a"]) { throw Broken() } }
        let again = await locks.with(["a"]) { true }
        #expect(again)
    }
}
