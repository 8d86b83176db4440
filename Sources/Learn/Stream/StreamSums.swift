// SPDX-License-Identifier: Apache-2.0
internal import Study
internal import Vault

/// What a step of a stream adds up: of everybody in some parts the slope of the logistic loss at the weights that were known
/// when her part came. Whoever is in another part gives nothing.
///
/// Her slope is the same in every sum that she is in, so that sums stand beside each other as those of a tree do.
struct StreamSums: Hashable, Sendable {
    let coding: FeatureCoding
    let standard: Standard
    /// Who is in which part.
    let parts: StreamParts
    /// The first part of the sum.
    let first: Int
    /// The weights at which each part is asked, from the first of the sum on.
    let weights: [[Double]]

    /// How many numbers there are.
    var width: Int { coding.width }

    /// Whether whoever has this mark is in one of the parts.
    func holds(_ mark: UInt64) -> Bool { weights(of: mark) != nil }

    /// The weights at which whoever has this mark is asked; nil where she is not.
    func weights(of mark: UInt64) -> [Double]? {
        let place = parts.part(of: mark) - first
        return weights.indices.contains(place) ? weights[place] : nil
    }

    /// Adds a row's slope.
    func add(
        _ values: UnsafeBufferPointer<Int64>, _ wanted: Double, at weights: [Double],
        _ row: inout FeatureRow, to totals: inout [Double]
    ) {
        row.read(values, coding, standard)
        row.add(times: Sigmoid.value(row.dot(weights)) - wanted, to: &totals, from: 0)
    }

    /// One spelling for one meaning, given the columns.
    var canonical: String { "\(parts.canonical) \(first) \(standard.canonical) \(weights)" }
}

/// Of a cohort those who are in some parts of a stream: the others' rows are not even read.
struct PartReader<All: CohortReader>: CohortReader {
    private let all: All
    private let places: [Int]

    init(_ all: All, in sums: StreamSums) {
        self.all = all
        places = (0..<all.count).filter { sums.holds(all.mark(of: $0)) }
    }

    var count: Int { places.count }
    func makeRoom(for wanted: [TableColumns]) -> All.Room { all.makeRoom(for: wanted) }
    func mark(of contributor: Int) -> UInt64 { all.mark(of: places[contributor]) }

    func tables(
        of contributor: Int, reading wanted: [TableColumns], in room: inout All.Room
    ) throws -> [Rows] {
        try all.tables(of: places[contributor], reading: wanted, in: &room)
    }
}

extension StudyPlan<TrainingStep> {
    /// Runs a round over those whom it is about: of a stream's sum those in its parts, else all.
    func run(
        overParts cohort: some CohortReader, threads: Int,
        progress: (@Sendable (_ done: Int) -> Void)? = nil
    ) async throws -> Partial {
        guard case .stream(let sums) = step.sums else {
            return try await run(over: cohort, threads: threads, progress: progress)
        }
        return try await run(
            over: PartReader(cohort, in: sums), threads: threads, progress: progress)
    }
}
