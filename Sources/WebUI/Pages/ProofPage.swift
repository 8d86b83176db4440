// SPDX-License-Identifier: Apache-2.0

/// A settlement's proof, checked in the visitor's browser: the file goes nowhere.
package struct ProofPage: Sendable {
    /// The page is the same for everybody.
    package init() {}

    /// The page.
    package func html(_ frame: Frame) -> String {
        frame.page(
            "proof", title: frame.message("proof.title"),
            scripts: ["stark-field.js", "stark.js", "settlement.js", "proof.js"],
            ["tabs": frame.tabs("proof")])
    }
}
