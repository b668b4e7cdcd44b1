/// A row of `users` as it is, before anything is made of it.
struct StoredUser {
    let id: StoredValue
    let name: StoredValue
    let passwordHash: StoredValue
    let email: StoredValue
    let role: StoredValue
    let isActive: StoredValue
}
