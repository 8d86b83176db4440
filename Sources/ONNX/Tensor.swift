// SPDX-License-Identifier: Apache-2.0
internal import Foundation

/// A constant of a graph: numbers or texts, the last direction the fastest.
package struct Tensor: Hashable, Sendable {
    /// The elements.
    package enum Content: Hashable, Sendable {
        /// Numbers.
        case doubles([Double])
        /// Whole numbers.
        case int64s([Int64])
        /// Texts.
        case strings([String])

        /// How many there are.
        var count: Int {
            switch self {
            case .doubles(let numbers): numbers.count
            case .int64s(let numbers): numbers.count
            case .strings(let texts): texts.count
            }
        }

        /// What they are.
        var element: Element {
            switch self {
            case .doubles: .double
            case .int64s: .int64
            case .strings: .string
            }
        }
    }

    /// The elements.
    package let content: Content
    /// How far it reaches in each direction; empty for a single element.
    package let shape: [Int]

    /// Puts elements into a shape.
    ///
    /// - Requires: as many elements as the shape has places.
    package init(_ content: Content, shape: [Int]) {
        precondition(
            content.count == shape.reduce(1, *), "as many elements as the shape has places")
        (self.content, self.shape) = (content, shape)
    }

    /// One number, without a direction.
    package static func scalar(_ number: Double) -> Tensor { Tensor(.doubles([number]), shape: []) }

    /// One text, without a direction.
    package static func scalar(_ text: String) -> Tensor { Tensor(.strings([text]), shape: []) }

    /// Numbers beside each other: 1 by their count.
    package static func row(_ numbers: [Double]) -> Tensor {
        Tensor(.doubles(numbers), shape: [1, numbers.count])
    }

    /// Texts beside each other: 1 by their count.
    package static func row(_ texts: [String]) -> Tensor {
        Tensor(.strings(texts), shape: [1, texts.count])
    }

    /// Numbers below each other: their count by 1.
    package static func column(_ numbers: [Double]) -> Tensor {
        Tensor(.doubles(numbers), shape: [numbers.count, 1])
    }

    /// The form in which the format has it.
    func message(named name: String) -> TensorProto {
        var message = TensorProto()
        message.name = name
        message.dims = shape.map { Int64($0) }
        message.dataType = Int32(content.element.code.rawValue)
        switch content {
        case .doubles(let numbers): message.doubleData = numbers
        case .int64s(let numbers): message.int64Data = numbers
        case .strings(let texts): message.stringData = texts.map { Data($0.utf8) }
        }
        return message
    }
}
