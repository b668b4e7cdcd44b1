import ArgumentParser

/// The options that every command has.
struct ConfigOption: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The configuration file.", valueName: "file"))
    var config = "/etc/diycloud-bridge/bridge.yaml"

    @Option(
        name: .long,
        help: ArgumentHelp("The user store, instead of store.path of the configuration.", valueName: "file")
    )
    var store: String?

    /// Where the user store is.
    func storePath() throws -> String {
        // The configuration is read here once it is wired in.
        store ?? "/opt/diycloud/usermgmt/db/users.db"
    }
}
