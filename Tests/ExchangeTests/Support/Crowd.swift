// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Intake
import Market
import TestSupport
import Vault

@testable import Exchange

/// People who are tired when they walked far, and of every hundred five who cheat: two answer by chance, two say the
/// opposite, and one gives another's rows again.
struct Crowd: Sendable {
    enum Kind: Hashable {
        case honest, junk, turned
        case copy(of: Int)
    }

    static let days = 15
    let count: Int

    func kind(_ person: Int) -> Kind {
        switch person % 100 {
        case 95, 96: .junk
        case 97, 98: .turned
        case 99: .copy(of: person - 50)
        default: .honest
        }
    }

    /// What somebody gives of a day.
    private func day(_ day: Int, of person: Int) -> (steps: Int64, tired: Bool) {
        if case .copy(let other) = kind(person) { return self.day(day, of: other) }
        var dice = Seeded(UInt64(person * 100 + day + 1))
        let steps = Int64.random(in: 0..<20_000, using: &dice)
        let chance = Bool.random(using: &dice)
        switch kind(person) {
        case .junk: return (steps, chance)
        case .turned: return (steps, steps <= 9000)
        default: return (steps, steps > 9000)
        }
    }

    /// Her rows as her own machine has them.
    func rows(of person: Int, _ schema: Schema) -> Rows {
        let days = (0..<Crowd.days).map { day($0, of: person) }
        let columns: [[Int64]] = schema.columns.map { column in
            switch column.name {
            case "steps": days.map(\.steps)
            case "tired": days.map { $0.tired ? 1 : 0 }
            default: days.indices.map { 20_148 + Int64($0) }
            }
        }
        return Rows(
            schema: schema, columns: columns.map { Rows.Column(values: $0, dictionary: []) },
            count: days.count)
    }

    /// The file of some people.
    func file(_ people: [Int], in folder: String) throws -> String {
        var text = "who,day,steps,tired\n"
        for person in people {
            for number in 0..<Crowd.days {
                let (steps, tired) = day(number, of: person)
                let date = number < 9 ? "0\(number + 1)" : "\(number + 1)"
                text += "person-\(person),2025-03-\(date),\(steps),\(tired ? "yes" : "no")\n"
            }
        }
        let path = folder + "/crowd.csv"
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        return path
    }

    static let mapping = """
        {"table": "walks", "person": "who", "columns": [
          {"source": "day", "name": "day", "kind": "date"},
          {"source": "steps", "name": "steps", "kind": "integer", "bounds": ["0", "20000"]},
          {"source": "tired", "name": "tired", "kind": "category", "categories": ["no", "yes"]}],
         "key": ["day"]}
        """
}

extension Crowd {
    /// Whether somebody gives another's rows.
    func isCopy(_ person: Int) -> Bool { if case .copy = kind(person) { true } else { false } }
}
