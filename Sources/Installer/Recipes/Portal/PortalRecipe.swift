public import HostChanges

/// The front page, with what somebody may use and how much of it; for administrators the page of people.
public enum PortalRecipe: Recipe {
    public static let component = Component.portal

    public static func steps(on host: Host) async throws -> [any Step] {
        [
            NginxRecipe.location(component, "portal", on: host),
            NginxRecipe.proofStep(component, host, path: "/portal/portal.css", holds: "{"),
        ]
    }
}
