// SPDX-License-Identifier: Apache-2.0
internal import Synchronization
public import Vault

/// Reads the rows of a frozen cohort, contributor by contributor.
public protocol CohortReader: Sendable {
    /// What reading needs room for; made once a thread, and used again for every contributor.
    associatedtype Room

    /// How many contributors the cohort has.
    var count: Int { get }

    /// Makes room to read into.
    func makeRoom(for wanted: [TableColumns]) -> Room

    /// What tells a contributor from others with equal rows; by default nothing does. It has to follow from who she
    /// is alone: a place in the cohort would change when somebody else joins or leaves, and with it what others give.
    func mark(of contributor: Int) -> UInt64

    /// The rows of one contributor, in the order of the wanted tables and with only the wanted
    /// columns filled. A contributor without rows in a table has an empty one.
    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout Room
    ) throws -> [Rows]
}

extension CohortReader {
    /// The same for all.
    public func mark(of contributor: Int) -> UInt64 { 0 }
}

extension StudyPlan {
    /// Runs the local step over the whole cohort on some threads and merges the partials.
    ///
    /// Threads take contributors in small runs from one counter, so a heavy contributor delays
    /// nobody else. The result does not depend on the number of threads.
    ///
    /// - Throws: ``StudyError/unreadable(contributor:)`` when the storage is damaged. Then nothing
    ///   is released, since there is no partial to release.
    public func run(
        over cohort: some CohortReader, threads: Int = 2,
        progress: (@Sendable (_ done: Int) -> Void)? = nil
    ) async throws -> Partial {
        guard cohort.count <= StudyLimits.people else { throw StudyError.cohort(cohort.count) }
        let counter = WorkCounter(total: cohort.count)
        return try await withThrowingTaskGroup(of: Partial.self) { group in
            for _ in 0..<max(1, threads) {
                group.addTask {
                    try await self.work(through: counter, of: cohort, progress: progress)
                }
            }
            var merged = Partial(groups: step.groups, blocks: step.blocks)
            for try await partial in group { merged.merge(partial) }
            return merged
        }
    }

    /// Takes contributors until there are none left, away from whatever the caller runs on: else all
    /// workers would wait for each other there.
    @concurrent
    private func work(
        through counter: WorkCounter, of cohort: some CohortReader,
        progress: (@Sendable (_ done: Int) -> Void)?
    ) async throws -> Partial {
        var worker = Worker(plan: self)
        let reads = step.reads
        let columns = reads.map(\.columns)
        let shapes = reads.map(\.schema.columns.count)
        var room = cohort.makeRoom(for: reads)
        while let run = counter.next() {
            for contributor in run {
                let tables: [Rows]
                do {
                    tables = try cohort.tables(of: contributor, reading: reads, in: &room)
                } catch {
                    throw StudyError.unreadable(contributor: contributor)
                }
                guard tables.count == columns.count else {
                    throw StudyError.unreadable(contributor: contributor)
                }
                for table in columns.indices {
                    guard
                        TableColumns.areFilled(
                            columns[table], of: shapes[table], in: tables, at: table)
                    else { throw StudyError.unreadable(contributor: contributor) }
                }
                worker.add(tables, of: cohort.mark(of: contributor))
            }
            progress?(run.upperBound)
            if Task.isCancelled { throw CancellationError() }
        }
        return worker.partial
    }
}

/// Hands out runs of contributors, each exactly once.
private final class WorkCounter: Sendable {
    private static let run = 64
    private let taken = Atomic<Int>(0)
    private let total: Int

    init(total: Int) { self.total = total }

    func next() -> Range<Int>? {
        let start = taken.wrappingAdd(WorkCounter.run, ordering: .relaxed).oldValue
        guard start < total else { return nil }
        return start..<min(start + WorkCounter.run, total)
    }
}
