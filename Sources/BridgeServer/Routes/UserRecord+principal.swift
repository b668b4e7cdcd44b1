import Identity
import UserStore

extension UserRecord {
    /// The person as services see them.
    var principal: Principal { Principal(name: name, role: role, email: email) }
}
