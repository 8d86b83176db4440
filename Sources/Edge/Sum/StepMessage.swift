// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Identity

/// What node and devices send each other while a study runs.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 4 | which of the study's sums, from 0, little-endian |
/// | 4 | 1 | the step |
/// | 5 | … | in the step of keys an ``Opening`` to devices; else a message of SecureSum, in its own form |
package struct StepMessage: Hashable, Sendable {
    /// Which of the study's sums it is about.
    package let round: Int
    /// The step.
    package let step: SumStep
    /// What is said.
    package let body: [UInt8]

    init(round: Int, step: SumStep, body: [UInt8]) {
        (self.round, self.step, self.body) = (round, step, body)
    }

    /// The message as bytes.
    package var bytes: [UInt8] {
        var writer = ByteWriter(reserving: 5 + body.count)
        writer.write(UInt32(round))
        writer.write(step.rawValue)
        writer.write(raw: body)
        return writer.bytes
    }

    /// Reads the message.
    ///
    /// - Throws: ``FormatError``.
    package init(_ bytes: [UInt8]) throws(FormatError) {
        var reader = ByteReader(bytes)
        round = Int(try reader.read(UInt32.self))
        guard let step = SumStep(rawValue: try reader.read(UInt8.self)) else {
            throw FormatError("there is no such step", at: 4)
        }
        self.step = step
        body = try reader.read(count: reader.left)
    }
}

/// How a sum begins: who is asked, and what the sum before let out.
///
/// | offset | size | what |
/// |---|---|---|
/// | 0 | 4 | how many parties: all of them before the first sum, then none |
/// | 4 | 32 each | their keys, ascending |
/// | … | 4 | of how many parts the sum before was; 0 before the first |
/// | … | 4 | how many numbers it has |
/// | … | 8 each | its numbers, noised |
struct Opening: Hashable, Sendable {
    /// Everybody who is asked; before the first sum only.
    var parties: [PartyID] = []
    /// What the sum before let out.
    var told: ToldSum?

    var bytes: [UInt8] {
        var writer = ByteWriter(
            reserving: 12 + 32 * parties.count + 8 * (told?.values.count ?? 0))
        writer.write(UInt32(parties.count))
        for party in parties { writer.write(raw: party.publicKey) }
        writer.write(UInt32(told?.parts ?? 0))
        writer.write(UInt32(told?.values.count ?? 0))
        for value in told?.values ?? [] { writer.write(value) }
        return writer.bytes
    }

    init(parties: [PartyID], told: ToldSum?) { (self.parties, self.told) = (parties, told) }

    init(_ bytes: [UInt8]) throws(FormatError) {
        var reader = ByteReader(bytes)
        let count = Int(try reader.read(UInt32.self))
        guard count <= SumTerms.most, count <= reader.left / 32 else {
            throw FormatError("more parties than there can be", at: 0)
        }
        for _ in 0..<count {
            let start = reader.offset
            guard let party = PartyID(publicKey: try reader.read(count: 32)) else {
                throw FormatError("no key", at: start)
            }
            parties.append(party)
        }
        let parts = Int(try reader.read(UInt32.self))
        let numbers = Int(try reader.read(UInt32.self))
        guard numbers <= reader.left / 8 else {
            throw FormatError("more numbers than there are bytes", at: reader.offset - 4)
        }
        var values: [Int64] = []
        for _ in 0..<numbers { values.append(try reader.read()) }
        try reader.finish()
        if parts > 0 { told = ToldSum(values: values, parts: parts) }
    }
}

/// What a device is told of a sum that was let out. Whatever it is, it only decides what is asked next, which costs
/// what it costs: a node that lies here harms its own answer, and nobody's privacy.
struct ToldSum: Hashable, Sendable {
    let values: [Int64]
    let parts: Int
}
