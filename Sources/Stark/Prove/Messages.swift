// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// The challenges that turn messages into fractions (LogUp: Haböck, ePrint 2022/1530).
///
/// A message (f₁, f₂, …) on bus b has the fingerprint β − b − α f₁ − α² f₂ − …, and m times sent it adds
/// m over that to its table's sum. Over all tables and the messages from outside the sums are zero when
/// what is sent is received, and only then but for (messages) ÷ p⁵.
struct Messages: Sendable {
    let alpha: KoalaBear5
    let beta: KoalaBear5

    /// The powers of α, from the first on.
    func powers(_ count: Int) -> [KoalaBear5] {
        var powers: [KoalaBear5] = []
        var power = alpha
        for _ in 0..<count {
            powers.append(power)
            power *= alpha
        }
        return powers
    }

    /// β − b, from which the parts of a message are taken.
    func base(_ bus: Int) -> KoalaBear5 { beta - KoalaBear(reducing: UInt64(bus)) }

    /// The fingerprint of a message.
    func fingerprint(_ bus: Int, _ fields: [KoalaBear5]) -> KoalaBear5 {
        zip(fields, powers(fields.count)).reduce(base(bus)) { $0 - $1.0 * $1.1 }
    }

    /// The fingerprint of a table's message, as a sum of registers.
    func fingerprint(of interaction: Tape.Interaction, _ plan: TapePlan) -> ExtensionSum {
        var sum = TapePlan.Combination()
        sum.constant = base(interaction.bus)
        for (field, power) in zip(interaction.fields, powers(interaction.fields.count)) {
            plan.dissolve(field, .zero - power, into: &sum)
        }
        return sum.sum
    }

    /// One over the fingerprints of the messages (1), (2), … on bus 0, whose counts mask a table's sum.
    ///
    /// Five of them with random counts make a sum uniform. The counts stand in main columns, so they are fixed
    /// before α and β are drawn, and over all tables they are zero for each, or the sums are not.
    var masks: [KoalaBear5] {
        (1...Parameters.maskColumns).map { place in
            fingerprint(0, [KoalaBear5(KoalaBear(reducing: UInt64(place)))]).inverseOrZero
        }
    }

    /// What the messages from outside add.
    func outside(_ circuit: Circuit, inputs: [KoalaBear]) -> KoalaBear5 {
        circuit.messages.reduce(.zero) { sum, message in
            let fields = message.values(inputs).map { KoalaBear5($0) }
            return sum + fingerprint(message.bus, fields).inverseOrZero * message.times
        }
    }
}
