// SPDX-License-Identifier: Apache-2.0

/// Seconds by the wall and of all processors, of the parts between start and stop.
struct Stopwatch {
    private(set) var wall = 0.0
    private(set) var cpu = 0.0
    private var begun = Meter.now

    mutating func start() { begun = Meter.now }

    mutating func stop() {
        let took = Meter.since(begun)
        wall += took.wall
        cpu += took.processor
    }

    mutating func measure<Result>(_ body: () throws -> Result) rethrows -> Result {
        start()
        defer { stop() }
        return try body()
    }

    /// The seconds since another reading of the same watch.
    func since(_ before: Stopwatch) -> Stopwatch {
        var part = self
        part.wall -= before.wall
        part.cpu -= before.cpu
        return part
    }

    var json: String {
        func milli(_ value: Double) -> String { "\((value * 1000).rounded() / 1000)" }
        return "{\"wall\": \(milli(wall)), \"cpu\": \(milli(cpu))}"
    }
}
