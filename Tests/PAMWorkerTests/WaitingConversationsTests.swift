import Testing

@testable import PAMClient

@Suite("Conversations that wait for a person")
struct WaitingConversationsTests {
    private final class Person {
        let name: String
        init(_ name: String) { self.name = name }
    }

    /// Lets people wait in order, named NETWORK-NUMBER, and tells who lost the place.
    private func evicted(_ names: [String], limit: Int) -> [String] {
        var waiting = WaitingConversations<Person>(limit: limit)
        let people = names.map(Person.init)
        return withExtendedLifetime(people) {
            people.compactMap { waiting.add($0, from: String($0.name.prefix { $0 != "-" }))?.name }
        }
    }

    @Test("sixty-five attempts from two addresses end no conversation of anybody else")
    func flood() {
        let flood = (0..<65).flatMap { ["x-\($0)", "y-\($0)"] }
        #expect(
            evicted(["alice-0"] + flood + ["bob-0"], limit: 64).allSatisfy { $0.hasPrefix("x") || $0.hasPrefix("y") }
        )
    }

    @Test("beyond half of the places a network's own oldest goes, though there is room")
    func half() {
        #expect(evicted(["alice-0", "x-1", "x-2", "x-3"], limit: 4) == ["x-1"])
    }

    @Test("with no place left the oldest of the network that has the most goes")
    func mostCrowded() {
        #expect(evicted(["alice-0", "x-1", "x-2", "bob-0", "carol-0"], limit: 4) == ["x-1"])
    }

    @Test("where no network has more than another the oldest goes")
    func tie() {
        #expect(evicted(["a-0", "b-0", "c-0"], limit: 2) == ["a-0"])
        #expect(evicted(["a-0", "b-0"], limit: 1) == ["a-0"])
    }

    @Test("who answered or went away has no place any more")
    func removed() {
        var waiting = WaitingConversations<Person>(limit: 2)
        let (first, second, third) = (Person("a"), Person("b"), Person("c"))
        #expect(waiting.add(first, from: "a") == nil)
        waiting.remove(first)
        #expect(waiting.add(second, from: "b") == nil)
        #expect(waiting.add(third, from: "c") == nil)
        #expect(waiting.add(first, from: "a") === second)
    }
}
