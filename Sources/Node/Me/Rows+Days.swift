// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Vault

extension Rows {
    /// The day of each row by a column of dates, or by one of moments, which count by their days in UTC; `Schema.null`
    /// where there is none.
    ///
    /// - Requires: a column of one or the other.
    func days(by place: Int) -> [Int64] {
        let values = columns[place].values
        guard schema.columns[place].kind == .timestamp else { return values }
        return values.map { $0 == Schema.null ? $0 : $0.flooredQuotient(86_400_000_000) }
    }
}
