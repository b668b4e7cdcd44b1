import Identity
import LinuxAccounts
import Testing
import UserSync

@Suite("An account is adopted because an administrator says so")
struct AdoptionTests {
    private func adopt(
        _ name: String = "ada",
        among accounts: [LinuxAccount] = [],
        groups: [String: LinuxGroup] = [:],
        sudoers: String = "",
        isForced: Bool = false
    ) throws -> String? {
        let ada = LinuxAccount(name: "ada", uid: 1001, gid: 1001, home: "/home/ada", shell: "/bin/bash")
        var sudo = SudoRules()
        sudo.add(sudoers, from: "/etc/sudoers.d/90-lab")
        let adoption = Adoption(
            host: HostSnapshot(
                accounts: Dictionary(uniqueKeysWithValues: (accounts + [ada]).map { ($0.name, $0) }),
                groups: groups.merging(["ada": LinuxGroup(gid: 1001)]) { $1 },
                sudo: sudo
            ),
            settings: AccountSettings(),
            desired: DesiredState([DesiredPerson(name: try UserName(name))]),
            isForced: isForced
        )
        do throws(Adoption.Refusal) {
            _ = try adoption.account(name)
            return nil
        } catch {
            return error.description
        }
    }

    @Test("an account without power over the host is adopted")
    func plain() throws {
        #expect(try adopt() == nil)
    }

    @Test(
        "one with power is not, unless it is meant; the refusal says where the power is from",
        arguments: [
            (["sudo": LinuxGroup(gid: 27, members: ["ada"])], "", "the group sudo"),
            (["docker": LinuxGroup(gid: 998, members: ["ada"])], "", "the group docker"),
            (["wheel": LinuxGroup(gid: 1001)], "", "the group wheel"),
            ([:], "ada ALL=(ALL) NOPASSWD: ALL\n", "/etc/sudoers.d/90-lab"),
            (["lab": LinuxGroup(gid: 700, members: ["ada"])], "%lab ALL=(ALL:ALL) ALL", "the group lab"),
        ]
    )
    func power(groups: [String: LinuxGroup], sudoers: String, named: String) throws {
        let refusal = try adopt(groups: groups, sudoers: sudoers)
        #expect(refusal?.contains(named) == true && refusal?.contains("--force") == true, "\(refusal ?? "")")
        #expect(try adopt(groups: groups, sudoers: sudoers, isForced: true) == nil)
    }

    @Test("nobody is adopted into a group that sudo knows")
    func sudoGroup() throws {
        let refusal = try adopt(sudoers: "%diycloud-users ALL=(ALL) ALL", isForced: true)
        #expect(refusal?.contains("accounts.group is diycloud-users, which is named in /etc/sudoers.d/90-lab") == true)
    }
}
