/// Which execs were made through the guard, and by whom: only those can be started through it.
///
/// The id of an exec stands in the answer to an inspect of its container, and whoever starts one gets its streams. Without
/// this, a person could watch their own container for the exec that root makes in it, and start it first: with the
/// privileges that root gave it. It is not kept over a restart: between the making of an exec and its start is a moment.
actor ExecLedger {
    private var makers: [String: String] = [:]
    /// Ids in the order in which they came, oldest first.
    private var order: [String] = []
    private let capacity: Int

    init(capacity: Int = 4096) {
        self.capacity = max(2, capacity)
    }

    func made(_ id: String, by name: String) {
        if order.count >= capacity {
            for old in order.prefix(capacity / 2) { makers[old] = nil }
            order.removeFirst(capacity / 2)
        }
        order.append(id)
        makers[id] = name
    }

    func wasMade(_ id: String, by name: String) -> Bool { makers[id] == name }
}
