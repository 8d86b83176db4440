// SPDX-License-Identifier: Apache-2.0
internal import Vault

extension Scalar {
    /// The values for some of the rows.
    ///
    /// - Requires: every column that is named has a value for each of the rows.
    /// - Cost: one pass over the rows for each part, whatever the values.
    func evaluate(_ columns: [Rows.Column], rows: Range<Int>) -> [Int64] {
        evaluate(columns, rows: rows, on: PlainWord.self)
    }

    /// The same on words of another kind.
    func evaluate<Word: BlindWord>(
        _ columns: [Rows.Column], rows: Range<Int>, on word: Word.Type
    ) -> [Int64] {
        var program = Program()
        let step = program.add(self)
        let run = ProgramRun<Word>(program, keeping: [step])
        run.prepare(for: columns)
        var result: [Int64] = []
        for start in stride(from: rows.lowerBound, to: rows.upperBound, by: ProgramRun<Word>.block)
        {
            let part = start..<min(start + ProgramRun<Word>.block, rows.upperBound)
            run.run(columns, rows: part)
            run.withValues { values in
                result += values(step).prefix(part.count).map(\.opened)
            }
        }
        return result
    }
}

/// 10^exponent, for 0…18.
func powerOfTen(_ exponent: Int) -> Int64 {
    (0..<exponent).reduce(1) { power, _ in power * 10 }
}
