import HostChanges
import Installer

/// The recipes of all components.
enum Recipes {
    static let all: [any Recipe.Type] = []

    static func of(_ components: [Component]) -> [any Recipe.Type] {
        components.compactMap { component in all.first { $0.component == component } }
    }
}
