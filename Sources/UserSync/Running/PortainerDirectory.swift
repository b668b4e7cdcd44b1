public import PortainerClient

/// What a run asks of Portainer.
public protocol PortainerDirectory: Sendable {
    func status() async throws(PortainerError) -> PortainerStatus
    /// Whether the access token that we hold opens Portainer.
    func keyStanding() async throws(PortainerError) -> KeyStanding
    /// Makes a new access token, keeps it, and deletes those that it replaces.
    func makeKey() async throws(PortainerError)
    func keys(of user: Int) async throws(PortainerError) -> [PortainerKey]
    func deleteKey(_ key: Int, of user: Int) async throws(PortainerError)

    func settings() async throws(PortainerError) -> PortainerSettings
    func set(_ settings: PortainerSettings, clientSecret: String) async throws(PortainerError)

    func users() async throws(PortainerError) -> [PortainerUser]
    func createUser(_ name: String, admin: Bool) async throws(PortainerError) -> PortainerUser
    /// Ends every sign-in of theirs besides.
    func setRole(of user: Int, admin: Bool) async throws(PortainerError)
    func teams() async throws(PortainerError) -> [PortainerTeam]
    func createTeam(_ name: String) async throws(PortainerError) -> PortainerTeam
    func memberships() async throws(PortainerError) -> [PortainerMembership]
    func join(user: Int, team: Int) async throws(PortainerError)
    func leave(_ membership: Int) async throws(PortainerError)

    func environments() async throws(PortainerError) -> [PortainerEnvironment]
    func groups() async throws(PortainerError) -> [PortainerGroup]
    func createEnvironment(
        _ name: String,
        url: String,
        publicHost: String,
        certificate: ClientCertificate
    ) async throws(PortainerError) -> PortainerEnvironment
    func set(_ switches: [EnvironmentSwitch: Bool], of environment: Int) async throws(PortainerError)
    /// Who may enter, and nobody else.
    func setAccess(users: Set<Int>, of environment: Int) async throws(PortainerError)
    func setAddress(_ url: String, publicHost: String?, of environment: Int) async throws(PortainerError)
    func setCertificate(_ certificate: ClientCertificate, of environment: Int) async throws(PortainerError)
    func takeSnapshot(of environment: Int) async throws(PortainerError)

    func templates() async throws(PortainerError) -> [PortainerTemplate]
    func content(of template: Int) async throws(PortainerError) -> String
    func createTemplate(_ draft: TemplateDraft) async throws(PortainerError) -> PortainerTemplate
    func replaceTemplate(_ id: Int, with draft: TemplateDraft) async throws(PortainerError)
    func publishTemplate(_ id: Int, control: Int?) async throws(PortainerError)
}

extension PortainerClient: PortainerDirectory {}
