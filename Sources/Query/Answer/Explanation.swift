// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Foundation
internal import Privacy
internal import Study
internal import Vault

/// What a question would do and why, in words for a buyer and with the numbers that a reviewer
/// checks. Made from the text, the published schema and the pool's band alone.
package struct Explanation: Hashable, Sendable {
    /// One thing about the question.
    package struct Line: Hashable, Sendable {
        /// What it is about.
        package let subject: String
        /// What is to be said.
        package let text: String

        /// Says something about a subject.
        package init(subject: String, text: String) { (self.subject, self.text) = (subject, text) }
    }

    /// The lines, in order.
    package let lines: [Line]

    /// Puts lines together.
    package init(lines: [Line]) { self.lines = lines }

    /// The same with more lines about a subject.
    package func adding(_ subject: String, _ texts: [String]) -> Explanation {
        Explanation(lines: lines + texts.map { Line(subject: subject, text: $0) })
    }

    /// The machine-readable form.
    package var json: JSON {
        .array(lines.map { ["subject": .string($0.subject), "text": .string($0.text)] })
    }
}

extension CompiledQuery {
    /// Explains the question.
    package var explanation: Explanation {
        var lines: [Explanation.Line] = []
        func say(_ subject: String, _ text: String) {
            lines.append(.init(subject: subject, text: text))
        }
        for table in plan.step.reads {
            let names = table.columns.map { table.schema.columns[$0].name }
            say(
                "reads",
                "\(table.schema.table): "
                    + (names.isEmpty ? "rows only" : names.joined(separator: ", ")))
        }
        for line in RowWords(tables: plan.step.tables.map(\.schema)).lines(of: plan.step.source) {
            say("first", line)
        }
        say("rows", rowsInWords)
        if plan.step.filter != nil {
            say("rows", "those that WHERE keeps; the others add nothing and take the same time")
        }
        for line in boundsInWords { say("bounds", line) }
        say("groups", groupsInWords)
        for (place, title) in blockTitles.enumerated() {
            say(title, blockInWords(place))
        }
        if let selection = plan.selection {
            say(
                "group votes",
                "rho \(selection.charge) and delta \(selection.delta): everybody gives her groups votes "
                    + "of together norm 1, noise of \(shown(Double(selection.noise.sigma) / Double(selection.unit))) "
                    + "is added, and a group shows from \(shown(Double(selection.threshold) / Double(selection.unit))) on"
            )
        }
        say("privacy", privacyInWords)
        if proven != nil {
            say(
                "proof",
                "the node commits to the noise before it reads and to the rows it reads, and proves in the "
                    + "receipt that the answer is what the one and the other give")
        }
        for margin in expectedMargins {
            say("expect", "\(margin.name) to within ± \(margin.margin) (95 %), noise only")
        }
        say(
            "public",
            "the schema, this plan, the price, the band of the cohort, and the answer; nothing "
                + "else leaves the pool")
        if let digest = try? digest { say("plan", digest.hex) }
        return Explanation(lines: lines)
    }

    /// What a buyer should know before she pays: what totals leave out, and which groups stay hidden.
    package var notes: [String] {
        var notes: [String] = []
        let hasTotals = contents.contains { content in
            switch content {
            case .count, .sum, .centredSum: true
            case .people, .average, .variance, .quantile: false
            }
        }
        if let proven {
            if proven.rows > 1 {
                notes.append(
                    "the first \(proven.rows) rows of each person count, as the pool says; totals are too low "
                        + "where people have more")
            }
            notes.append(
                "the answer comes with a proof in its receipt: that it is what the rows which the node commits "
                    + "to give, plus noise committed to before; not that the rows are those which people gave"
            )
        } else if case .stated(let rows) = bound, rows > 1, hasTotals {
            notes.append(
                "up to \(rows) rows of one person count in full; totals are too low where people have "
                    + "more (rows => auto puts back what that cuts off)")
        }
        if case .chosen(let most) = bound {
            notes.append(
                "how many rows of a person count, up to \(most), is chosen by a private look: where few "
                    + "people are asked that takes the most, and the margin is wide; say rows => n where "
                    + "you know how many they have")
        }
        if let selection = plan.selection {
            let alone = Double(selection.threshold) / Double(selection.unit)
            let many = alone * Double(selection.mostGroups).squareRoot()
            notes.append(
                "a group shows from about \(Int(alone.rounded(.up))) people on who are in no other, and "
                    + "from \(Int(many.rounded(.up))) who are in \(selection.mostGroups)")
        }
        return notes
    }

