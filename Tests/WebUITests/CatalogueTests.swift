// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import WebUI

/// What the pages say, in each language, and that nothing typed by others becomes markup.
@Suite struct CatalogueTests {
    @Test func `every language has the same messages`() {
        let english = Catalogue.names("en")
        #expect(english.count > 80)
        for language in Catalogue.languages {
            #expect(Catalogue.names(language) == english, "\(language)")
            for name in english { #expect(!Catalogue.message(name, language).isEmpty) }
        }
        #expect(Catalogue.message("nav.pools", "de") != Catalogue.message("nav.pools", "en"))
    }

    @Test func `no page shows the name of a message, or takes text for markup`() {
        let evil = "<script>alert(1)</script>"
        for language in Catalogue.languages {
            let frame = Frame(
                language, path: "/", exchange: evil, isSignedIn: true, isOperator: true)
            var pool = PoolPage(
                name: evil, title: evil, people: "20+", price: "1", premium: "1", purposes: evil,
                tables: [(evil, [["name": evil, "kind": evil, "allowed": evil]])])
            pool.sql = evil
            pool.problem = evil
            pool.explained = [(evil, evil)]
            pool.answered = PoolPage.Answered(
                columns: [evil, "n"],
                rows: [[(evil, nil), ("3", "1")], [("b", nil), ("4", "1")]],
                isMock: false, order: evil)
            var me = MePage(party: evil, available: "0", claims: "0")
            me.grants = [(["pool": evil, "state": evil], true)]
            me.offers = [(evil, evil, [(evil, evil)])]
            me.uses = [evil]
            me.lines = [["time": evil, "amount": evil, "reason": evil]]
            me.earned = [.init(label: evil, value: 1), .init(label: "b", value: 2)]
            let pages = [
                pool.html(frame), me.html(frame),
                StartPage(paid: evil, people: "", pools: "", studies: "", signed: "").html(frame),
                ExplorerPage([["index": "1", "what": evil]], entries: 1, signed: 1, next: 1)
                    .html(frame), EntryPage(index: 1, kind: evil, time: "", body: evil).html(frame),
                EnterPage(isRefused: true).html(frame),
                ProblemPage(status: 404, title: evil, detail: evil, suggestsSigningIn: true)
                    .html(frame),
                OperatorPage(
                    entries: 1, studies: 1, pools: [["name": evil]], requests: [["route": evil]],
                    parties: [evil]
                ).html(frame),
            ]
            for page in pages {
                #expect(!page.contains("<script>"))
                #expect(page.contains("<html lang=\"\(language)\">") && page.contains("</html>"))
                #expect(!page.contains("{{") && !page.contains("}}"))
            }
        }
    }

    @Test func `a chart has a bar for each value, and none for a single one`() {
        let chart = Chart(
            title: "a",
            bars: [.init(label: "x", value: 2, margin: 1), .init(label: "y", value: -3)])
        #expect(chart.svg.components(separatedBy: "<rect").count == 3)
        #expect(Chart(title: "a", bars: [.init(label: "x", value: 2)]).svg.isEmpty)
        #expect(
            Chart(title: "a", bars: [.init(label: "x", value: .nan), .init(label: "y", value: 1)])
                .svg.isEmpty)
    }
}
