/// One thing that a run would do in Portainer. Each makes something so, whatever of it is so already.
public enum PortainerStep: Sendable, Hashable {
    /// Makes an access token of the first administrator.
    case makeKey
    /// Deletes access tokens that runs before left behind.
    case deleteKeys
    case settings
    case team(String)
    /// Account, role and teams of an active person.
    case user(String)
    /// Environment, address, switches and access of an active person.
    case environment(String)
    /// Shows another certificate to Docker.
    case certificate(String)
    /// Lets Portainer look again at an environment that was down.
    case snapshot(String)
    case template(String)
    /// Takes access, role, teams, tokens and sign-ins from somebody.
    case revoke(String)
}
