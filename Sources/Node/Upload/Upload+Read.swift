// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Dispatch
internal import Exchange
internal import Foundation
internal import Intake

extension Upload {
    /// Reads the file without storing anything of it, on a thread that nobody waits for.
    ///
    /// - Parameter options: how to read it.
    /// - Returns: what was found: a report, a draft of how to read it, or why it cannot be read.
    func look(_ options: IntakeOptions) async -> Stage {
        let path = path
        return await Upload.away {
            var sink = PreviewSink()
            do throws(IntakeError) {
                return .ready(try Intake.read(path, options: options, into: &sink))
            } catch {
                guard error.code == .unknownTable, options.mapping == nil,
                    let draft = Upload.draft(of: path)
                else {
                    let words = ErrorWords(error)
                    return .refused(code: words.code, words: words.message)
                }
                return .unknown(draft: draft)
            }
        }
    }

    /// Does something that takes long on a thread of its own.
    static func away<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }

    /// How a table that nobody knows would be read, by its first rows. Its name becomes public with the first
    /// row that is stored, so it is not that of the file, which may say whose it is.
    private static func draft(of path: String) -> JSON? {
        guard let file = FileHandle(forReadingAtPath: path),
            let head = try? file.read(upToCount: 1 << 18)
        else { return nil }
        return (try? Mapping.draft(of: Array(head), table: "imported"))?.json
    }
}
