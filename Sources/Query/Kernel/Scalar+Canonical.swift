// SPDX-License-Identifier: Apache-2.0
internal import Canon

extension Scalar {
    /// One spelling for one meaning; part of a study's canonical bytes.
    ///
    /// Every operation is a word and its parts in brackets, so two different expressions never have
    /// one spelling. The parts of AND and OR are sorted: their order means nothing.
    var canonical: String {
        switch self {
        case .column(let place): "c\(place)"
        case .constant(let value): "\(value)"
        case .add(let l, let r): spelled("add", [l, r])
        case .subtract(let l, let r): spelled("sub", [l, r])
        case .multiply(let l, let r, let shift): spelled("mul\(shift)", [l, r])
        case .divide(let l, let r, let shift): spelled("div\(shift)", [l, r])
        case .rescale(let x, let shift): spelled("up\(shift)", [x])
        case .absolute(let x): spelled("abs", [x])
        case .ratio(let x, let factor, let divisor): spelled("ratio\(factor):\(divisor)", [x])
        case .datePart(let part, let x): spelled(part.rawValue, [x])
        case .floored(let x, let divisor): spelled("floor\(divisor)", [x])
        case .rounded(let x, let divisor): spelled("round\(divisor)", [x])
        case .sign(let x): spelled("sign", [x])
        case .pair(let pair, let l, let r): spelled(pair.rawValue, [l, r])
        case .test(let x, let quantifier, let tests):
            "\(quantifier.rawValue)(\(([x.canonical] + tests.map(\.canonical)).joined(separator: ",")))"
        case .all: "and(\(conjuncts.map(\.canonical).sorted().joined(separator: ",")))"
        case .any: "or(\(disjuncts.map(\.canonical).sorted().joined(separator: ",")))"
        case .not(let x): spelled("not", [x])
        case .isNull(let x): spelled("null", [x])
        case .isIn(let x, let set):
            "in(\(x.canonical),\(set.sorted().map { "\($0)" }.joined(separator: ",")))"
        case .textIsIn(let place, let set):
            "text(c\(place),\(set.map { "\($0.bytes)" }.sorted().joined(separator: ",")))"
        case .clip(let x, let bounds):
            "clip(\(x.canonical),\(bounds.lowerBound),\(bounds.upperBound))"
        case .firstOf(let parts): spelled("first", parts)
        case .function(let function, let parts): spelled("function:\(function.digest.hex)", parts)
        case .choose(let arms, let otherwise):
            spelled("case", arms.flatMap { [$0.condition, $0.value] } + [otherwise])
        }
    }

    private func spelled(_ word: String, _ parts: [Scalar]) -> String {
        "\(word)(\(parts.map(\.canonical).joined(separator: ",")))"
    }

    private var conjuncts: [Scalar] {
        if case .all(let parts) = self { parts.flatMap(\.conjuncts) } else { [self] }
    }

    private var disjuncts: [Scalar] {
        if case .any(let parts) = self { parts.flatMap(\.disjuncts) } else { [self] }
    }
}

extension Scalar.Test {
    fileprivate var canonical: String {
        "\(sign.rawValue)\(shift):\(otherShift)(\(other.canonical))"
    }
}
