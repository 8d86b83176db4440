// SPDX-License-Identifier: Apache-2.0
public import Privacy
public import Vault

/// What places one contributor in one of a few bands, by her rows and nothing else.
public protocol BandStep: Sendable {
    /// What the step needs room for while it works.
    associatedtype Scratch

    /// The columns it reads, table by table.
    var reads: [TableColumns] { get }

    /// How many bands there are, 2 to 65,536.
    var bands: Int { get }

    /// Makes room to work in.
    func makeScratch() -> Scratch

    /// Her band, from 0 up to ``bands``.
    ///
    /// - Requires: `tables` in the order of ``reads``.
    func band(of tables: [Rows], using scratch: inout Scratch) -> Int
}

/// A band for each contributor, as far as others may know it: drawn with noise, since no sum hides her. It
/// weighs her share of what a pool earns.
///
/// The true bands never leave ``draw(over:from:)``; what it gives is safe to publish and costs each
/// contributor ``RandomizedResponse/charge``, to be booked with the bands in one entry.
public struct BandRelease<Step: BandStep>: Sendable {
    /// What tells the true band.
    public let step: Step
    /// The mechanism.
    public let response: RandomizedResponse

    /// Plans the bands at a privacy cost.
    ///
    /// - Throws: ``RandomizedResponseError`` for an ε out of bounds.
    public init(_ step: Step, epsilon: ExactDecimal) throws(RandomizedResponseError) {
        self.step = step
        response = try RandomizedResponse(options: step.bands, epsilon: epsilon)
    }

    /// Draws each contributor's band.
    ///
    /// - Throws: ``StudyError/unreadable(contributor:)`` when the storage is damaged.
    /// - Cost: that of the step.
    public func draw(
        over cohort: some CohortReader, from source: inout ByteSource
    ) throws -> [Int] {
        var drawn: [Int] = []
        drawn.reserveCapacity(cohort.count)
        var scratch = step.makeScratch()
        try TableColumns.forEach(of: cohort, reading: step.reads) { _, tables in
            drawn.append(response.answer(step.band(of: tables, using: &scratch), from: &source))
        }
        return drawn
    }
}

extension TableColumns {
    /// Reads some columns of one contributor after another.
    ///
    /// - Throws: ``StudyError/unreadable(contributor:)`` when the storage is damaged.
    package static func forEach(
        of cohort: some CohortReader, reading wanted: [TableColumns],
        _ body: (_ contributor: Int, _ tables: [Rows]) -> Void
    ) throws {
        var room = cohort.makeRoom(for: wanted)
        for contributor in 0..<cohort.count {
            let tables: [Rows]
            do {
                tables = try cohort.tables(of: contributor, reading: wanted, in: &room)
            } catch {
                throw StudyError.unreadable(contributor: contributor)
            }
            guard tables.count == wanted.count,
                wanted.indices.allSatisfy({
                    areFilled(
                        wanted[$0].columns, of: wanted[$0].schema.columns.count, in: tables,
                        at: $0)
                })
            else { throw StudyError.unreadable(contributor: contributor) }
            body(contributor, tables)
        }
    }
}
