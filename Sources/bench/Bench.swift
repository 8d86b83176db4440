// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Foundation

/// One measurement in a process of its own, so that its time and memory are its own; the script
/// `Benchmarks/run.py` runs them in turn with their peers and makes the table.
///
///     bench NAME FOLDER [COUNT]
///
/// Prints one line of JSON: figures by name.
@main struct Bench {
    static func main() async {
        let words = Array(CommandLine.arguments.dropFirst())
        if let first = words.first, ["value", "sums", "trees", "edge"].contains(first) {
            return libraries(words)
        }
        if words.first == "learn", (5...7).contains(words.count) {
            return await learn(words.dropFirst())
        }
        if words.first == "private-sql" { return await privateSQL(words.dropFirst()) }
        guard let name = words.first, words.count >= 2,
            let count = words.count > 2 ? Int(words[2]) : 0
        else { stop("usage: bench NAME FOLDER [COUNT]; `make bench` runs them all") }
        do {
            let figures = try await measure(name, in: words[1], count: count)
            let json = JSON.object(figures.mapValues { .number($0) })
            print(String(decoding: try json.canonical(), as: UTF8.self))
        } catch {
            stop("\(name): \(error)")
        }
    }

    /// `bench value …`, `bench sums …`, `bench trees …`, `bench edge …`: see ``ValueBench``, ``SumBench``, ``TreesBench``
    /// and ``EdgeBench``.
    private static func libraries(_ words: [String]) {
        let rest = Array(words.dropFirst())
        do {
            if words[0] == "trees" { return try TreesBench.measure(rest) }
            if words[0] == "sums" { return try SumBench.measure(rest) }
            if words[0] == "edge" { return try EdgeBench.measure(rest) }
            guard try ValueBench.measure(rest) != nil else {
                stop("usage: bench value digits FILE | scale | clusters | division")
            }
        } catch {
            stop("\(words[0]): \(error)")
        }
    }

    /// `bench learn TRAIN TEST EPSILON RUNS [KIND [TRAININGS]]`, one line of JSON.
    private static func learn(_ words: ArraySlice<String>) async {
        do {
            let figures = JSON.object(
                try await LearnBench.measure(words).mapValues { .number($0) })
            print(String(decoding: try figures.canonical(), as: UTF8.self))
        } catch {
            stop("learn: \(error)")
        }
    }

    /// `bench private-sql --rows PREFIX [--threads N] [--runs N] [--seal]`, one line of JSON.
    private static func privateSQL(_ words: ArraySlice<String>) async {
        var options: [String: String] = [:]
        var name: String?
        for word in words {
            if word.hasPrefix("--") {
                name = String(word.dropFirst(2))
                options[name ?? ""] = ""
            } else if let option = name {
                options[option] = word
            }
        }
        do {
            let figures = try await PrivateSQL.measure(options)
            print(String(decoding: try figures.canonical(), as: UTF8.self))
        } catch {
            stop("private-sql: \(error)")
        }
    }

    private static func measure(
        _ name: String, in place: String, count: Int
    ) async throws -> [String: Double] {
        switch name {
        case "disk": try Disk.measure(in: place)
        case "batches": try Batches.measure(in: place, batches: count, debtor: .anybody)
        case "hot": try Batches.measure(in: place, batches: count, debtor: .one)
        case "sqlite": try SQLitePeer.measure(in: place, batches: count)
        case "singles": try await Singles.measure(in: place, rounds: count)
        case "sale": try Sale.measure(holders: count)
        case "payouts": try Payouts.measure(in: place, people: count)
        case "make-xml": try HealthFile.write(to: place, megabytes: count)
        case "make-csv": try SheetFile.write(to: place, megabytes: count)
        case "xml": try Reading.measure(place, mapping: nil)
        case "csv": try Reading.measure(place, mapping: SheetFile.mapping)
        case "people": try JournalBench.measure(.people, in: place, entries: count)
        case "node": try JournalBench.measure(.node, in: place, entries: count)
        case "commands": try CommandReplay.measure(in: place, batches: count)
        case "questions": try await ManyQuestions.measure(in: place, questions: count)
        case "people-each-a-line": try await ManyPeople.measure()
        case "study": try await StudyBench.measure(in: place, people: count)
        case "kernels": try Kernels.measure()
        default: stop("there is no measurement \(name)")
        }
    }

    private static func stop(_ sentence: String) -> Never {
        FileHandle.standardError.write(Data("bench: \(sentence)\n".utf8))
        exit(64)
    }
}
