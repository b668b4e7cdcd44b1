import Identity

/// What stands above the content of a page of somebody who is signed in: where one can go, who one is, and the way out. Its form posts
/// `csrf` to `/logout`; the scripts of the portal send the same token with what they change.
struct PageHeader {
    /// The page that it stands on.
    enum Place { case portal, people, account }

    let fields: PageTemplates.Fields

    init(_ principal: Principal, at place: Place, csrf: String) {
        fields = [
            "name": principal.name.rawValue, "csrf": csrf, "isAdministrator": principal.role == .admin,
            "atPortal": place == .portal, "atPeople": place == .people, "atAccount": place == .account,
        ]
    }
}
