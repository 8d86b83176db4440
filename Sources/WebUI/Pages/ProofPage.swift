// SPDX-License-Identifier: Apache-2.0

/// A settlement's proof, checked in the visitor's browser: the file goes nowhere. Of a batch of this exchange the browser also
/// holds the proof against the journal's entries.
package struct ProofPage: Sendable {
    /// A batch that is proven: its number, and the entries by which it began and was settled.
    package struct Batch: Sendable {
        let number: Int
        let begun, settled: UInt64

        /// Takes the journal's indices.
        package init(number: Int, begun: UInt64, settled: UInt64) {
            (self.number, self.begun, self.settled) = (number, begun, settled)
        }
    }

    private let batch: Batch?
    private let isMissing: Bool

    /// - Parameters:
    ///   - batch: the one that is looked at; nil where the visitor chooses a file.
    ///   - isMissing: whether one was asked for that there is not.
    package init(_ batch: Batch? = nil, isMissing: Bool = false) {
        (self.batch, self.isMissing) = (batch, isMissing)
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        var values: [String: Any] = ["tabs": frame.tabs("proof"), "missing": isMissing]
        if let batch {
            values["batch"] = [
                "number": "\(batch.number)", "begun": "\(batch.begun)",
                "settled": "\(batch.settled)",
                "signed": frame.text(
                    "proof.signed", ["begun": "\(batch.begun)", "settled": "\(batch.settled)"]),
            ]
        }
        return frame.page(
            "proof", title: frame.message("proof.title"),
            scripts: ["log.js", "stark-field.js", "stark.js", "settlement.js", "proof.js"], values)
    }
}
