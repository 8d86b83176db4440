// SPDX-License-Identifier: Apache-2.0
import Canon
import Consent
import Exchange
import Foundation
import Identity
import Intake
import Learn
import Ledger
import Market
import Privacy
import Query
import Study

/// The demonstration, step by step, on the same calls that the commands make.
struct Story {
    static let adults = "adults-1994"
    static let walkers = "fitbit-days"
    static let interviews = "interviews"
    /// Who gave again what another one gave before, and who turned every income around.
    static let cheats = [
        ("802", "turned every income around"), ("801", "gave 7's interviews again"),
    ]
    private static let research = Purpose("dpv:ResearchAndDevelopment")!

    let exchange: Exchange
    private let data: String
    private let buyer: SigningKey
    private var step = 0
    /// The answers, in order.
    private(set) var answers: [JSON] = []
    /// How many entries the auditor checked.
    private(set) var entries = 0

    init(home: HomeFolder, data: String) async throws {
        guard Files.isFile(data + "/adult-income.zip") else {
            throw ExchangeError.folder(data, "the demonstration's data is not there; give --data")
        }
        self.data = data
        exchange = try await Exchange.begin(
            in: home, name: "Demonstration",
            operator: Operator(
                address: "not given", contact: "mailto:operator@localhost", jurisdiction: "EU"))
        _ = try await exchange.createParty(named: "buyer")
        buyer = try await exchange.key(of: "buyer")
        Terminal.line(Terminal.bold("Dividend: people are paid for data that never leaves."))
        Terminal.line("An exchange begins in \(home.path).")
    }

    private mutating func title(_ text: String) {
        step += 1
        Terminal.line()
        Terminal.line(Terminal.bold("\(step). \(text)"))
    }

    mutating func contribute() async throws {
        title("Who contributes what")
        for (file, prefix, words) in [
            (
                "fitabase-fitbit.zip", "fitbit",
                "People with Fitbit trackers (Furberg et al. 2016, CC BY 4.0)"
            ),
            ("adult-income.zip", "adult", "Adults of the US census of 1994 (UCI Adult, CC BY 4.0)"),
        ] {
            Terminal.line(words)
            let bar = ProgressBar(title: "sealing")
            let outcome = try await exchange.importFile(
                data + "/" + file, owner: .custody(prefix: prefix), options: IntakeOptions()
            ) { bar.show($0, of: $1) }
            Print.report(outcome.report)
            Print.outcome(outcome)
        }
        try await interview()
        let again = try await exchange.importFile(
            data + "/fitabase-fitbit.zip", owner: .custody(prefix: "fitbit"),
            options: IntakeOptions())
        Terminal.line(
            "The same Fitbit files once more: \(again.stored) rows stored, \(again.known) were known."
        )
    }

    /// People who asked forty others each; two of whom cheated.
    private func interview() async throws {
        Terminal.line("800 interviewers of forty adults each, and two more who came later")
        for file in ["interviews.zip", "interviews-late.zip"] {
            let bar = ProgressBar(title: "sealing")
            Print.outcome(
                try await exchange.importFile(
                    data + "/" + file, owner: .custody(prefix: "interviewer"),
                    options: IntakeOptions()
                ) { bar.show($0, of: $1) })
        }
    }

    mutating func open() async throws {
        title("Three pools, and everybody's consent")
        try await exchange.openPool(
            PoolOffer(
                name: Story.walkers, title: "Days of people with trackers",
                tables: try await exchange.schemas(named: ["activity_days"]),
                purposes: [Story.research], basePrice: Amount(microunits: 5_000_000)!,
                premium: Amount(microunits: 20_000)!, feeBasisPoints: 500, minimumCohort: 20,
                rowsPerPerson: 31, split: .equal))
        try await exchange.openPool(
            PoolOffer(
                name: Story.adults, title: "Adults of 1994",
                tables: try await exchange.schemas(named: ["profile"]),
                purposes: [Story.research], basePrice: Amount(microunits: 20_000_000)!,
                premium: Amount(microunits: 500_000)!, feeBasisPoints: 500, minimumCohort: 1000,
                rowsPerPerson: 1, split: .equal))
        try await exchange.openPool(
            PoolOffer(
                name: Story.interviews, title: "Interviews of 1994, paid by what they are worth",
                tables: try await exchange.schemas(named: ["profile"]),
                purposes: [Story.research], basePrice: Amount(microunits: 20_000_000)!,
                premium: Amount(microunits: 20_000)!, feeBasisPoints: 500, minimumCohort: 100,
                rowsPerPerson: 40, split: .value))
        for (prefix, pool) in [
            ("fitbit", Story.walkers), ("adult", Story.adults), ("interviewer", Story.interviews),
        ] {
            let keys = exchange.custodyKeys(
                prefix: prefix, labels: try await exchange.custodyLabels(prefix: prefix))
            let terms = GrantTerms(
                tables: try await exchange.tables(of: pool), purposes: [Story.research],
                priceFloor: 1_000_000,
                privacyLimit: try PrivacyTarget(epsilon: "12", delta: "1e-7").rho.units,
                privacyPerStudy: try PrivacyTarget(epsilon: "8", delta: "1e-7").rho.units,
                uses: 100, days: 365)
            let grants = try await exchange.grant(terms, pool: pool, by: keys)
            let band = CohortBand(count: grants.count).rawValue
            Terminal.line(
                "\(pool): \(band) people grant \(Story.research.label), studies from 1.00, "
                    + "epsilon 12 in all, for a year; each grant signed by a key of its own")
        }
        try await exchange.seal()
    }

