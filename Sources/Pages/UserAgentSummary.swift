/// A `User-Agent` in a few words (`Firefox on Linux`), so that people recognise their devices. Nothing is decided by it.
public enum UserAgentSummary {
    /// The order matters: each browser also names those that it descends from.
    private static let browsers = [
        ("Edg", "Edge"), ("OPR/", "Opera"), ("Vivaldi", "Vivaldi"), ("SamsungBrowser", "Samsung Internet"),
        ("FxiOS", "Firefox"), ("Firefox/", "Firefox"), ("CriOS", "Chrome"), ("HeadlessChrome", "Chrome (headless)"),
        ("Chromium", "Chromium"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"), ("Wget/", "wget"),
        ("python", "Python"), ("Python", "Python"), ("JupyterHub", "JupyterHub"),
    ]

    private static let systems = [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"),
        ("Macintosh", "Mac"), ("Linux", "Linux"), ("FreeBSD", "FreeBSD"),
    ]

    /// - Parameter userAgent: anything; only the first 512 bytes count.
    /// - Returns: browser and system, one of them, or `Unknown device`; always out of a fixed list.
    public static func of(_ userAgent: String) -> String {
        let text = String(decoding: userAgent.utf8.prefix(512), as: UTF8.self)
        let browser = browsers.first { text.contains($0.0) }?.1
        let system = systems.first { text.contains($0.0) }?.1
        switch (browser, system) {
        case (let browser?, let system?): return "\(browser) on \(system)"
        case (let browser?, nil): return browser
        case (nil, let system?): return system
        case (nil, nil): return "Unknown device"
        }
    }
}
