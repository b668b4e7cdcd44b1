import DockerCertificates
import NIOCore
import NIOSSL
import NIOTLS
import SwiftASN1
import X509

/// Waits for the TLS handshake and reads from the client's certificate who it is.
///
/// That the certificate is signed by our authority the TLS library has checked by then; whether it is still on the list is asked for each
/// request.
final class HandshakeHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let timeLimit: TimeAmount
    private let admit: (any Channel, _ name: String, _ serial: String) -> Void
    private var clock: Scheduled<Void>?

    init(timeLimit: TimeAmount, admit: @escaping (any Channel, _ name: String, _ serial: String) -> Void) {
        self.timeLimit = timeLimit
        self.admit = admit
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let channel = context.channel
        clock = context.eventLoop.scheduleTask(in: timeLimit) { channel.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { clock?.cancel() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        clock?.cancel()
        guard let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate(),
            let holder = CertificateHolder(certificate)
        else { return context.close(promise: nil) }
        admit(context.channel, holder.name, holder.serial)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

/// Whose a client certificate is.
struct CertificateHolder: Equatable {
    let name: String
    /// As the list of valid certificates writes it.
    let serial: String

    init?(_ certificate: NIOSSLCertificate) {
        guard let bytes = try? certificate.toDERBytes(), let parsed = try? Certificate(derEncoded: bytes) else {
            return nil
        }
        self.init(parsed)
    }

    /// - Returns: `nil` without exactly one CN: which of two would count?
    init?(_ certificate: Certificate) {
        let names = certificate.subject.flatMap { $0 }.filter { $0.type == .RDNAttributeType.commonName }
        guard names.count == 1, let name = names.first.flatMap({ String($0.value) }) else { return nil }
        self.name = name
        serial = IssuedCertificate.serialText(certificate.serialNumber)
    }
}
