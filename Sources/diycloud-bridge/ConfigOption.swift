import ArgumentParser
import BridgeConfiguration
import Foundation

/// `--config FILE`, which every command takes.
struct ConfigOption: ParsableArguments {
    @Option(
        name: .customLong("config"),
        help: ArgumentHelp("The configuration file. (default: \(Configuration.defaultPath))", valueName: "file"),
        completion: .file(extensions: ["yaml"])
    )
    var path: String?

    /// The file that is read.
    var file: String { path ?? Configuration.defaultPath }

    /// What to do when nobody named a file and the default one is not there.
    enum MissingDefault {
        /// Say so and stop: for commands that change something.
        case fails
        /// Go on with the built-in defaults, with a note: for commands that only read.
        case usesDefaults
    }

    /// Reads the configuration; writes what is wrong to standard error, one line for each problem.
    /// - Throws: `ExitCode` 1.
    func load(whenMissing: MissingDefault = .fails) throws -> Configuration {
        do throws(ConfigurationError) {
            return try Configuration.load(path: file)
        } catch {
            if case .missing = error, path == nil, whenMissing == .usesDefaults {
                Self.say("note: \(file) does not exist; the built-in defaults are used")
                return Configuration()
            }
            Self.say("\(error)")
            throw ExitCode(1)
        }
    }

    private static func say(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}
