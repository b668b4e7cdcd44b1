import HostChanges
import Installer

/// The recipes of all components.
enum Recipes {
    /// In the order of installation.
    static let all: [any Recipe.Type] = [
        BridgeRecipe.self, NginxRecipe.self, DockerRecipe.self, NetworksRecipe.self, JupyterHubRecipe.self,
        PortainerRecipe.self, PortalRecipe.self,
    ]

    static func of(_ components: [Component]) -> [any Recipe.Type] {
        components.compactMap { component in all.first { $0.component == component } }
    }
}
