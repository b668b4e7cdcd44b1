import Identity
import Pages
import Testing

@Suite("the portal's pages")
struct PortalPageTests {
    @Test("a service has a link where it is open to the person, and its state in words")
    func services() throws {
        let html = try SamplePages.portal { $0 }.html()
        let tiles = HTMLTag.all(in: html).filter { $0.attribute("data-service") != nil }
        #expect(
            tiles.map { $0.attribute("data-state") } == ["up", "starting", "down", "not-for-you", "unknown"]
        )
        #expect(html.components(separatedBy: "<a href=\"/jupyter/\">").count - 1 == 4)
        #expect(html.contains("<h3>Notebooks</h3>\n<p class=\"state\">Not for your account</p>"))
    }

    @Test("where nothing runs, the portal says how to begin, if notebooks are open to the person")
    func nothingRuns() throws {
        var page = try SamplePages.portal { $0 }
        page.running = []
        #expect(page.html().contains("Nothing runs.</p>"))
        page.services[0].name = "jupyterhub"
        #expect(page.html().contains("Nothing runs. Open <a href=\"/jupyter/\">Notebooks</a> to start a notebook.</p>"))
        page.services[0].state = .notForYou
        #expect(page.html().contains("Nothing runs.</p>"))
    }

    @Test("only administrators are shown the way to the people")
    func administrators() throws {
        #expect(try SamplePages.portal { $0 }.html().contains("href=\"/people\""))
        #expect(try !SamplePages.emptyPortal { $0 }.html().contains("href=\"/people\""))
    }

    @Test("a row of the list carries what the script needs, exactly")
    func row() throws {
        let html = try SamplePages.people { $0 }.html()
        let rows = HTMLTag.all(in: html).filter { $0.attribute("data-person") != nil }
        #expect(rows.map { $0.attribute("data-person") } == ["alice", "bob"])
        #expect(rows.map { $0.attribute("data-active") } == ["true", "false"])
        #expect(rows.map { $0.attribute("data-cpu-cores") } == ["1.5", "1.5"])
        #expect(rows.map { $0.attribute("data-memory-bytes") } == ["4294967296", "4294967296"])
        #expect(rows.map { $0.attribute("data-gpu") } == ["true", "true"])
    }

    @Test("without JavaScript nothing is offered that only a script can do")
    func withoutScript() throws {
        let tags = HTMLTag.all(in: try SamplePages.people { $0 }.html())
        let groups = tags.filter { $0.attribute("class") == "acts" }
        #expect(groups.count == 2)
        #expect(groups.allSatisfy { $0.attribute("hidden") != nil })
    }

    @Test("the pages of the list keep the search")
    func pages() throws {
        let html = try SamplePages.people { $0 }.html()
        #expect(html.contains("href=\"/people?search=a%20b%26c&amp;offset=0\" rel=\"prev\""))
        #expect(html.contains("href=\"/people?search=a%20b%26c&amp;offset=52\" rel=\"next\""))
        #expect(html.contains("51 to 52 of 120"))
    }

    @Test("an empty list says which of the two it is: nobody there, or nobody who fits")
    func empty() throws {
        var page = try SamplePages.noPeople { $0 }
        #expect(page.html().contains("Nobody fits your search."))
        page.search = ""
        #expect(page.html().contains("There is nobody here."))
    }
}
