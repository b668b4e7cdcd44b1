import Glibc

extension HostCheck {
    /// What keeps `sync-users` from doing what the configuration says. The service starts all the same.
    func reconcileRemarks() -> [HostRemark] {
        let accounts = configuration.accounts
        var remarks: [HostRemark] = []
        for (key, path) in [("home", accounts.home), ("skeleton", accounts.skeleton)] {
            guard let path, access(path + "/.", F_OK) != 0 else { continue }
            let text = "\(path) is no directory; make it, or name another"
            remarks.append(.init(severity: .warning, key: "accounts.\(key)", text: text))
        }
        if access(accounts.shell, X_OK) != 0 {
            let text = "\(accounts.shell) cannot be executed; new accounts could not log in"
            remarks.append(.init(severity: .warning, key: "accounts.shell", text: text))
        }
        guard configuration.jupyterhub.api != nil else { return remarks }
        do throws(SecretFileError) {
            _ = try SecretFile.load(path: configuration.jupyterhub.tokenFile)
        } catch {
            remarks.append(.init(severity: .warning, key: "jupyterhub.token_file", text: error.description))
        }
        return remarks
    }
}
