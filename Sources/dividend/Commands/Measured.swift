// SPDX-License-Identifier: Apache-2.0
import Foundation

/// The most memory the process ever had: the kernel's own mark of this program.
var peakBytes: Double {
    let lines = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let peak = lines.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return (peak?.split(separator: " ").compactMap { Double($0) }.first ?? 0) * 1024
}

/// Now, on the wall and in seconds of processors.
struct Moment {
    let wall: Double
    let processor: Double

    init() {
        wall = ProcessInfo.processInfo.systemUptime
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        processor = Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
}