    mutating func sell() async throws {
        title("Four questions: quote, then answer; the last one proven")
        try await exchange.deposit(
            Amount(microunits: 500_000_000)!, to: buyer.id, reference: "opening balance")
        for sql in [
            """
            SELECT education, COUNT(*), AVG(hours_per_week) FROM \(Story.adults)
            GROUP BY education ORDER BY 2 DESC LIMIT 6
            WITH PRIVACY (epsilon => 1.0, delta => 1e-7)
            """,
            """
            SELECT income, COUNT(*), AVG(age) FROM \(Story.adults)
            WHERE sex = 'Female' GROUP BY income WITH PRIVACY (epsilon => 0.5, delta => 1e-7)
            """,
            """
            SELECT COUNT(*), AVG(CLIP(steps, 0, 25000)) FROM \(Story.walkers)
            WITH PRIVACY (epsilon => 6.0, delta => 1e-5)
            """,
            """
            SELECT COUNT(*), AVG(hours_per_week), AVG(age) FROM \(Story.adults)
            WITH PRIVACY (epsilon => 0.5, delta => 1e-7, proof => on)
            """,
        ] { try await ask(sql) }
    }

    private static func incomeModel(_ name: String, epsilon: String) -> String {
        """
        CREATE MODEL \(name) FROM \(interviews) PREDICT income
        USING (features => (age, education_years, capital_gain, hours_per_week, marital_status, sex))
        WITH PRIVACY (epsilon => \(epsilon), delta => 1e-7)
        """
    }

    mutating func value() async throws {
        title("What everybody's interviews are worth")
        let sql = Story.incomeModel("worth", epsilon: "2.0")
        for line in sql.split(separator: "\n") { Terminal.line(Terminal.dim("  " + line)) }
        let bar = ProgressBar(title: "training")
        let valued = try await exchange.valueShares(
            of: Story.interviews, by: sql, epsilon: ExactDecimal("0.5")!
        ) { bar.show($0, of: $1) }
        Terminal.line(
            "a share to four for each of \(valued.people) people, by how many bits that model gains from her rows"
        )
        Print.suspended(valued.suspended)
        for (label, words) in [("7", "is honest")] + Story.cheats.reversed() {
            let key = exchange.custodyKeys(prefix: "interviewer", labels: [label])[0]
            guard let worth = try await exchange.worth(of: key, in: Story.interviews) else {
                continue
            }
            Terminal.line(
                "interviewer \(label) \(words): \(worth.bits) bits (deviation "
                    + "\(worth.deviation))")
        }
        try await exchange.seal()
    }

    mutating func learn() async throws {
        title("A model, made where the data is, and its passport")
        let sql = Story.incomeModel("income", epsilon: "5.0")
        for line in sql.split(separator: "\n") { Terminal.line(Terminal.dim("  " + line)) }
        let priced = try await exchange.quote(
            sql, pool: Story.interviews, purpose: Story.research)
        Print.quote(priced)
        let bar = ProgressBar(title: "training")
        let answer = try await exchange.order(priced.quote.id, by: buyer) { bar.show($0, of: $1) }
        try await exchange.seal()
        guard let json = answer.receipt["answer"]?["model"] else { return }
        let model = try Model(json: json)
        let measures = model.quality?.measures.count ?? 0
        let heaviest = model.terms.sorted { abs($0.weight) > abs($1.weight) }.prefix(5)
            .map(\.feature)
        Print.result(
            ResultTable(
                columns: answer.table.columns,
                rows: answer.table.rows.prefix(measures)
                    + answer.table.rows.filter { heaviest.contains($0[0].text) }))
        Terminal.line("… and \(model.terms.count - heaviest.count) features of less weight")
        let (words, _) = try Receipts.check(
            answer.receipt.signable(), expecting: await exchange.nodeID)
        Terminal.line("Its receipt, checked without the exchange: \(words)")
    }

