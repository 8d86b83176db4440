// SPDX-License-Identifier: Apache-2.0
import Canon
import Privacy
import Testing

@testable import Simulation

/// Whole experiments.
@Suite struct TrialTests {
    @Test func `the same seed gives the same bytes on one thread and two, another seed others`()
        async throws
    {
        func bytes(seed: UInt64, threads: Int) async throws -> [String] {
            let trial = try await Fixture.trial(Fixture.small(seed: seed), threads: threads)
            let report = Report([trial], source: "made-up rows")
            return [report.json.indented()] + report.plots.map(\.svg)
        }
        let first = try await bytes(seed: 3, threads: 1)
        #expect(try await bytes(seed: 3, threads: 2) == first)
        #expect(try await bytes(seed: 4, threads: 2) != first)
    }

    @Test(arguments: [1, 2, 3] as [UInt64])
    func `money is conserved to the last micro-unit`(seed: UInt64) async throws {
        let trial = try await Fixture.trial(Fixture.small(seed: seed))
        for outcome in trial.outcomes {
            for sale in outcome.sales {
                #expect(sale.feeMicros + sale.paidMicros + sale.returnedMicros == sale.priceMicros)
            }
            let earned = outcome.earnedMicros.reduce(0, +)
            #expect(earned == outcome.sales.reduce(0) { $0 + $1.paidMicros })
            #expect(outcome.sales.count > 0)
        }
    }

    @Test func `each order is filled or refused, and nobody gives more than her limit`()
        async throws
    {
        let trial = try await Fixture.trial(Fixture.small(buyers: 20))
        for outcome in trial.outcomes {
            #expect(outcome.sales.count + outcome.tooDear + outcome.tooFew == 20)
            for person in trial.population.contributors {
                #expect(outcome.spent[person.place] <= person.limit)
                let isAway = outcome.places[person.place] == .outside
                #expect(!isAway || outcome.earnedMicros[person.place] == 0)
            }
            let charged = outcome.sales.reduce(0) { $0 + $1.cost.units * UInt64($1.cohort) }
            let spent = outcome.spent.reduce(0) { $0 + $1.units }
            // Drawn bands cost privacy of their own.
            #expect(outcome.rule == .bands ? charged < spent : charged == spent)
            #expect(outcome.present.count == trial.settings.rounds)
        }
    }

    @Test func `who earns less than she wants leaves after a window`() async throws {
        var settings = Fixture.small(buyers: 0)
        settings.firstOfferMicros = 1_000_000
        let trial = try await Fixture.trial(settings)
        for person in trial.population.contributors {
            let place = trial.outcomes[0].places[person.place]
            if person.ask.accepts(0) {
                #expect(place == .inside)
            } else {
                #expect(place == .outside || place == .leftForPay)
            }
        }
        #expect(trial.outcomes[0].places.contains(.leftForPay))
    }

    @Test func `cheats get an equal share, more by rows, and nothing by value`() async throws {
        var settings = Fixture.small(people: 120, buyers: 3)
        settings.rowsPerPerson = 20
        settings.valuingRows = 500
        let report = Report([try await Fixture.trial(settings)], source: "made-up rows")
        func share(_ measure: Measure, _ rule: SplitRule) -> Double {
            report.estimate(measure, rule).mean
        }
        #expect(abs(share(.fraudShare, .equal) - 1) < 0.001)
        #expect(share(.randomRowsShare, .rows) > 1.3)
        #expect(share(.flippedLabelsShare, .rows) > 1.3)
        #expect(share(.fraudPart, .value) < 0.002)
        #expect(share(.flippedLabelsShare, .value) == 0)
        #expect(share(.noisyCopyShare, .value) == 0)
        #expect(share(.gini, .equal) < share(.gini, .value))
    }

