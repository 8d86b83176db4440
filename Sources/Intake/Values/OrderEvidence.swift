// SPDX-License-Identifier: Apache-2.0

/// Decides over all dates of a file whether the month or the day stands first.
struct OrderEvidence {
    private var dayFirstLine: Int?
    private var monthFirstLine: Int?
    private var matters = false

    /// Looks at one date.
    mutating func observe(_ bytes: Bytes, line: Int) {
        // What is no date in either order tells nothing.
        guard let (first, second) = MomentText.leading(bytes), min(first, second) <= 12 else {
            return
        }
        if first > 12, dayFirstLine == nil { dayFirstLine = line }
        if second > 12, monthFirstLine == nil { monthFirstLine = line }
        if first != second { matters = true }
    }

    /// Takes what a later part of the file tells, whose lines are counted from `line`.
    mutating func add(_ later: OrderEvidence, from line: Int) {
        if dayFirstLine == nil { dayFirstLine = later.dayFirstLine.map { $0 + line } }
        if monthFirstLine == nil { monthFirstLine = later.monthFirstLine.map { $0 + line } }
        matters = matters || later.matters
    }

    /// Whether both orders occur.
    var isContradictory: Bool { dayFirstLine != nil && monthFirstLine != nil }

    /// Whether an order is told, and it is none that the caller denies.
    func isSettled(_ wish: DateOrder?) -> Bool {
        if dayFirstLine != nil { return wish != .monthFirst }
        return monthFirstLine != nil && wish != .dayFirst
    }

    /// The order; the caller's own word decides only where the file does not.
    ///
    /// - Throws: ``IntakeError/Code/ambiguousDates`` when both orders occur, when the file
    ///   contradicts the caller, or when nothing decides.
    func decide(_ wish: DateOrder?, column: String) throws(IntakeError) -> DateOrder {
        if let dayFirstLine, let monthFirstLine {
            throw IntakeError(
                .ambiguousDates,
                "\(column) has dates with the day first (line \(dayFirstLine)) and with the month "
                    + "first (line \(monthFirstLine))",
                mend: "The file was re-saved by a spreadsheet; download it again")
        }
        let found: DateOrder? =
            dayFirstLine != nil ? .dayFirst : monthFirstLine != nil ? .monthFirst : nil
        if let found, let wish, found != wish {
            throw IntakeError(
                .ambiguousDates,
                "\(column) has the \(found == .dayFirst ? "day" : "month") first, but "
                    + "--date-order says otherwise",
                mend: "Leave --date-order out", line: dayFirstLine ?? monthFirstLine)
        }
        if let order = found ?? wish { return order }
        guard matters else { return .monthFirst }
        throw IntakeError(
            .ambiguousDates, "no date in \(column) tells whether the day or the month comes first",
            mend: "Say which: --date-order month-first (12/31/26) or --date-order day-first "
                + "(31/12/26)")
    }
}
