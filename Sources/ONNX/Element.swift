// SPDX-License-Identifier: Apache-2.0

/// What a tensor is made of.
package enum Element: Hashable, Sendable {
    /// Numbers of 64 bits, as IEEE 754 defines them.
    case double
    /// Whole numbers of 64 bits.
    case int64
    /// Texts in UTF-8.
    case string
    /// True or false.
    case boolean

    /// The number by which the format knows it.
    var code: TensorProto.DataType {
        switch self {
        case .double: .double
        case .int64: .int64
        case .string: .string
        case .boolean: .bool
        }
    }
}

/// How far a tensor reaches in one direction.
package enum Extent: Hashable, Sendable {
    /// As many as there are rows, which is known only when the model is used; the format calls it N.
    case rows
    /// Always so many.
    case count(Int)

    /// The form in which the format has it.
    var message: TensorShapeProto.Dimension {
        var dimension = TensorShapeProto.Dimension()
        switch self {
        case .rows: dimension.dimParam = "N"
        case .count(let count): dimension.dimValue = Int64(count)
        }
        return dimension
    }
}
