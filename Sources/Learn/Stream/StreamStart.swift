// SPDX-License-Identifier: Apache-2.0

/// What a stream goes on from: a model that was let out before, and how many people were read for it and for those before it.
/// Both are known: the model to its owner, the number to everybody who has the journal. Of nobody's rows is anything kept.
package struct StreamStart: Hashable, Sendable {
    /// The model.
    package let model: Model
    /// How many people were read for it, in all its trainings together; none of them is read again.
    package let people: Int

    /// Names a model and its people.
    package init(_ model: Model, people: Int) { (self.model, self.people) = (model, people) }
}
