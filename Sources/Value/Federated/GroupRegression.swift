// SPDX-License-Identifier: Apache-2.0

/// What can be said about clients when secure aggregation shows the sums of groups only.
///
/// In each session clients are put in groups at random, and a group's sum is evaluated as one player.
/// Here the groups' values are spread over clients by least squares,
///
///     minimise Σ (v_G - Σ_{i ∈ G} xᵢ)² + ridge · Σ xᵢ²   such that Σ xᵢ = total,
///
/// the regression behind group testing for Shapley values (Jia et al., AISTATS 2019).
///
/// **No value of a single client is claimed.** An x is an attribution that is fair on average over the
/// draw of the groups: clients who were always together get equal parts, whatever each of them did,
/// and one client's x moves with the luck of her companions. Pay groups, and split a group's pay by
/// sizes that are public; or evaluate within a trusted environment.
public struct GroupRegression: Sendable, Hashable {
    /// The value of a group of clients in one session.
    public struct Observation: Sendable, Hashable {
        /// The clients, each one once.
        public let members: [Int]
        /// What the group added.
        public let value: Double

        /// Takes a group and what it added.
        public init(members: [Int], value: Double) {
            (self.members, self.value) = (members, value)
        }
    }

    /// The fewest clients in a group: what secure aggregation promised.
    public let fewestMembers: Int
    /// How strongly numbers are drawn to zero; above 0, so that there always is one solution.
    public let ridge: Double

    /// Takes the fewest clients in a group, at least 2, and a ridge above 0.
    ///
    /// - Throws: ``ValueError/setting(_:)``.
    public init(fewestMembers: Int, ridge: Double = 1e-6) throws(ValueError) {
        guard fewestMembers >= 2 else { throw .setting("groups of at least 2 clients wanted") }
        guard ridge > 0, ridge.isFinite else {
            throw .setting("a ridge that is finite and above 0 wanted")
        }
        (self.fewestMembers, self.ridge) = (fewestMembers, ridge)
    }

    /// Spreads the groups' values over clients.
    ///
    /// - Parameter total: What all clients added together.
    /// - Throws: ``ValueError`` for no clients, a client that there is not or twice in a group, a group
    ///   that is too small, or a value that is not finite.
    /// - Cost: n³ / 3 for n clients, n² for each observation.
    public func attributions(
        clients: Int, total: Double, _ observations: [Observation]
    ) throws(ValueError) -> [Double] {
        guard clients >= 1 else { throw .empty("clients") }
        guard total.isFinite else { throw .number("total", row: 0, column: 0) }
        var matrix = [Double](repeating: 0, count: clients * clients)
        var right = [Double](repeating: 0, count: clients)
        for (row, observation) in observations.enumerated() {
            let members = observation.members
            guard members.count >= fewestMembers else {
                throw .shape("members of a group", expected: fewestMembers, got: members.count)
            }
            guard Set(members).count == members.count else { throw .repeated("a client") }
            if let bad = members.first(where: { !(0..<clients).contains($0) }) {
                throw .label(bad, row: row, classes: clients)
            }
            guard observation.value.isFinite else {
                throw .number("values of groups", row: row, column: 0)
            }
            for one in members {
                right[one] += observation.value
                for other in members { matrix[one * clients + other] += 1 }
            }
        }
        for client in 0..<clients { matrix[client * clients + client] += ridge }
        let factor = Cholesky(matrix, size: clients)
        let free = factor.solve(right)
        let direction = factor.solve([Double](repeating: 1, count: clients))
        let gap = total - free.reduce(0, +)
        let length = direction.reduce(0, +)
        return zip(free, direction).map { $0 + $1 * (gap / length) }
    }
}

/// A = L·Lᵀ of a symmetric matrix that is positive definite.
struct Cholesky {
    private var lower: [Double]
    private let size: Int

    init(_ matrix: [Double], size: Int) {
        (lower, self.size) = (matrix, size)
        for column in 0..<size {
            for row in column..<size {
                var sum = lower[row * size + column]
                for inner in 0..<column {
                    sum -= lower[row * size + inner] * lower[column * size + inner]
                }
                // A ridge keeps the pivots above zero; rounding may not.
                lower[row * size + column] =
                    row == column
                    ? max(sum, .leastNormalMagnitude).squareRoot()
                    : sum / lower[column * size + column]
            }
        }
    }

    func solve(_ right: [Double]) -> [Double] {
        var x = right
        for row in 0..<size {
            for inner in 0..<row { x[row] -= lower[row * size + inner] * x[inner] }
            x[row] /= lower[row * size + row]
        }
        for row in stride(from: size - 1, through: 0, by: -1) {
            for inner in row + 1..<max(row + 1, size) {
                x[row] -= lower[inner * size + row] * x[inner]
            }
            x[row] /= lower[row * size + row]
        }
        return x
    }
}
