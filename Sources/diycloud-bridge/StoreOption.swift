import ArgumentParser
import BridgeConfiguration

/// Which user store a command works on.
struct StoreOption: ParsableArguments {
    @OptionGroup var config: ConfigOption

    @Option(help: ArgumentHelp("The user store, instead of store.path of the configuration.", valueName: "file"))
    var store: String?

    /// Where the user store is.
    func storePath() throws -> String { try store ?? configuration().store.path }

    /// The configuration; the built-in defaults where there is none.
    func configuration() throws -> BridgeConfiguration.Configuration { try config.load(whenMissing: .usesDefaults) }
}
