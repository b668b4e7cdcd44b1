/// A page for a browser: its content as values, and the HTML made of them.
///
/// The HTML works without JavaScript and under this policy: `default-src 'none'; style-src 'self'; img-src 'self';
/// form-action 'self'; base-uri 'none'; frame-ancestors 'none'`. Every value is escaped, so each may come from anybody.
public protocol Page: Sendable {
    /// The whole document, to be sent as `text/html; charset=utf-8`.
    func html() -> String
}
