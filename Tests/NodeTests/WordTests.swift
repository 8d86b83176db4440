// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Exchange
import Ledger
import Market
import Query
import Testing
import Vault
import WebUI

@testable import Node

/// What pages say in the visitor's language is what stands in grants and statements.
@Suite struct WordTests {
    private let english = Frame("en", path: "/")
    private let german = Frame("de", path: "/")

    @Test func `every purpose has its words, in English those of the published list`() {
        for purpose in PurposeTree.all {
            #expect(english.purpose(purpose.id) == purpose.label)
            #expect(!german.purpose(purpose.id).hasPrefix("purposes."), "\(purpose.id)")
        }
        #expect(german.purpose("dpv:ResearchAndDevelopment") == "Forschung und Entwicklung")
    }

    @Test func `the notice that is shown in English is the one that is signed`() {
        #expect(english.message("me.notice") == Exchange.notice)
        #expect(german.message("me.notice") != Exchange.notice)
    }

    @Test func `a statement says in English what its machine-readable form says`() throws {
        let order = Digest(of: [1])
        let research = try #require(Purpose("dpv:ResearchAndDevelopment"))
        let price = try #require(Amount(microunits: 5_000_000))
        let details: [StatementDetail] = [
            .share(of: order, pool: "walkers", purpose: research, price: price),
            .moved(1_500_000, pool: "walkers"), .deposited, .cashedOut, .ordered(order),
            .answered(order),
        ]
        for detail in details {
            #expect(detail.shown(english) == detail.words)
            #expect(detail.shown(german) != detail.words)
        }
        for reason in Change.FailureReason.allCases {
            let detail = StatementDetail.unanswered(order, reason)
            #expect(!detail.shown(english).contains("details."), "\(reason)")
            #expect(!detail.shown(german).contains("details."), "\(reason)")
        }
    }

    @Test func `kinds of answers become words`() {
        #expect(english.answers([]) == "a study")
        #expect(english.answers(["average"]) == "an average")
        #expect(english.answers(["count", "sum", "average"]) == "a count, a sum and an average")
        for kind in AnswerKind.allCases {
            #expect(german.answers([kind.rawValue]).hasPrefix("ein"), "\(kind)")
        }
    }

    @Test func `a pool's average stands beside the step that it is about`() throws {
        let table = try #require(
            ResultTable(
                json: [
                    "columns": ["m", "a"],
                    "rows": [
                        ["2025-01-01", ["value": "7000", "margin": "10"]],
                        ["2025-02-01", ["value": "7100", "margin": "12"]],
                    ],
                ]))
        let sql = """
            SELECT DATE_TRUNC('month', day) AS m, AVG(steps) AS a FROM walkers
            GROUP BY DATE_TRUNC('month', day)
            """
        let average = try #require(PlainAverage.all(in: sql, answered: table).first)
        let beside = PoolAverage(pool: "Walkers", average: average)
        let day = CalendarDay(year: 2025, month: 2, day: 17)
        #expect(beside.value(on: try #require(day).number)?.text == "7100 ± 12")
        let later = CalendarDay(year: 2025, month: 3, day: 1)
        #expect(beside.value(on: try #require(later).number) == nil)
    }
}
