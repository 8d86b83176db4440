// SPDX-License-Identifier: Apache-2.0
internal import Fields

/// What a proof is about, as its transcript begins.
struct Statement {
    let circuit: Circuit
    let rowBits: [Int]
    let parameters: Parameters

    init(_ circuit: Circuit, _ rowBits: [Int], _ parameters: Parameters) {
        (self.circuit, self.rowBits, self.parameters) = (circuit, rowBits, parameters)
    }

    /// The transcript after the statement: the protocol, the circuit, every parameter, the tables' lengths,
    /// the roots of committed columns where there are some, the public inputs.
    func transcript(
        _ inputs: [KoalaBear], _ committed: [[UInt8]] = [], _ weakness: Weakness = Weakness()
    ) -> Transcript {
        var transcript = Transcript(domain: "dividend/stark/v2", weakness)
        transcript.absorb("circuit", circuit.digest)
        let numbers = [
            parameters.blowupBits, parameters.queries, parameters.grindingBits,
            Parameters.hiddenRows, Parameters.finalBits, Parameters.foldBits,
            Parameters.maskedCoefficients, Parameters.chunks, Parameters.saltColumns,
            Parameters.maskColumns,
        ]
        transcript.absorb("parameters", numbers: numbers.map(UInt64.init))
        transcript.absorb("lengths", numbers: rowBits.map(UInt64.init))
        if !committed.isEmpty { transcript.absorb("committed", Array(committed.joined())) }
        transcript.absorb("inputs", inputs)
        return transcript
    }
}

extension Shape.Table {
    /// Whether a point is neither a row's nor one of the extension's.
    func isOutside(_ zeta: KoalaBear5) -> Bool {
        zeta.power(UInt64(rows)) != .one
            && zeta.power(UInt64(domain.rows))
                != KoalaBear5(domain.shift.power(UInt64(domain.rows)))
    }
}
