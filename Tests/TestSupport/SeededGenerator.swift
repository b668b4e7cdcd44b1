/// The same random numbers in each run (SplitMix64), so that a failure can be seen again.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// The bytes with one to four of them changed, added or taken away; bytes that mean something to HTTP come often.
    package mutating func mutated(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let telling = Array("\r\n \t:;,=%&/\\?#\"\0".utf8) + [0x7F, 0x80, 0xFF, 0xC0, 0xAE]
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            let fresh =
                Bool.random(using: &self)
                ? telling[Int.random(in: 0..<telling.count, using: &self)] : UInt8.random(in: 0...255, using: &self)
            let place = Int.random(in: 0...bytes.count, using: &self)
            switch Int.random(in: 0..<4, using: &self) {
            case 0: bytes.insert(fresh, at: place)
            case 1 where place < bytes.count: bytes.remove(at: place)
            case 2 where place < bytes.count: bytes[place] = fresh
            default:
                let end = min(bytes.count, place + Int.random(in: 0...40, using: &self))
                bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &self))
            }
        }
        return bytes
    }
}
