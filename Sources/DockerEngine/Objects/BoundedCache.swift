/// Keeps what was used lately: between half of the capacity and all of it.
///
/// Two generations: a value that is asked for moves to the young one; when that is full, the old one is dropped whole.
/// So nothing is ever sorted or counted, whatever the number of objects.
struct BoundedCache<Value> {
    private var young: [String: Value] = [:]
    private var old: [String: Value] = [:]
    private let generation: Int

    init(capacity: Int) {
        generation = max(1, capacity / 2)
    }

    subscript(key: String) -> Value? {
        mutating get {
            if let value = young[key] { return value }
            guard let value = old[key] else { return nil }
            self[key] = value
            return value
        }
        set {
            if young.count >= generation, young[key] == nil {
                old = young
                young = [:]
            }
            young[key] = newValue
        }
    }

    var count: Int { young.count + old.keys.count { young[$0] == nil } }
}
