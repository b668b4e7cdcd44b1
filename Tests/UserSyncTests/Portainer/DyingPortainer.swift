import PortainerClient
import Synchronization
import UserSync

/// Portainer as a run sees it that is killed after so many changes: from then on nothing arrives any more.
final class DyingPortainer: PortainerDirectory {
    private let real: PortainerClient
    private let left: Mutex<Int>

    init(_ real: PortainerClient, changes: Int) {
        self.real = real
        left = Mutex(changes)
    }

    private func spend() throws(PortainerError) {
        let isDead = left.withLock { left in
            left -= 1
            return left < 0
        }
        if isDead { throw .unreachable(address: "nowhere", reason: "the run is dead") }
    }

    func status() async throws(PortainerError) -> PortainerStatus { try await real.status() }
    func keyStanding() async throws(PortainerError) -> KeyStanding { try await real.keyStanding() }
    func keys(of user: Int) async throws(PortainerError) -> [PortainerKey] { try await real.keys(of: user) }
    func settings() async throws(PortainerError) -> PortainerSettings { try await real.settings() }
    func users() async throws(PortainerError) -> [PortainerUser] { try await real.users() }
    func teams() async throws(PortainerError) -> [PortainerTeam] { try await real.teams() }
    func memberships() async throws(PortainerError) -> [PortainerMembership] { try await real.memberships() }
    func environments() async throws(PortainerError) -> [PortainerEnvironment] { try await real.environments() }
    func groups() async throws(PortainerError) -> [PortainerGroup] { try await real.groups() }
    func templates() async throws(PortainerError) -> [PortainerTemplate] { try await real.templates() }
    func content(of template: Int) async throws(PortainerError) -> String { try await real.content(of: template) }

    func makeKey() async throws(PortainerError) {
        try spend()
        try await real.makeKey()
    }
    func deleteKey(_ key: Int, of user: Int) async throws(PortainerError) {
        try spend()
        try await real.deleteKey(key, of: user)
    }
    func set(_ settings: PortainerSettings, clientSecret: String) async throws(PortainerError) {
        try spend()
        try await real.set(settings, clientSecret: clientSecret)
    }
    func createUser(_ name: String, admin: Bool) async throws(PortainerError) -> PortainerUser {
        try spend()
        return try await real.createUser(name, admin: admin)
    }
    func setRole(of user: Int, admin: Bool) async throws(PortainerError) {
        try spend()
        try await real.setRole(of: user, admin: admin)
    }
    func createTeam(_ name: String) async throws(PortainerError) -> PortainerTeam {
        try spend()
        return try await real.createTeam(name)
    }
    func join(user: Int, team: Int) async throws(PortainerError) {
        try spend()
        try await real.join(user: user, team: team)
    }
    func leave(_ membership: Int) async throws(PortainerError) {
        try spend()
        try await real.leave(membership)
    }
    func createEnvironment(
        _ name: String,
        url: String,
        publicHost: String,
        certificate: ClientCertificate
    ) async throws(PortainerError) -> PortainerEnvironment {
        try spend()
        return try await real.createEnvironment(name, url: url, publicHost: publicHost, certificate: certificate)
    }
    func set(_ switches: [EnvironmentSwitch: Bool], of environment: Int) async throws(PortainerError) {
        try spend()
        try await real.set(switches, of: environment)
    }
    func setAccess(users: Set<Int>, of environment: Int) async throws(PortainerError) {
        try spend()
        try await real.setAccess(users: users, of: environment)
    }
    func setAddress(_ url: String, publicHost: String?, of environment: Int) async throws(PortainerError) {
        try spend()
        try await real.setAddress(url, publicHost: publicHost, of: environment)
    }
    func setCertificate(_ certificate: ClientCertificate, of environment: Int) async throws(PortainerError) {
        try spend()
        try await real.setCertificate(certificate, of: environment)
    }
    func takeSnapshot(of environment: Int) async throws(PortainerError) {
        try spend()
        try await real.takeSnapshot(of: environment)
    }
    func createTemplate(_ draft: TemplateDraft) async throws(PortainerError) -> PortainerTemplate {
        try spend()
        return try await real.createTemplate(draft)
    }
    func replaceTemplate(_ id: Int, with draft: TemplateDraft) async throws(PortainerError) {
        try spend()
        try await real.replaceTemplate(id, with: draft)
    }
    func publishTemplate(_ id: Int, control: Int?) async throws(PortainerError) {
        try spend()
        try await real.publishTemplate(id, control: control)
    }
}
