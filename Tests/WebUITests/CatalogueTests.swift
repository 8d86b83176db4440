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
        // To Swift the second is one character each: a browser sees the markup all the same.
        for (language, evil) in Catalogue.languages.flatMap({ language in
            [
                (language, "<script>alert(1)</script>"),
                (language, "\u{600}<script\u{600}>\u{600}\"onload=x\u{301} \u{200d}<script>"),
            ]
        }) {
            let frame = Frame(
                language, path: "/", exchange: evil, isSignedIn: true, isOperator: true)
            let pages =
                Hostile.buyer(evil, frame) + Hostile.contributor(evil, frame)
                + Hostile.public(evil, frame)
            for page in pages {
                #expect(Array(page.utf8).firstRange(of: Array("<script>".utf8)) == nil)
                #expect(Array(page.utf8).firstRange(of: Array("\"onload".utf8)) == nil)
                #expect(Array(page.utf8).firstRange(of: Array("<script\u{600}".utf8)) == nil)
                #expect(page.contains("<html lang=\"\(language)\">") && page.contains("</html>"))
                #expect(!page.contains("{{") && !page.contains("}}"))
            }
        }
    }
}