    private var rowsInWords: String {
        switch bound {
        case .stated(1): "one row of each person counts"
        case .stated(let rows) where proven != nil:
            "the first \(rows) rows of each person count, as many as the pool says; others are not looked at"
        case .stated(let rows):
            "up to \(rows) rows of one person count in full; whoever has more is scaled down as a "
                + "whole. The bound was said beforehand: by the pool, the question, or its subquery"
        case .chosen(let most):
            "how many rows of one person count in full, 1 to \(most), is chosen by a private look at "
                + "how much people give, for a sixteenth of the privacy; what that cuts off is put "
                + "back in proportion"
        }
    }

    /// Within which public bounds the values of each aggregate shown are taken.
    private var boundsInWords: [String] {
        outputs.compactMap { output in
            guard case .aggregate(let place) = output.value else { return nil }
            switch contents[place] {
            case .centredSum(_, _, let scale, let bounds), .average(_, _, let scale, let bounds),
                .variance(_, _, _, let scale, let bounds, _):
                let unit = Double(powerOfTen(scale))
                let (low, high) = (
                    Double(bounds.lowerBound) / unit, Double(bounds.upperBound) / unit
                )
                return
                    "\(output.name): values from \(shown(low)) to \(shown(high)), as CLIP or the "
                    + "published schema bound them; what is outside counts as the nearer end"
            case .sum, .count, .people, .quantile: return nil
            }
        }
    }

    private var groupsInWords: String {
        if case .found(let found) = plan.step.groups {
            return
                "found in the data: at most \(found.most) of one person count; "
                + notes.suffix(1).joined()
        }
        let count = plan.step.listedGroups
        return count == 1
            ? "one: everybody together"
            : "\(count), known beforehand from the published schema; all of them are shown, also "
                + "empty ones"
    }

    /// What the blocks of the plan are, in their order.
    private var blockTitles: [String] {
        var titles: [String] = []
        if !plan.step.statistics.isEmpty { titles.append("counts and sums") }
        if plan.step.countsPeople { titles.append("people") }
        titles += plan.step.trees.map { _ in "quantiles" }
        return titles
    }

    private func blockInWords(_ place: Int) -> String {
        let block = plan.step.blocks[place]
        let noise = plan.noises[place]
        let lattice = Double(plan.step.lattice)
        let reach: String
        switch block.bound {
        case .fixed(let radius):
            reach =
                "one person moves all of them together by at most \(shown(Double(radius) / lattice)) "
                + "(L2); discrete Gaussian noise of \(shown(Double(noise.rungs[0].noise.sigma) / lattice)) "
                + "on each"
        case .ladder(let ladder):
            let low = Double(ladder.lowest) / lattice
            let ratio = Double(noise.rungs[0].noise.sigma) / Double(noise.rungs[0].sensitivity)
            let spent = noise.choice?.charge.description ?? "0"
            reach =
                "one person moves all of them together by at most R (L2), one of \(ladder.rungs) radii "
                + "from \(shown(low)) up, each twice the last; discrete Gaussian noise of "
                + "\(shown(ratio)) R on each; the choice costs rho \(spent)"
        }
        let count = block.width * plan.step.listedGroups
        let numbers = plan.step.found == nil ? "\(count) numbers" : "\(block.width) numbers a group"
        return
            "\(numbers), \(block.share) of \(parts) parts of the privacy, rho \(noise.charge): \(reach)"
    }

    private var parts: UInt64 {
        let blocks = plan.step.blocks.reduce(0) { $0 + $1.share }
        return blocks + (plan.step.found?.share ?? 0)
    }

    private var privacyInWords: String {
        let why =
            accuracy.map { wanted in
                "as much as an error of \(shown(wanted * 100)) % takes for \(pool.people) people or more"
            } ?? "as asked"
        return "epsilon \(target.epsilon) at delta \(target.delta), \(why): rho \(plan.cost) from "
            + "everybody in the cohort, whatever she has; hidden numbers are charged too. A block gets "
            + "a part for each of its numbers, since errors that are equal in their own bounds are "
            + "least together; asking the same again on the same data costs nothing"
    }

    private func shown(_ number: Double) -> String { String(format: "%.4g", number) }
}
