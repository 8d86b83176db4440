// SPDX-License-Identifier: Apache-2.0
internal import Value

/// Near copies among many records, one in twenty a copy.
enum ClusterBench {
    static func measure(rows count: Int) throws {
        var random = Dice(11)
        var numbers: [Double] = []
        numbers.reserveCapacity(count * 32)
        for place in 0..<count {
            let original = place >= count / 2 && place.isMultiple(of: 10) ? place - count / 2 : nil
            for column in 0..<32 {
                let noise = (0..<4).reduce(0.0) { sum, _ in sum + random.unit() } - 2
                numbers.append(original.map { numbers[$0 * 32 + column] + noise / 100 } ?? noise)
            }
        }
        let table = try FeatureRows(flat: numbers, columns: 32)
        let start = Meter.now.processor
        let clusters = try NearCopies(radiusSquared: 0.05)
            .clusters(of: table, order: CommitmentOrder(count: count))
        let seconds = Meter.now.processor - start
        print(
            "{\"case\": \"clusters of \(count) x 32\", \"cpu_seconds\": \(seconds), \"copies\": \(count - clusters.places.count), \"peak_mb\": \(Int(Meter.peakMegabytes))}"
        )
    }
}

/// A pot among many.
enum DivisionBench {
    static func measure(claims count: Int) throws {
        var random = Dice(12)
        let claims = (0..<count).map { place in
            Claim(
                id: withUnsafeBytes(of: UInt64(place).bigEndian) { Array($0) },
                value: random.unit() - 0.2, standardError: random.unit() / 10)
        }
        let start = Meter.now.processor
        let division = try Division(pot: 1 << 62, among: claims, z: 1.645)
        let seconds = Meter.now.processor - start
        let paid = division.lines.reduce(division.returned) { $0 + $1.amount }
        print(
            "{\"case\": \"division among \(count)\", \"cpu_seconds\": \(seconds), \"adds_up\": \(paid == 1 << 62)}"
        )
    }
}