    private mutating func ask(_ sql: String) async throws {
        Terminal.line()
        for line in sql.split(separator: "\n") { Terminal.line(Terminal.dim("  " + line)) }
        let pool = sql.contains(Story.adults) ? Story.adults : Story.walkers
        let priced = try await exchange.quote(sql, pool: pool, purpose: Story.research)
        Print.quote(priced)
        let bar = ProgressBar(title: "study")
        let answer = try await exchange.order(priced.quote.id, by: buyer) { bar.show($0, of: $1) }
        Print.result(answer.table)
        answers.append(answer.table.json)
        try await exchange.seal()
        guard answer.isProven == true else { return }
        let (words, _) = try Receipts.check(
            answer.receipt.signable(), expecting: await exchange.nodeID)
        for part in words.split(separator: "; ") where part.hasPrefix("proven") {
            Terminal.line("Its receipt, checked without the exchange: \(part).")
        }
    }

    mutating func pay() async throws {
        title("Who was paid what, and why")
        var forgery: Forgery?
        for pool in [Story.walkers, Story.adults, Story.interviews] {
            let paid = try await exchange.payOut(pool)
            let band = CohortBand(count: paid.people).rawValue
            Terminal.line("\(pool): \(paid.total) to \(band) people, in one batch")
            forgery =
                forgery ?? Forgery(holders: paid.people, shared: UInt64(paid.total.microunits))
        }
        try await Proving.all(of: exchange, isQuiet: false)
        Terminal.line(
            "A node that cheats pays as many among made-up accounts as much, one a micro-unit less and "
                + "another one more.")
        guard let forged = try forgery?.made(), let reason = forged.reason else {
            throw ExchangeError.refused("a forged batch was taken; do not use this program")
        }
        Terminal.line("Its proof is refused: \(reason).")
        let kept = Story.beside(exchange.home.path, "forged.proof")
        try Data(forged.bytes).write(to: URL(fileURLWithPath: kept))
        Terminal.line(
            "It lies in \(kept), for whoever wants to show it to `dividend verify` or another verifier."
        )
        try await exchange.seal()
        let walker = try await exchange.key(of: "custody:fitbit/1503960366")
        Terminal.line("Statement of custody:fitbit/1503960366:")
        Print.statement(try await exchange.statement(of: walker))
        let adult = try await exchange.money(of: try await exchange.key(of: "custody:adult/1"))
        Terminal.line("custody:adult/1 got \(Money.text(adult.available)) for three studies.")
        for (label, words) in [("7", "is honest")] + Story.cheats.reversed() {
            let key = exchange.custodyKeys(prefix: "interviewer", labels: [label])[0]
            let got = try await exchange.money(of: key).available
            Terminal.line(
                "interviewer \(label), who \(words), got \(Money.text(got)) of the model.")
        }
        let left = try await exchange.money(of: buyer).available
        Terminal.line("The buyer has \(Money.text(left)) of 500.00 left.")
    }

    /// Where the auditor's copy of an exchange in a folder goes: not among its own files.
    static func copy(beside home: String) -> String { beside(home, "public") }

    private static func beside(_ home: String, _ name: String) -> String {
        URL(fileURLWithPath: home).standardizedFileURL.path + "-" + name
    }

    mutating func audit() async throws {
        title("An auditor checks, from public bytes alone")
        let folder = Story.copy(beside: exchange.home.path)
        let count = try await exchange.exportPublic(to: folder)
        entries = count
        Terminal.line("\(count) entries exported; verifying …")
        let bar = ProgressBar(title: "verify")
        let started = Date()
        let report = try Auditor(folder: folder, expecting: await exchange.nodeID).verify {
            bar.show($0, of: $1)
        }
        Print.audit(report)
        Terminal.line(
            "(\(Int(Double(count) / Date().timeIntervalSince(started))) entries a second)")
    }

    mutating func withdraw() async throws {
        title("One contributor withdraws; the next study runs without her")
        let key = try await exchange.key(of: "custody:fitbit/1503960366")
        _ = try await exchange.withdraw(key, from: Story.walkers)
        Terminal.line("withdrawn. The next study:")
        try await ask(
            "SELECT COUNT(DISTINCT contributor) FROM \(Story.walkers) "
                + "WITH PRIVACY (epsilon => 2.0, delta => 1e-5)")
        let due = try await exchange.money(of: key).claims
        Terminal.line(
            "due to her from that study: \(Money.text(due)); to everybody else, their share.")
    }
}
