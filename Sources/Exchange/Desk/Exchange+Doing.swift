// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Storage

/// Requests that must not be done twice, even when the answer to the first was lost in a crash: the
/// transaction that does one says so.
extension Exchange {
    /// The request that the task at hand does; nil where nobody asks for it to be remembered.
    @TaskLocal package static var doing: Digest?

    /// The note that the request at hand was done by an entry.
    func doingNote(at index: Int) throws -> [Note] {
        guard let doing = Exchange.doing else { return [] }
        let value = try JSON.object([
            "entry": .integer(Int64(index)), "time": .string(now.description),
        ]).signable()
        return [.mark(Exchange.doneMarks + doing.hex, value)]
    }

    /// The entry by which a request was done, the last where it took several; nil when it was not.
    package func entry(doneBy request: Digest) throws -> UInt64? {
        guard let bytes = try store.mark(Exchange.doneMarks + request.hex) else { return nil }
        return try JSON(parsing: bytes)["entry"]?.integer.flatMap(UInt64.init(exactly:))
    }

    /// Forgets requests that were done before a moment.
    package func forgetDone(before moment: Timestamp) throws {
        let old = try store.marks(beginning: Exchange.doneMarks).filter { _, bytes in
            let time = (try? JSON(parsing: bytes))?["time"]?.string.flatMap(Timestamp.init)
            return time.map { $0 < moment } ?? true
        }
        if !old.isEmpty { try keep(old.map { .unmark($0.name) }) }
    }

    private static let doneMarks = "done/"
}
