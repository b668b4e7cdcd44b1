import NIOCore

/// How a handler that spoke HTTP reads what comes once the decoder in front of it is gone.
enum RawBytes {
    static func unwrap(_ data: NIOAny) -> ByteBuffer { Reader.unwrapInboundIn(data) }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
    }
}
