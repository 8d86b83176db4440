// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation

/// What a contributor asks of her machine while it runs and has her folder to itself: a file for each wish, in her folder,
/// which the process that runs acts upon and answers.
package struct EdgeWishes: Sendable {
    /// To withdraw from a pool.
    package struct Wish: Hashable, Sendable {
        /// The name that she has in the folder.
        package let party: String
        /// The node's address.
        package let node: String
        /// The pool.
        package let pool: String

        /// Says what is wished.
        package init(party: String, node: String, pool: String) {
            (self.party, self.node, self.pool) = (party, node, pool)
        }

        fileprivate var json: JSON {
            ["party": .string(party), "node": .string(node), "pool": .string(pool)]
        }

        fileprivate init?(_ bytes: [UInt8]) {
            guard let json = try? JSON(parsing: bytes), let party = json["party"]?.string,
                let node = json["node"]?.string, let pool = json["pool"]?.string
            else { return nil }
            self.init(party: party, node: node, pool: pool)
        }
    }

    private let folder: HomeFolder

    /// Those in a folder.
    package init(in folder: HomeFolder) { self.folder = folder }

    /// Whether a process uses the folder at this moment.
    package var isInUse: Bool {
        let file = open(folder.path + "/lock", O_RDWR | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) != 0
    }

    /// Leaves a wish, and waits for what comes of it.
    ///
    /// - Returns: what went wrong, empty for nothing; nil where nobody answered in that time: the wish is taken back.
    package func ask(_ wish: Wish, for limit: Duration) async throws -> String? {
        try FileManager.default.createDirectory(
            atPath: folder.wishes, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let path = "\(folder.wishes)/\(UUID().uuidString)"
        try WholeFile.replace(path + EdgeWishes.asked, by: wish.json.canonical())
        defer { for end in [EdgeWishes.asked, EdgeWishes.answered] { unlink(path + end) } }
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let answer = FileManager.default.contents(atPath: path + EdgeWishes.answered) {
                return String(decoding: answer, as: UTF8.self)
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        return nil
    }

    /// Acts on the wishes of somebody at a node.
    ///
    /// - Parameter act: does it, or throws what went wrong.
    func answer(
        _ party: String, at node: String, _ act: (_ pool: String) async throws -> Void
    ) async {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.wishes)) ?? []
        for name in names.sorted() where name.hasSuffix(EdgeWishes.asked) {
            let path = "\(folder.wishes)/\(name)"
            guard let bytes = FileManager.default.contents(atPath: path),
                let wish = Wish(Array(bytes)), wish.party == party, wish.node == node
            else { continue }
            var words = ""
            do { try await act(wish.pool) } catch { words = ErrorWords(error).message }
            unlink(path)
            try? WholeFile.replace(
                String(path.dropLast(EdgeWishes.asked.count)) + EdgeWishes.answered,
                by: Array(words.utf8))
        }
    }

    private static let (asked, answered) = (".wish", ".answer")
}
