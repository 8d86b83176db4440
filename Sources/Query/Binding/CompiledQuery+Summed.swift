// SPDX-License-Identifier: Apache-2.0
internal import Study

extension CompiledQuery {
    /// Why contributors' own machines cannot take the sums of this question, and what to ask instead; nil where they
    /// can: its numbers are listed beforehand, and so is how far one contributor moves them.
    package var summedError: QueryError? {
        let start = Position(line: 1, column: 1)
        if proven != nil {
            return QueryError(
                "an answer that contributors' own machines add up is not proven", at: start,
                remedy: "leave out proof => on, or ask a pool whose rows lie in the vault")
        }
        if case .found = plan.step.groups {
            return QueryError(
                "groups that are found in the data need all rows at one place", at: start,
                remedy:
                    "group by a published category, yes and no, or parts of a number: BUCKET(x, 20)"
            )
        }
        guard plan.summedBounds == nil else { return nil }
        return QueryError(
            "how many rows of one person count would be chosen by a look at everybody's", at: start,
            remedy: "say how many: WITH PRIVACY (…, rows => 31)")
    }
}
