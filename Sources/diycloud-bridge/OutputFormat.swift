import ArgumentParser

/// How a command reports.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
