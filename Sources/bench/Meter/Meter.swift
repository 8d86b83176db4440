// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// What a piece of work took.
struct Timing {
    /// Seconds on the clock.
    let wall: Double
    /// Seconds of processor time of the whole process, user and system.
    let processor: Double

    /// Times a piece of work.
    static func of(_ work: () throws -> Void) rethrows -> Timing {
        let start = Meter.now
        try work()
        return Meter.since(start)
    }
}

/// The clock and the process's own use of the machine.
enum Meter {
    /// A moment to measure from.
    static var now: Timing { Timing(wall: clock(CLOCK_MONOTONIC), processor: used) }

    /// What was taken since a moment.
    static func since(_ start: Timing) -> Timing {
        let end = now
        return Timing(wall: end.wall - start.wall, processor: end.processor - start.processor)
    }

    /// The most memory the process ever had, in megabytes of 10^6 bytes.
    ///
    /// From the kernel's own mark of this program: what getrusage gives counts the memory of
    /// whoever started it too.
    static var peakMegabytes: Double {
        let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        let peak = lines.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = peak?.split(separator: " ").compactMap { Double($0) }.first
        return kibibytes.map { $0 * 1024 / 1e6 } ?? .nan
    }

    private static func clock(_ id: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(id, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static var used: Double { clock(CLOCK_PROCESS_CPUTIME_ID) }
}

extension [Double] {
    /// The middle one; the mean of the two middle ones of an even number.
    var median: Double {
        guard !isEmpty else { return .nan }
        let ordered = sorted()
        return (ordered[(count - 1) / 2] + ordered[count / 2]) / 2
    }
}
