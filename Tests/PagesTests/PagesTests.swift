import Foundation
import Pages
import Testing

@Suite("pages")
struct PagesTests {
    /// Each ends something in HTML, or is one character to Swift while it is several to a browser.
    static let hostile = [
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onfocus='alert(1)",
        "\"\u{301} autofocus onfocus=alert(1) x=\"",
        "<\u{338}b>", "'\u{20DD}onclick=x", "</title><script>", "</main></body>", "<!--", "-->", "{{csrf}}",
        "{{{csrf}}}", "{{#fields}}",
        "{{=<% %>=}}", "&lt;script&gt;", "&#60;b&#62;", "\u{0}<b>", "\u{202E}gnp.exe", "javascript:alert(1)",
        "//evil.example",
        "/\\evil.example", "\r\nSet-Cookie: a=b", "\u{FF1C}script\u{FF1E}", String(repeating: "\"<'>&", count: 400),
        " ", "",
    ]

    @Test("no text from outside changes the structure of any page", arguments: hostile)
    func hostileText(text: String) throws {
        for (plain, attacked) in zip(try SamplePages.all(text: "x"), try SamplePages.all(text: text))
        where !text.isEmpty {
            let expected = HTMLTag.all(in: plain.page.html())
            let found = HTMLTag.all(in: attacked.page.html())
            #expect(expected.map(\.shape) == found.map(\.shape), "\(plain.name)")
        }
    }

    @Test("random text made of what HTML minds changes the structure of no page")
    func randomText() throws {
        let parts = [
            "<", ">", "\"", "'", "&", "=", "/", "!", "-", "\u{301}", "\u{200D}", "\u{FE0F}", "a", " ", "\n", "{{", "}}",
            "\u{0}",
            "\u{1F1E6}", "script", "onload", "style",
        ]
        let expected = try SamplePages.all(text: "x").map { HTMLTag.all(in: $0.page.html()).map(\.shape) }
        for _ in 0..<60 {
            let text = (0..<Int.random(in: 1...30)).compactMap { _ in parts.randomElement() }.joined()
            let found = try SamplePages.all(text: text).map { HTMLTag.all(in: $0.page.html()).map(\.shape) }
            #expect(found == expected, "\(text.debugDescription)")
        }
    }

    @Test("every page is balanced, in English, and asks for nothing that the policy forbids")
    func wellFormed() throws {
        for (name, page) in try SamplePages.all() {
            let html = page.html()
            #expect(html.hasPrefix("<!doctype html>\n<html lang=\"en\">"), "\(name)")
            var open: [String] = []
            for tag in HTMLTag.all(in: html) where !HTMLTag.void.contains(tag.name) {
                if tag.isClosing { #expect(open.popLast() == tag.name, "\(name)") } else { open.append(tag.name) }
            }
            #expect(open.isEmpty, "\(name)")
            for tag in HTMLTag.all(in: html) {
                #expect(!["style", "iframe", "object", "embed", "base", "img"].contains(tag.name), "\(name)")
                if tag.name == "script", !tag.isClosing {
                    #expect(tag.attribute("src")?.hasPrefix("/portal/") == true, "\(name)")
                }
                #expect(
                    !tag.attributes.contains { $0.name == "style" || $0.name.hasPrefix("on") },
                    "\(name): \(tag.shape)"
                )
                #expect(Set(tag.attributes.map(\.name)).count == tag.attributes.count, "\(name): \(tag.shape)")
            }
            let ids = HTMLTag.all(in: html).compactMap { $0.attribute("id") }
            #expect(Set(ids).count == ids.count, "\(name)")
            for tag in HTMLTag.all(in: html) {
                for reference in ["for", "aria-labelledby", "aria-describedby"] {
                    if let id = tag.attribute(reference) { #expect(ids.contains(id), "\(name): \(reference)=\(id)") }
                }
            }
            #expect(HTMLTag.all(in: html).filter { $0.name == "h1" && !$0.isClosing }.count == 1, "\(name)")
            #expect(HTMLTag.all(in: html).filter { $0.name == "main" && !$0.isClosing }.count == 1, "\(name)")
        }
    }

    @Test("every form that changes something posts to this host and carries the token")
    func forms() throws {
        for (name, page) in try SamplePages.all(text: "token-x") {
            let tags = HTMLTag.all(in: page.html())
            let forms = tags.indices.filter { tags[$0].shape.hasPrefix("form") }.map { start in
                tags[start...].prefix { $0.shape != "/form" }
            }
            for form in forms {
                #expect(form.contains { $0.name == "button" && $0.attribute("type") == "submit" }, "\(name)")
                // A search changes nothing, and what is in a dialog is sent by a script.
                if form.first?.attribute("role") == "search" || form.first?.attribute("method") == "dialog" { continue }
                #expect(form.first?.attribute("method") == "post", "\(name)")
                #expect(form.first?.attribute("action")?.hasPrefix("/") == true, "\(name)")
                #expect(
                    tags.contains { $0.attribute("name") == "csrf" && $0.attribute("value") == "token-x" },
                    "\(name)"
                )
            }
        }
    }

