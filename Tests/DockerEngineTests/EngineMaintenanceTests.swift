import Testing

@testable import DockerEngine

@Suite("Containers of a person who is switched off")
struct EngineMaintenanceTests {
    @Test("a person's containers are found, paused, let go on and stopped")
    func stopping() async throws {
        try await EngineStage.run { stage in
            let maintenance = EngineMaintenance(client: stage.client, objects: stage.objects)
            let sight = Sight.own(name: stage.prefix, cgroupParent: "/diycloud-c/user-40001")
            let id = try await stage.container("run", owner: sight, running: true)
            _ = try await stage.container("trap", label: stage.prefix)
            func state() async throws -> [String] {
                try await maintenance.containers(of: stage.prefix, cgroupParent: "/diycloud-c/user-40001")
                    .map { "\($0.name) \($0.state)" }
            }
            #expect(try await state() == ["\(stage.prefix)-run running"])
            for _ in 0..<2 { try await maintenance.pause(id) }
            #expect(try await state() == ["\(stage.prefix)-run paused"])
            for _ in 0..<2 { try await maintenance.unpause(id) }
            for _ in 0..<2 { try await maintenance.stop(id, grace: 0) }
            #expect(try await state() == ["\(stage.prefix)-run exited"])
            try await maintenance.pause(id)
        }
    }

    @Test("what somebody's containers wrote is added up, and a label alone counts for nothing")
    func usage() async throws {
        try await EngineStage.run { stage in
            let maintenance = EngineMaintenance(client: stage.client, objects: stage.objects)
            let sight = Sight.own(name: stage.prefix, cgroupParent: "/diycloud-c/user-40001")
            _ = try await stage.container("run", owner: sight, running: true)
            let usage = try await maintenance.usage(cgroupParents: [stage.prefix: "/diycloud-c/user-40001"])
            #expect(usage[stage.prefix] != nil)
            let none = try await maintenance.usage(cgroupParents: [stage.prefix: "/elsewhere"])
            #expect(none[stage.prefix] == nil)
        }
    }
}
