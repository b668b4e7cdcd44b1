extension AnswerFilter {
    /// What an event is about.
    public struct Event: Sendable, Equatable {
        public enum Kind: Sendable { case container, network, volume, image, other }

        public var kind: Kind
        /// The full id of a container or network, the name of a volume.
        public var id: String
        /// `create`, `die`, `connect`; what follows a colon (`exec_start: sh`) is left out.
        public var action: String
        /// The container that a network or volume event is about.
        public var container: String?
    }

    /// - Returns: `nil` for what is no event.
    public static func event(_ value: JSONValue) -> Event? {
        guard let event = value.object, let type = event.exactly("Type")?.string,
            let actor = event.exactly("Actor")?.object, let id = actor.exactly("ID")?.string,
            let action = event.exactly("Action")?.string
        else { return nil }
        let kind: Event.Kind =
            switch type {
            case "container": .container
            case "network": .network
            case "volume": .volume
            case "image": .image
            default: .other
            }
        return Event(
            kind: kind,
            id: id,
            action: action.split(separator: ":").first.map(String.init) ?? "",
            container: kind == .container ? nil : actor.exactly("Attributes")?.object?.exactly("container")?.string
        )
    }
}
