import ArgumentParser
import BridgeConfiguration
import Foundation
import Glibc
import Usage
import UserStore

/// `diycloud-bridge usage`: who uses what, and what is left.
struct UsageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "usage",
        abstract: "Show what people use, and what they may use.",
        discussion: """
            Processor time is measured over half a second. Memory is what the kernel cannot take back, without file cache. A limit \
            marked ! is not in force; why is said below the table. Works whether the service runs or not; disk use is shown to root.

            Everybody, kept up to date until q:
              sudo diycloud-bridge usage --watch
            Who takes the most memory:
              sudo diycloud-bridge usage --running --sort memory
            For programs (the document of GET /api/v1/users/{name}/usage, for each person):
              sudo diycloud-bridge usage --format json alice bob
            """
    )

    enum Order: String, ExpressibleByArgument, CaseIterable {
        case name, cpu, memory, disk
    }

    @OptionGroup var options: StoreOption
    @OptionGroup var report: FormatOption

    @Argument(help: ArgumentHelp("Only these people.", valueName: "name"))
    var names: [String] = []

    @Flag(help: "Only people of whom something runs.")
    var running = false

    @Option(help: "By what the rows are sorted; the most comes first.")
    var sort = Order.name

    @Flag(help: "Draw the table again and again, until q or Ctrl-C.")
    var watch = false

    @Option(help: ArgumentHelp("How often with --watch, in seconds, 0.5 to 3600.", valueName: "seconds"))
    var every = 2.0

    func validate() throws {
        guard (0.5...3600).contains(every) else { throw ValidationError("--every takes 0.5 to 3600 seconds.") }
        guard !(watch && report.format == .json) else {
            throw ValidationError("--watch draws for people; leave --format json away.")
        }
    }

    func run() throws {
        let survey = try UsageSurvey(options: options, names: names, onlyRunning: running)
        if !survey.seesDisks {
            FileHandle.standardError.write(
                Data("note: disk use is shown to root only: sudo diycloud-bridge usage\n".utf8)
            )
        }
        survey.begin()
        Self.pause(CPUHistory.shortestSpan + .milliseconds(10))
        guard watch else {
            let documents = sorted(try survey.read())
            guard report.format == .text else { return try report.printJSON(documents) }
            print(UsageScreen(Screen.standardOutput).text(documents, emptyBecause: survey.emptiness))
            return
        }
        try Screen.watching(every: .milliseconds(Int64(every * 1000))) { screen in
            UsageScreen(screen).text(sorted(try survey.read()), emptyBecause: survey.emptiness)
        }
    }

    private func sorted(_ documents: [UsageDocument]) -> [UsageDocument] {
        func most(_ value: (UsageDocument) -> Double) -> [UsageDocument] {
            documents.map { ($0, value($0)) }.sorted { ($1.1, $0.0.name) < ($0.1, $1.0.name) }.map(\.0)
        }
        return switch sort {
        case .name: documents.sorted { $0.name < $1.name }
        case .cpu: most { $0.cpu.rate.now ?? 0 }
        case .memory: most { Double($0.memory.bytes) }
        case .disk: most { Double($0.disk.bytes ?? 0) }
        }
    }

    private static func pause(_ time: Duration) { usleep(UInt32(time / .microseconds(1))) }
}
