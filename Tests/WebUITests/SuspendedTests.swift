// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import WebUI

/// What a contributor's page says when she is neither read nor paid.
@Suite struct SuspendedTests {
    private func page(_ language: String, _ code: String?, canAppeal: Bool) -> String {
        var offer = MePage.Offer(name: "steps", title: "Steps", purposes: [])
        offer.grant = MePage.Grant(
            purposes: "", spent: "0", limit: "1", expires: "",
            denial: code == nil ? nil : "suspended")
        offer.grant?.suspended = code.map {
            .init(code: $0, reason: "made-up <rows>", appeal: canAppeal ? .open : .upheld)
        }
        var me = MePage(party: "alice", available: "0", claims: "0")
        me.offers = [offer]
        return me.html(Frame(language, path: "/me"))
    }

    @Test(arguments: ["en", "de"]) func `it says why, and how to appeal`(language: String) {
        for code in ["copied", "contradicting", "other"] {
            let html = page(language, code, canAppeal: true)
            #expect(html.contains(#"action="/me/appeal""#), "\(code)")
            #expect(html.contains(#"action="/me/withdraw""#), "she can leave all the same")
            #expect(!html.contains("suspended." + code), "\(code) has no words")
            #expect(html.contains("made-up &lt;rows&gt;") == (code == "other"), "\(code)")
        }
    }

    @Test func `who appealed once, or is not suspended, is offered no appeal`() {
        #expect(!page("en", "copied", canAppeal: false).contains("/me/appeal"))
        #expect(page("en", "copied", canAppeal: false).contains("You appealed, and it stands."))
        #expect(page("en", "copied", canAppeal: true).contains("You can appeal once."))
        #expect(!page("en", nil, canAppeal: false).contains("/me/appeal"))
        #expect(page("en", nil, canAppeal: false).contains("/me/withdraw"))
    }
}
