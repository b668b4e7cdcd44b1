/// The conversations in which PAM waits for a person, and who has to go when there are too many.
///
/// Each costs a process, so their number is limited. A limit that ends whoever has waited longest would let one attacker with one known
/// password end everybody's second factor; so places are shared out between the networks that the people come from.
struct WaitingConversations<Conversation: AnyObject> {
    private struct Place {
        weak var conversation: Conversation?
        let network: String
    }

    /// Places in all, at least 1.
    let limit: Int
    /// Oldest first.
    private var places: [Place] = []

    init(limit: Int) { self.limit = limit }

    /// The most places of one network.
    private var networkLimit: Int { max(1, limit / 2) }

    /// Gives a conversation a place.
    /// - Parameter network: where the person comes from, as failed sign-ins are counted (`ClientAddress.regulationKey`).
    /// - Returns: the conversation that lost its place for it: the oldest of the same network when that has more than half of the places,
    ///   else, when there are too many, the oldest of the network that has the most.
    mutating func add(_ conversation: Conversation, from network: String) -> Conversation? {
        places.removeAll { $0.conversation == nil }
        places.append(Place(conversation: conversation, network: network))
        if places.count(where: { $0.network == network }) > networkLimit { return removeOldest(of: network) }
        guard places.count > limit, let crowded = mostCrowdedNetwork else { return nil }
        return removeOldest(of: crowded)
    }

    /// Frees the place of a conversation.
    mutating func remove(_ conversation: Conversation) {
        places.removeAll { $0.conversation == nil || $0.conversation === conversation }
    }

    /// Among several the one that has waited longest.
    private var mostCrowdedNetwork: String? {
        let counts = places.reduce(into: [String: Int]()) { $0[$1.network, default: 0] += 1 }
        let most = counts.values.max()
        return places.first { counts[$0.network] == most }?.network
    }

    private mutating func removeOldest(of network: String) -> Conversation? {
        guard let index = places.firstIndex(where: { $0.network == network }) else { return nil }
        return places.remove(at: index).conversation
    }
}
