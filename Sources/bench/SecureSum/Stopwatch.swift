// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Seconds by the wall and of all processors, of the parts between start and stop.
struct Stopwatch {
    private(set) var wall = 0.0
    private(set) var cpu = 0.0
    private var begun = (wall: 0.0, cpu: 0.0)

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    mutating func start() {
        begun = (Stopwatch.now(CLOCK_MONOTONIC), Stopwatch.now(CLOCK_PROCESS_CPUTIME_ID))
    }

    mutating func stop() {
        wall += Stopwatch.now(CLOCK_MONOTONIC) - begun.wall
        cpu += Stopwatch.now(CLOCK_PROCESS_CPUTIME_ID) - begun.cpu
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
