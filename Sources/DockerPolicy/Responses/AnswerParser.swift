/// Reads what the engine answers: labels of containers may differ by case only.
public enum AnswerParser {
    /// - Throws: ``JSONError`` with the place.
    public static func parse(_ bytes: some Collection<UInt8>, depthLimit: Int = 64) throws(JSONError) -> JSONValue {
        try JSONParser.parse(bytes, depthLimit: depthLimit, refusesTwins: false)
    }
}
