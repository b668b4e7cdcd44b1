import Testing

@testable import SignIn

@Suite("When a refusal is answered")
struct FailureFloorTests {
    @Test("a check that was quick waits until the delay is over", arguments: [0, 1, 900, 1999, 2000])
    func quick(milliseconds: Int) {
        let floor = FailureFloor(delay: .seconds(2))
        #expect(floor.remaining(after: .milliseconds(milliseconds)) == .milliseconds(2000 - milliseconds))
    }

    @Test("a check that took longer waits for the next whole step", arguments: [2001, 3000, 5999, 6001])
    func slow(milliseconds: Int) {
        let floor = FailureFloor(delay: .seconds(2))
        let total = Duration.milliseconds(milliseconds) + floor.remaining(after: .milliseconds(milliseconds))
        #expect(total.components.attoseconds == 0)
        #expect(total.components.seconds.isMultiple(of: 2))
        #expect(total - .milliseconds(milliseconds) < .seconds(2))
    }

    @Test("without a delay nobody waits")
    func none() {
        #expect(FailureFloor(delay: .zero).remaining(after: .seconds(3)) == .zero)
    }
}
