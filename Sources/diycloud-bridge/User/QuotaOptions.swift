import ArgumentParser
import UserStore

/// The options that say a quota.
struct QuotaOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Processor time, in cores: 0.5, 2.", valueName: "cores"))
    var cpu: String?

    @Option(name: .long, help: ArgumentHelp("Main memory: 512M, 2G.", valueName: "size"))
    var memory: String?

    @Option(name: .long, help: ArgumentHelp("Disk space of the home: 10G.", valueName: "size"))
    var disk: String?

    @Flag(inversion: .prefixedNo, help: "Whether the user may use the graphics processors.")
    var gpu: Bool?

    func change() throws -> QuotaChange {
        do {
            return try QuotaChange(cpu: cpu, memory: memory, disk: disk, gpu: gpu)
        } catch {
            throw ValidationError(error.description)
        }
    }
}