    @Test func `a pool's bands are one to four shares, and whoever is suspended is paid no more`()
        async throws
    {
        var settings = Fixture.small(people: 150, buyers: 10)
        settings.rowsPerPerson = 20
        settings.epoch = 4
        settings.limits = ["24"]
        settings.bandModelEpsilon = "8.0"
        let trial = try await Fixture.trial(settings)
        let outcome = try #require(trial.outcomes.last)
        #expect(outcome.rule == .bands)
        let suspended = trial.population.contributors.filter {
            outcome.places[$0.place] == .suspended
        }
        #expect(suspended.count { $0.kind.isFraud } > 10)
        #expect(suspended.count { !$0.kind.isFraud } < 5)
        for person in suspended {
            #expect(outcome.earnedMicros[person.place] <= 4 * outcome.usualMicros[person.place])
        }
        let report = Report([trial], source: "made-up rows")
        #expect(
            report.estimate(.fraudPart, .bands).mean < report.estimate(.fraudPart, .equal).mean)
    }

    @Test func `a cohort of copies alone is worth nothing, and its pot goes back`() throws {
        var settings = Fixture.small(people: 60, fraud: 50)
        settings.rowsPerPerson = 20
        settings.valuingRows = 400
        let population = try Population(
            RowTable.made(settings.rowsNeeded, seed: 1), settings)
        let worth = try Worth(population, rowsPerPerson: settings.rowsPerPerson)
        let cohort = population.contributors.filter { $0.kind == .noisyCopy }.map(\.place)
        #expect(cohort.count == 10)
        let values = try worth.values(of: cohort, caution: 0, threads: 1)
        #expect(values == cohort.map { _ in 0 })
        #expect(try Shares(potMicros: 1_000_000, by: values).returnedMicros == 1_000_000)
    }

    @Test func `without buyers nobody earns, spends or is refused`() async throws {
        let trial = try await Fixture.trial(Fixture.small(buyers: 0))
        let report = Report([trial], source: "made-up rows")
        #expect(report.estimate(.revenue, .value).mean == 0)
        #expect(report.estimate(.largestRho, .equal).mean == 0)
        #expect(report.estimate(.area, .equal).mean.isNaN)
        _ = try report.json.canonical()
    }

    @Test func `of one person nothing is sold: a model would be about her`() async throws {
        let trial = try await Fixture.trial(Fixture.small(people: 1, fraud: 0))
        for outcome in trial.outcomes {
            #expect(outcome.sales.isEmpty)
            #expect(outcome.tooFew == 8)
        }
    }

    @Test
    func `where everybody cheats no unit is lost, and there is no honest share to compare with`()
        async throws
    {
        let trial = try await Fixture.trial(Fixture.small(people: 30, fraud: 100))
        for outcome in trial.outcomes {
            for sale in outcome.sales {
                #expect(sale.feeMicros + sale.paidMicros + sale.returnedMicros == sale.priceMicros)
            }
        }
        let report = Report([trial], source: "made-up rows")
        #expect(report.estimate(.fraudPart, .equal).mean == 1)
        #expect(report.estimate(.fraudShare, .equal).mean.isNaN)
        #expect(report.estimate(.medianPay, .equal).mean == 0)
    }

    @Test func `reports name every measure, and drawings have a number for every mark`()
        async throws
    {
        let trials = [
            try await Fixture.trial(Fixture.small(seed: 1)),
            try await Fixture.trial(Fixture.small(seed: 2)),
        ]
        for trials in [trials, [try await Fixture.trial(Fixture.small(people: 1, buyers: 0))]] {
            let report = Report(trials, source: "a & b.csv")
            let rows = report.tables.flatMap(\.rows)
            for measure in Measure.allCases {
                #expect(rows.contains { $0[0] == measure.words }, "\(measure)")
            }
            #expect(
                report.tables.allSatisfy { table in
                    table.rows.allSatisfy { $0.count == table.header.count }
                })
            #expect(report.plots.map(\.name) == Report.plotNames)
            for plot in report.plots {
                #expect(plot.svg.hasPrefix("<svg ") && plot.svg.hasSuffix("</svg>\n"))
                for word in ["nan", "inf", "\"-\""] {
                    #expect(!plot.svg.contains(word), "\(plot.name) has \(word)")
                }
            }
            let json = try JSON(parsing: try report.json.canonical())
            #expect(json["rules"]?.array?.count == 4)
        }
    }
}
