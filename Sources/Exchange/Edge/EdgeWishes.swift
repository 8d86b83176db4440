// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Foundation

/// What a contributor asks of her machine while it runs and has her folder to itself: a file for each wish, in her folder,
/// which the process that runs acts upon and answers.
package struct EdgeWishes: Sendable {
    /// Something wished of the machine of one party at one node.
    package struct Wish: Hashable, Sendable {
        /// What is wished.
        package enum Act: Hashable, Sendable {
            /// To withdraw from a pool.
            case withdraw(pool: String)
            /// To say what she granted to, and what was counted.
            case list
            /// To take out what a pool paid her, so many micro-units at most; nil for all of it.
            case cashOut(pool: String, most: Int64?)
        }

        /// The name that she has in the folder.
        package let party: String
        /// The node's address.
        package let node: String
        /// What it is to do.
        package let act: Act

        /// Says what is wished.
        package init(party: String, node: String, _ act: Act) {
            (self.party, self.node, self.act) = (party, node, act)
        }

        fileprivate var json: JSON {
            var members: [String: JSON] = ["party": .string(party), "node": .string(node)]
            switch act {
            case .list: members["act"] = "list"
            case .withdraw(let pool):
                (members["act"], members["pool"]) = ("withdraw", .string(pool))
            case .cashOut(let pool, let most):
                (members["act"], members["pool"]) = ("cash-out", .string(pool))
                members["most"] = most.map { .integer($0) }
            }
            return .object(members)
        }

        fileprivate init?(_ bytes: [UInt8]) {
            guard let json = try? JSON(parsing: bytes), let party = json["party"]?.string,
                let node = json["node"]?.string
            else { return nil }
            let act: Act
            switch (json["act"]?.string, json["pool"]?.string) {
            case ("list", nil): act = .list
            case ("withdraw", let pool?): act = .withdraw(pool: pool)
            case ("cash-out", let pool?): act = .cashOut(pool: pool, most: json["most"]?.integer)
            default: return nil
            }
            self.init(party: party, node: node, act)
        }
    }

    private let folder: HomeFolder

    /// Those in a folder.
    package init(in folder: HomeFolder) { self.folder = folder }

    /// Leaves a wish, and waits for what comes of it.
    ///
    /// - Returns: what was done; nil where nobody answered in that time: the wish is taken back.
    /// - Throws: ``ExchangeError`` with what went wrong.
    package func ask(_ wish: Wish, for limit: Duration) async throws -> JSON? {
        try FileManager.default.createDirectory(
            atPath: folder.wishes, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let path = "\(folder.wishes)/\(UUID().uuidString)"
        try WholeFile.replace(path + EdgeWishes.asked, by: wish.json.canonical())
        defer { for end in [EdgeWishes.asked, EdgeWishes.answered] { unlink(path + end) } }
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let answer = FileManager.default.contents(atPath: path + EdgeWishes.answered) {
                let json = try JSON(parsing: Array(answer))
                guard let problem = json["problem"]?.string else { return json["done"] ?? .null }
                throw ExchangeError.refused(problem)
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }

    /// Acts on the wishes of somebody at a node.
    ///
    /// - Parameter act: does it and says what came of it, or throws what went wrong.
    func answer(
        _ party: String, at node: String, _ act: (_ wish: Wish.Act) async throws -> JSON
    ) async {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.wishes)) ?? []
        for name in names.sorted() where name.hasSuffix(EdgeWishes.asked) {
            let path = "\(folder.wishes)/\(name)"
            guard let bytes = FileManager.default.contents(atPath: path),
                let wish = Wish(Array(bytes)), wish.party == party, wish.node == node
            else { continue }
            let answer: JSON
            do { answer = ["done": try await act(wish.act)] } catch {
                answer = ["problem": .string(ErrorWords(error).message)]
            }
            unlink(path)
            try? WholeFile.replace(
                String(path.dropLast(EdgeWishes.asked.count)) + EdgeWishes.answered,
                by: answer.canonical())
        }
    }

    private static let (asked, answered) = (".wish", ".answer")
}
