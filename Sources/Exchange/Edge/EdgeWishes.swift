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
            case ("cash-out", let pool?):
                let most = json["most"]?.integer
                // What cannot be read is not taken for everything.
                guard json["most"] == nil || most != nil else { return nil }
                act = .cashOut(pool: pool, most: most)
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
    /// The file is locked while somebody waits, so that a wish of which nobody does any more is not carried out later.
    ///
    /// - Parameters:
    ///   - limit: how long to wait for it to be taken up.
    ///   - patience: how long to wait then for what comes of it.
    /// - Returns: what was done; nil where nobody took it up in that time: it is taken back, and nothing of it is done.
    /// - Throws: ``ExchangeError`` with what went wrong, also where it was taken up and nobody said what came of it.
    package func ask(
        _ wish: Wish, for limit: Duration, then patience: Duration = .seconds(180)
    ) async throws -> JSON? {
        try FileManager.default.createDirectory(
            atPath: folder.wishes, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let path = "\(folder.wishes)/\(UUID().uuidString)"
        let file = try leave(wish, at: path)
        defer {
            for end in EdgeWishes.ends { unlink(path + end) }
            close(file)
        }
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            if let answer = try answer(at: path) { return answer }
            try await Task.sleep(for: .milliseconds(100))
        }
        // Whoever takes it up renames it first: only one of the two succeeds.
        if unlink(path + EdgeWishes.asked) == 0 { return nil }
        let last = end + patience
        while ContinuousClock.now < last {
            if let answer = try answer(at: path) { return answer }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ExchangeError.refused(
            "`dividend edge run` took this up and has not said what came of it; look with `dividend edge list`"
        )
    }

    /// Writes a wish that is locked from its first moment on.
    private func leave(_ wish: Wish, at path: String) throws -> Int32 {
        let draft = path + EdgeWishes.unfinished
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw SystemFailure(number: errno, atOwn: draft) }
        let bytes = try wish.json.canonical()
        let isWritten =
            flock(file, LOCK_EX | LOCK_NB) == 0
            && bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == bytes.count
            && rename(draft, path + EdgeWishes.asked) == 0
        guard isWritten else {
            let number = errno
            unlink(draft)
            close(file)
            throw SystemFailure(number: number, atOwn: draft)
        }
        return file
    }

    /// What came of a wish, if somebody said so.
    private func answer(at path: String) throws -> JSON? {
        guard let answer = FileManager.default.contents(atPath: path + EdgeWishes.answered) else {
            return nil
        }
        let json = try JSON(parsing: Array(answer))
        guard let problem = json["problem"]?.string else { return json["done"] ?? .null }
        throw ExchangeError.refused(problem)
    }

    /// Acts on the wishes of somebody at a node.
    ///
    /// - Parameter act: does it and says what came of it, or throws what went wrong.
    func answer(
        _ party: String, at node: String, _ act: (_ wish: Wish.Act) async throws -> JSON
    ) async {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.wishes)) ?? []
        for name in names.sorted() where name.hasSuffix(EdgeWishes.asked) {
            let path = "\(folder.wishes)/\(name.dropLast(EdgeWishes.asked.count))"
            guard isWaitedFor(path + EdgeWishes.asked) else {
                unlink(path + EdgeWishes.asked)
                continue
            }
            // Taken before it is acted upon, so that it is done once at most, whatever ends meanwhile.
            guard let bytes = FileManager.default.contents(atPath: path + EdgeWishes.asked),
                let wish = Wish(Array(bytes)), wish.party == party, wish.node == node,
                rename(path + EdgeWishes.asked, path + EdgeWishes.taken) == 0
            else { continue }
            let answer: JSON
            do { answer = ["done": try await act(wish.act)] } catch {
                answer = ["problem": .string(ErrorWords(error).message)]
            }
            try? WholeFile.replace(path + EdgeWishes.answered, by: answer.canonical())
        }
    }

    /// Whether whoever left a wish still waits.
    private func isWaitedFor(_ path: String) -> Bool {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return flock(file, LOCK_EX | LOCK_NB) != 0
    }

    private static let (unfinished, asked, taken, answered) = (".new", ".wish", ".taken", ".answer")
    private static let ends = [asked, taken, answered]
}
