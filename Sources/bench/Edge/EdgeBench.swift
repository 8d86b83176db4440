// SPDX-License-Identifier: Apache-2.0
internal import Dispatch
internal import Edge
internal import Identity
internal import Market
internal import Synchronization

/// Studies over contributors' own machines, all of them in this process and on two threads; a tenth leave, each at a step
/// and in a sum by chance.
///
///     bench edge [MACHINES [PATTERNS]]
///
/// A question with one sum, where each machine checks every signature for itself; then the same, and a model, where what
/// one of them has checked the others take over, in so many patterns of leaving.
enum EdgeBench {
    static func measure(_ words: [String]) throws {
        let numbers = words.compactMap { Int($0) }
        let (count, patterns) = (numbers.first ?? 1000, numbers.dropFirst().first ?? 2)
        var dice = Dice(1)
        let world = try EdgeWorld(count, &dice)
        var lines = ["\"machines\": \(count), \"leave\": \(count / 10)"]
        let alone = try run(EdgeWorld.question, of: world, known: nil, &dice)
        lines.append("\"question_each_for_itself\": \(alone)")
        for (name, sql) in [("question", EdgeWorld.question), ("model", EdgeWorld.model)] {
            var runs: [String] = []
            for _ in 0..<(name == "model" ? 1 : patterns) {
                runs.append(try run(sql, of: world, known: CheckedSignatures(), &dice))
            }
            lines.append("\"\(name)\": [\(runs.joined(separator: ", "))]")
        }
        print("{\(lines.joined(separator: ", "))}")
    }

    /// Asks a question of all, of whom a tenth leave.
    ///
    /// - Returns: what it took, as JSON.
    private static func run(
        _ sql: String, of world: EdgeWorld, known: CheckedSignatures?, _ dice: inout Dice
    ) throws -> String {
        let (task, study) = try world.order(sql)
        let machines = try world.keys.indices.map { try world.machine($0, task, known, &dice) }
        let steps = study.count * SumStep.allCases.count
        var leaving: [Int: Int] = [:]
        for place in world.keys.indices.shuffled(using: &dice).prefix(world.keys.count / 10) {
            leaving[place] = Int.random(in: 0..<steps, using: &dice)
        }
        let host = try StudyHost(study, of: task.order.id, among: world.keys.map(\.id))
        var run = Run(host, world, machines, leaving: leaving)
        try run.toTheEnd()
        return run.json
    }

    /// One study, from the first message to its answer.
    private struct Run: ~Copyable {
        private var host: StudyHost
        private let world: EdgeWorld
        private let machines: [EdgeMachine]
        /// By place, the first step of the whole study at which a machine says nothing any more.
        private let leaving: [Int: Int]
        private var (all, node, devices) = (Stopwatch(), Stopwatch(), Stopwatch())
        private var bytes = 0

        init(
            _ host: consuming StudyHost, _ world: EdgeWorld, _ machines: [EdgeMachine],
            leaving: [Int: Int]
        ) {
            self.host = host
            (self.world, self.machines, self.leaving) = (world, machines, leaving)
        }

        mutating func toTheEnd() throws {
            all.start()
            var goesOn = true
            while goesOn {
                node.start()
                var asked: [(EdgeMachine, PartyID, StepMessage)] = []
                for (place, machine) in machines.enumerated()
                where host.position < leaving[place] ?? .max {
                    let party = world.keys[place].id
                    guard let message = host.message(for: party) else { continue }
                    bytes += message.bytes.count
                    asked.append((machine, party, message))
                }
                node.stop()
                devices.start()
                let failure = Mutex<(any Error)?>(nil)
                let work = asked
                DispatchQueue.concurrentPerform(iterations: work.count) { place in
                    do { try work[place].0.answer(work[place].2) } catch {
                        failure.withLock { $0 = error }
                    }
                }
                if let failure = failure.withLock({ $0 }) { throw failure }
                devices.stop()
                node.start()
                for (machine, party, _) in asked {
                    guard let answer = machine.take() else { continue }
                    bytes += answer.bytes.count
                    try host.take(answer, from: party)
                }
                goesOn = try host.close(threads: 2)
                node.stop()
            }
            all.stop()
            precondition(host.answer != nil)
        }

        /// Times of all, of the node and of the machines; of these the processor's for one of them and one sum.
        var json: String {
            let one = devices.cpu / Double(machines.count * host.count)
            let sent = bytes / (machines.count * host.count)
            return """
                {"sums": \(host.count), "stayed": \(host.remaining.count), "all": \(all.json), \
                "node": \(node.json), "one_machine_and_sum": {"cpu_ms": \((one * 10_000).rounded() / 10), \
                "bytes": \(sent)}}
                """
        }
    }
}
