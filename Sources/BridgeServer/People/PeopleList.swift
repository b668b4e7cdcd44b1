import Identity
import UserStore

/// A part of a list: which, and of how many.
struct ListWindow: Sendable {
    let limit: Int
    let offset: Int

    /// The most people of one answer: each one's use is looked up.
    static let largest = 200

    func cut<Element>(_ all: [Element]) -> [Element] { Array(all.dropFirst(offset).prefix(limit)) }
}

extension StoreSnapshot {
    /// The people whose name or mail address contains a text, whatever its case; all without one. By name.
    func people(matching search: String?) -> [UserRecord] {
        let wanted = search?.lowercased() ?? ""
        let found = wanted.isEmpty ? Array(users) : users.filter { $0.matches(wanted) }
        return found.sorted { $0.name < $1.name }
    }
}

extension UserRecord {
    fileprivate func matches(_ wanted: String) -> Bool {
        name.rawValue.contains(wanted) || email?.lowercased().contains(wanted) == true
    }
}
