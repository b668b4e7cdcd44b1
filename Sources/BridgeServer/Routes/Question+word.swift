import PAMProtocol

extension Question.Kind {
    /// The name of the kind in the REST API and in the pages.
    var word: String {
        switch self {
        case .hidden: "hidden"
        case .visible: "visible"
        case .info: "info"
        case .error: "error"
        }
    }
}
