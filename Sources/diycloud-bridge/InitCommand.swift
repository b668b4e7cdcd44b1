import ArgumentParser
import Privileges
import UserStore

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make an empty user store where there is none.",
        discussion: """
            The tables are those of the platform, so that its own programs can use them \
            too. A store that is there is never touched.

            Example:
              diycloud-bridge init
              diycloud-bridge user add alice --role admin
            """
    )

    @OptionGroup var options: StoreOption

    @Option(name: .long, help: ArgumentHelp("The group that may read the store; the bridge's own.", valueName: "group"))
    var group = "diycloud-bridge"

    func run() throws {
        let path = try options.storePath()
        guard let readers = try? ServiceGroup(named: group) else {
            throw ValidationError(
                "There is no group `\(group)`. Make it with `groupadd --system \(group)`, or name another with --group."
            )
        }
        try StoreInitialiser(readerGroup: readers.gid).initialise(path: path)
        do {
            try ServiceDirectories(options.configuration()).make()
        } catch {
            print("Not made: the directories of the bridge's own database and log (\(error)).")
        }
        print("Made the user store \(path), readable for the group \(group).")
        print("Add the first administrator with `diycloud-bridge user add NAME --role admin`.")
    }
}
