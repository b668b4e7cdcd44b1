/// The server block of the cloud, as text.
struct NginxServer: Equatable {
    /// Names that browsers may use; none means any.
    var names: [String]
    var certificate: String
    var key: String
    /// Whether an authority signed the certificate: only then may browsers be told to insist on https.
    var isTrusted: Bool
    /// Where certbot puts its answers; nil without certbot.
    var challenges: String?
    /// Whether other servers on the port leave it to us to take what nobody is named for.
    var isDefaultOn80: Bool
    var isDefaultOn443: Bool
    var listensOnIPv6: Bool
    var version: NginxVersion

    /// Where other components, and the administrator, put locations of this server.
    static let locations = "/etc/nginx/diycloud.d"

    var text: String {
        ([Self.head] + [plain, encrypted] + (rejectsOthers ? [rest] : [])).joined(separator: "\n")
    }

    private static let head = """
        # Written by diycloud: the server of the cloud. A file of your own in \(locations)/ adds locations to it:
        #
        #     location ^~ /wiki/ {
        #         set $bridge_service wiki;                       # its name under `services:` in bridge.yaml
        #         include snippets/diycloud-bridge-guard.conf;
        #         proxy_pass http://127.0.0.1:9090;
        #     }

        """

    private var plain: String {
        """
        server {
        \(listen("80", isDefaultOn80))
            server_name \(serverName);
        \(challengeLocation)    location / {
                return 301 https://\(names.first ?? "$host")$request_uri;
            }
        }

        """
    }

    private var encrypted: String {
        let http2 = version.hasHTTP2Directive
        return """
            server {
            \(listen(http2 ? "443 ssl" : "443 ssl http2", isDefaultOn443 && !rejectsOthers))
            \(http2 ? "    http2 on;\n" : "")    server_name \(serverName);

                ssl_certificate \(certificate);
                ssl_certificate_key \(key);
                ssl_protocols TLSv1.2 TLSv1.3;
                ssl_session_cache shared:diycloud:10m;
                ssl_session_tickets off;
            \(isTrusted ? "    add_header Strict-Transport-Security \"max-age=31536000\" always;\n" : "")
                # Behind another proxy? Then its address is everybody's. Name it in a file of your own in \(Self.locations)/:
                # set_real_ip_from 192.0.2.1;
                # real_ip_header X-Forwarded-For;

                include snippets/diycloud-bridge-server.conf;
                include \(Self.locations)/*.conf;

                # What nobody else answers: the front page is somebody's account until there is a portal.
                location / {
                    rewrite ^/$ /account redirect;
                    return 404;
                }
            }

            """
    }

    /// Requests for any other host name are closed without an answer.
    private var rest: String {
        """
        # Any other host name: closed without an answer.
        server {
        \(listen("443 ssl", true))
            ssl_reject_handshake on;
        }

        """
    }

    private var rejectsOthers: Bool { !names.isEmpty && isDefaultOn443 && version.canRejectHandshakes }

    private var serverName: String { names.isEmpty ? "_" : names.joined(separator: " ") }

    private var challengeLocation: String {
        guard let challenges else { return "" }
        return """
                location ^~ /.well-known/acme-challenge/ {
                    root \(challenges);
                }

            """
    }

    private func listen(_ what: String, _ isDefault: Bool) -> String {
        let words = what.split(separator: " ")
        let rest = words.dropFirst().map { " \($0)" }.joined() + (isDefault ? " default_server" : "")
        let addresses = [String(words[0])] + (listensOnIPv6 ? ["[::]:\(words[0])"] : [])
        return addresses.map { "    listen \($0)\(rest);" }.joined(separator: "\n")
    }
}
