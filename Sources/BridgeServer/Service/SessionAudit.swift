import Audit
import Sessions

/// Notes in the audit log every session that ends without somebody saying so at this moment.
struct SessionAudit: SessionObserver {
    let audit: AuditLog

    func sessionOpened(_ session: ActiveSession) async {}

    func sessionEnded(_ session: ActiveSession, reason: SessionEndReason) async {
        // Who signs out or revokes is noted with their name where it happens.
        guard reason != .signedOut, reason != .revoked else { return }
        audit.record(
            AuditEvent(
                .sessionEnded,
                at: .now,
                user: session.principal.name.rawValue,
                client: session.client,
                session: session.id.rawValue,
                reason: reason.rawValue
            )
        )
    }
}
