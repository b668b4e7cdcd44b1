/// Secrets between our own services.
enum RandomToken {
    /// 256 bits from the system's generator, as 64 hexadecimal digits and a line end.
    @Sendable static func make() -> String {
        var random = SystemRandomNumberGenerator()
        let words = (0..<4).map { _ in
            let digits = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        return words.joined() + "\n"
    }
}
