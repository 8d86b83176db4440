// SPDX-License-Identifier: Apache-2.0

/// An operator of the standard domain, as ``ONNXFile/operators`` means it: those that onnxruntime has for doubles, and
/// for texts where a case says so.
///
/// Inputs of two shapes are brought to one as in NumPy: a direction of 1 is repeated.
package enum Operator: Hashable, Sendable {
    /// The size of a number; its sign as −1, 0 or 1; the whole number below it; its square root.
    case abs, sign, floor, squareRoot
    /// 1/(1 + e^−x).
    case sigmoid
    /// Whether something is no number.
    case isNaN
    /// Of two numbers.
    case add, subtract, multiply, divide, larger, smaller
    /// The product of two matrices.
    case matrixProduct
    /// Whether the first number is at least the second; whether it is larger.
    case atLeast, above
    /// Whether two elements of any one kind are the same; of texts, byte by byte.
    case equal
    /// Whether both are true.
    case both
    /// The second input where the first is true, the third elsewhere, of any kind.
    case choose
    /// Tensors of any one kind, one behind the other in a direction.
    case join(axis: Int)
    /// The places of a direction that the second input names, of any kind.
    case pick(axis: Int)
    /// Numbers of truths: 1 and 0.
    case cast(to: Element)
    /// The sum in the directions that the second input names, which stay with an extent of 1.
    case sum
    /// The same without the directions that the second input names, each of an extent of 1.
    case squeeze

    /// What the format calls it.
    var name: String {
        switch self {
        case .abs: "Abs"
        case .sign: "Sign"
        case .floor: "Floor"
        case .squareRoot: "Sqrt"
        case .sigmoid: "Sigmoid"
        case .isNaN: "IsNaN"
        case .add: "Add"
        case .subtract: "Sub"
        case .multiply: "Mul"
        case .divide: "Div"
        case .larger: "Max"
        case .smaller: "Min"
        case .matrixProduct: "MatMul"
        case .atLeast: "GreaterOrEqual"
        case .above: "Greater"
        case .equal: "Equal"
        case .both: "And"
        case .choose: "Where"
        case .join: "Concat"
        case .pick: "Gather"
        case .cast: "Cast"
        case .sum: "ReduceSum"
        case .squeeze: "Squeeze"
        }
    }

    /// How it is set, besides its inputs.
    var attribute: (name: String, number: Int64)? {
        switch self {
        case .join(let axis), .pick(let axis): ("axis", Int64(axis))
        case .cast(let element): ("to", Int64(element.code.rawValue))
        case .sum: ("keepdims", 1)
        default: nil
        }
    }

    /// What it gives of inputs of these kinds; nil where it does not take them.
    func result(of inputs: [Element]) -> Element? {
        switch self {
        case .abs, .sign, .floor, .squareRoot, .sigmoid:
            inputs == [.double] ? .double : nil
        case .add, .subtract, .multiply, .divide, .larger, .smaller, .matrixProduct:
            inputs == [.double, .double] ? .double : nil
        case .isNaN: inputs == [.double] ? .boolean : nil
        case .atLeast, .above: inputs == [.double, .double] ? .boolean : nil
        case .equal: inputs.count == 2 && inputs[0] == inputs[1] ? .boolean : nil
        case .both: inputs == [.boolean, .boolean] ? .boolean : nil
        case .choose:
            inputs.count == 3 && inputs[0] == .boolean && inputs[1] == inputs[2] ? inputs[1] : nil
        case .join: Set(inputs).count == 1 ? inputs[0] : nil
        case .cast(let element): inputs == [.boolean] && element == .double ? element : nil
        case .sum: inputs == [.double, .int64] ? .double : nil
        case .squeeze, .pick: inputs.count == 2 && inputs[1] == .int64 ? inputs[0] : nil
        }
    }
}
