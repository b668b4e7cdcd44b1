import UserStore

/// Opens what keeps the passwords that `user add` and `user passwd` set.
func openPasswordSink(_ options: ConfigOption) throws -> any PasswordSink {
    struct NotWired: Error, CustomStringConvertible {
        let description = "The bridge database is not wired to this command yet."
    }
    throw NotWired()
}
