import DockerPolicy
import NIOCore

/// Error answers of the engine that would tell of objects of others: whose id has a name, what uses an image or network.
enum AnswerErrors {
    static func withoutForeignIDs(_ status: Int, _ body: ByteBuffer) -> (Int, ByteBuffer) {
        guard status >= 400, let value = try? JSONParser.parse(body.readableBytesView),
            let message = value.object?["message"]?.string
        else { return (status, body) }
        let filtered = AnswerFilter.errorMessage(message)
        return (status, ByteBuffer(bytes: JSONValue.object(["message": .string(filtered)]).serialized()))
    }
}
