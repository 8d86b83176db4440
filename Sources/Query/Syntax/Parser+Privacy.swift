// SPDX-License-Identifier: Apache-2.0

/// WITH PRIVACY (epsilon => 1.0, delta => 1e-7, rows => 31, proof => on) and WITH ACCURACY (5%).
extension Parser {
    mutating func privacy() throws(QueryError) -> PrivacyClause {
        var clause = PrivacyClause()
        (clause.position, clause.isWritten) = (token.position, true)
        if take(word: "accuracy") {
            try expect(mark: "(")
            guard case .number(let percent) = token.kind else { throw wanted("a percentage") }
            advance()
            guard take(mark: "%") else {
                throw QueryError(
                    "an accuracy is a percentage", at: token.position,
                    remedy: "write WITH ACCURACY (5%)")
            }
            clause.accuracy = percent
            if take(mark: ",") { try options(into: &clause, offered: ["delta", "rows", "proof"]) }
        } else {
            guard take(word: "privacy") else { throw wanted("PRIVACY or ACCURACY") }
            try expect(mark: "(")
            try options(into: &clause, offered: ["epsilon", "delta", "rows", "proof"])
        }
        try expect(mark: ")")
        return clause
    }

    private mutating func options(
        into clause: inout PrivacyClause, offered: [String]
    ) throws(QueryError) {
        var seen: Set<String> = []
        repeat {
            let position = token.position
            let option = try name(offered.joined(separator: ", "))
            try expect(mark: "=>")
            guard offered.contains(option) else {
                throw QueryError(
                    "there is no privacy option '\(option)'", at: position,
                    remedy: "use \(offered.joined(separator: ", "))")
            }
            guard seen.insert(option).inserted else {
                throw QueryError("\(option) stands twice", at: position, remedy: "keep one")
            }
            if option == "rows", take(word: "auto") {
                clause.rows = .chosen
                continue
            }
            if option == "proof" {
                guard take(word: "on") else { throw wanted("on") }
                clause.isProven = true
                continue
            }
            guard token.kind != .mark("-") else {
                throw QueryError(
                    "\(option) is above 0", at: token.position,
                    remedy:
                        "leave out the minus, as in WITH PRIVACY (epsilon => 1.0, delta => 1e-7)")
            }
            guard case .number(let value) = token.kind else { throw wanted("a number") }
            advance()
            switch option {
            case "epsilon": (clause.epsilon, clause.epsilonPosition) = (value, position)
            case "delta": (clause.delta, clause.deltaPosition) = (value, position)
            default: clause.rows = .most(value)
            }
        } while take(mark: ",")
    }
}
