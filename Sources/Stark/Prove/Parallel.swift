// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Synchronization

/// Work in parts that do not touch each other.
package enum Parallel {
    /// Does parts on some threads and gives what each brought, in order. Whoever is free takes the next.
    package static func map<Part: Sendable>(
        _ count: Int, threads: Int, _ body: @Sendable (Int) -> Part
    ) -> [Part] {
        guard threads > 1, count > 1 else { return (0..<count).map(body) }
        let next = Atomic(0)
        let done = Mutex([Part?](repeating: nil, count: count))
        DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
            while true {
                let part = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard part < count else { return }
                let result = body(part)
                done.withLock { $0[part] = result }
            }
        }
        return done.withLock { $0.compactMap(\.self) }
    }

    /// Does parts on some threads; the first error of any is thrown when all have ended.
    package static func each<Failure: Error>(
        _ count: Int, threads: Int, _ body: @Sendable (Int) throws(Failure) -> Void
    ) throws(Failure) {
        _ = try results(count, threads: threads, body)
    }

    /// Does parts on some threads and gives what each brought; the first error of any is thrown when all
    /// have ended.
    package static func results<Part: Sendable, Failure: Error>(
        _ count: Int, threads: Int, _ body: @Sendable (Int) throws(Failure) -> Part
    ) throws(Failure) -> [Part] {
        let results = map(count, threads: threads) { part -> Result<Part, Failure> in
            do throws(Failure) { return .success(try body(part)) } catch { return .failure(error) }
        }
        var parts: [Part] = []
        for result in results { parts.append(try result.get()) }
        return parts
    }
}
