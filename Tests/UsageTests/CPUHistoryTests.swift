import Testing
import Usage

@Suite("Processor time from counters")
struct CPUHistoryTests {
    private let start = ContinuousClock.now

    private func reading(_ seconds: Double, _ cpuSeconds: Double) -> CPUReading {
        CPUReading(at: start + .seconds(seconds), microseconds: UInt64(cpuSeconds * 1_000_000))
    }

    private func history(_ samples: [(Double, Double)], window: Duration = .seconds(60)) -> CPUHistory {
        var history = CPUHistory(window: window)
        for (seconds, cpu) in samples { history.note([7: UInt64(cpu * 1_000_000)], at: start + .seconds(seconds)) }
        return history
    }

    @Test("now is since the last sample, the window since the oldest one in it")
    func rates() {
        let history = history([(0, 0), (5, 5), (10, 5)])
        let rate = history.rate(of: 7, fresh: reading(15, 15))
        #expect(rate.now == 2)
        #expect(rate.window == 1)
    }

    @Test("a reading just after a sample is held against the one before, not against noise")
    func tooFresh() {
        let rate = history([(0, 0), (5, 5)]).rate(of: 7, fresh: reading(5.1, 5.1))
        #expect(rate.now == 1)
    }

    @Test("samples older than the window do not count")
    func window() {
        let samples = (0...100).map { (Double($0), $0 < 50 ? Double($0) : 50) }
        let rate = history(samples, window: .seconds(20)).rate(of: 7, fresh: reading(101, 50))
        #expect(rate == CPURate(now: 0, window: 0))
    }

    @Test("a slice that ended and began anew starts again, and shows no negative use")
    func restart() {
        var history = history([(0, 100), (5, 105)])
        #expect(history.rate(of: 7, fresh: reading(7, 1)) == CPURate())
        history.note([7: 1_000_000], at: start + .seconds(10))
        #expect(history.rate(of: 7, fresh: reading(12, 2)) == CPURate(now: 0.5, window: 0.5))
    }

    @Test("nothing is said of somebody who was never read, and nothing kept of somebody who is gone")
    func strangers() {
        var history = history([(0, 1), (5, 2)])
        #expect(history.rate(of: 8, fresh: reading(6, 1)) == CPURate())
        history.note([:], at: start + .seconds(10))
        #expect(history.count == 0)
        #expect(history.rate(of: 7, fresh: reading(11, 3)) == CPURate())
    }

    @Test("an hour sampled each second keeps few readings and the right average")
    func longWindow() throws {
        let samples = (0...5000).map { (Double($0), Double($0) * 0.5) }
        let rate = history(samples, window: .seconds(3600)).rate(of: 7, fresh: reading(5001, 2500.5))
        #expect(abs(try #require(rate.window) - 0.5) < 1e-9)
        #expect(abs(try #require(rate.now) - 0.5) < 1e-9)
    }
}
