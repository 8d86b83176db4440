// SPDX-License-Identifier: Apache-2.0

extension KoalaBear5 {
    /// The p-th power, which is linear over the base field: 20 products.
    ///
    /// It leaves the base field alone, and five times in a row it leaves everything alone.
    public var frobenius: KoalaBear5 { image(Self.powersOfXToP) }

    /// The p²-th power: the Frobenius map twice, at the price of once.
    public var frobeniusTwice: KoalaBear5 { image(Self.powersOfXToPSquared) }

    /// The product of the five conjugates x, x^p, ..., x^(p⁴), an element of the base field.
    public var norm: KoalaBear { (self * otherConjugates).c0 }

    /// The number that gives one with this one; zero for zero.
    ///
    /// The product of the other four conjugates, divided by the norm (Itoh and Tsujii 1988):
    /// about 180 products.
    public var inverseOrZero: KoalaBear5 {
        let others = otherConjugates
        return others * (self * others).c0.inverseOrZero
    }

    /// x^(p + p² + p³ + p⁴).
    private var otherConjugates: KoalaBear5 {
        let pair = frobenius * frobeniusTwice
        return pair * pair.frobeniusTwice
    }

    private func image(_ rows: [KoalaBear5]) -> KoalaBear5 {
        rows[0] * c1 + rows[1] * c2 + rows[2] * c3 + rows[3] * c4 + c0
    }

    /// X^p, X^(2p), X^(3p), X^(4p).
    private static let powersOfXToP = powers(of: [
        1_576_402_667, 1_173_144_480, 1_567_662_457, 1_206_866_823, 2_428_146,
    ])

    /// X^(p²), X^(2p²), X^(3p²), X^(4p²).
    private static let powersOfXToPSquared = powers(of: [
        361_322_221, 1_970_254_932, 446_925_412, 2_022_674_657, 1_632_465_862,
    ])

    /// Both sets of images as centred words, for the kernel that inverts many.
    static let images: [UInt32] = (powersOfXToP + powersOfXToPSquared).flatMap { image in
        image.coefficients.map(\.centredWord)
    }

    private static func powers(of root: [UInt64]) -> [KoalaBear5] {
        let c = root.map { KoalaBear(reducing: $0) }
        let x = KoalaBear5(c[0], c[1], c[2], c[3], c[4])
        return [x, x * x, x * x * x, x * x * (x * x)]
    }
}