    @Test("every input has a label or is hidden")
    func labels() throws {
        for (name, page) in try SamplePages.all() {
            let tags = HTMLTag.all(in: page.html())
            let labelled = Set(tags.filter { $0.name == "label" }.compactMap { $0.attribute("for") })
            for input in tags where input.name == "input" && input.attribute("type") != "hidden" {
                let id = input.attribute("id") ?? ""
                #expect(labelled.contains(id) || input.attribute("aria-label") != nil, "\(name)")
            }
        }
    }

    @Test("the sign-in form has the fields of the contract, and gives the name back after an error")
    func signInFields() {
        let html = SignInPage(returnTo: "/a?b=c&d", csrf: "t", username: "alice", error: "No.").html()
        let inputs = HTMLTag.all(in: html).filter { $0.name == "input" }
        #expect(inputs.compactMap { $0.attribute("name") } == ["csrf", "rd", "username", "password"])
        #expect(html.contains("name=\"rd\" value=\"/a?b=c&amp;d\""))
        #expect(html.contains("value=\"alice\""))
        #expect(inputs.last?.attribute("autocomplete") == "current-password")
        #expect(inputs.filter { $0.attribute("autofocus") != nil }.map { $0.attribute("name") } == ["password"])
        #expect(html.contains("role=\"alert\""))
    }

    @Test("a challenge has one answer for each question, in order")
    func challengeFields() throws {
        let page = try #require(try SamplePages.all().first { $0.name == "new-password" }).page
        let answers = HTMLTag.all(in: page.html()).filter { $0.attribute("name") == "answer" }
        #expect(answers.map { $0.attribute("type") } == ["password", "password"])
        #expect(answers.map { $0.attribute("autocomplete") } == ["new-password", "new-password"])
        let code = try #require(try SamplePages.all().first { $0.name == "code" }).page
        #expect(HTMLTag.all(in: code.html()).contains { $0.attribute("autocomplete") == "one-time-code" })
    }

    @Test("use is a bar with a name and words, also where nobody counts, and an unmet limit is called that")
    func usage() throws {
        let html = try #require(try SamplePages.all().first { $0.name == "account" }).page.html()
        let bars = HTMLTag.all(in: html).filter { $0.name == "meter" && !$0.isClosing }
        #expect(bars.map { $0.attribute("value") } == ["27", "97"])
        #expect(bars.map { $0.attribute("aria-label") } == ["Processor", "Memory"])
        #expect(html.contains("unknown</span> <span class=\"dim\">of <span data-limit>20 GiB</span></span>"))
        #expect(html.contains("Not enforced: quotas are off on /home"))
    }

    @Test("the stylesheet is small and loads nothing")
    func stylesheet() {
        let css = String(decoding: StaticFile.stylesheet.bytes, as: UTF8.self)
        #expect(css.utf8.count < 12 * 1024)
        #expect(!css.contains("url(") && !css.contains("@import"))
    }

    @Test("the templates leave no value unescaped")
    func templates() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: "Sources/Pages/Resources")
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(!text.contains("{{{") && !text.contains("{{&"), "\(file.lastPathComponent)")
        }
    }

    @Test("a link never leads to a script or to another host by a trick")
    func links() {
        for href in [
            "javascript:alert(1)", "//evil", "/\\evil", "\\\\evil", " /x", "/\t/evil", "data:text/html,x", "",
            "https:evil",
        ] {
            #expect(PageLink(href: href, label: "x").href == "/account", "\(href)")
        }
        #expect(PageLink(href: "https://a.example/x", label: "x").href == "https://a.example/x")
        #expect(PageLink.signIn(returnTo: "/a?b=c&d=%2F#e").href == "/login?rd=/a%3Fb%3Dc%26d%3D%252F%23e")
    }

    @Test("the sample pages are written for people to look at")
    func writeSamples() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: "artefacts/pages")
        try FileManager.default.createDirectory(at: folder.appending(path: "static"), withIntermediateDirectories: true)
        for file in StaticFile.all {
            try Data(file.bytes).write(to: folder.appending(path: String(file.path.dropFirst())))
        }
        for (name, page) in try SamplePages.all() {
            let html = page.html().replacing("=\"/static/", with: "=\"static/")
            try Data(html.utf8).write(to: folder.appending(path: "\(name).html"))
        }
    }
}
