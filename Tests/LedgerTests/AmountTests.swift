// SPDX-License-Identifier: Apache-2.0
import Ledger
import Testing
import TestSupport

@Suite struct AmountTests {
    @Test func `an amount is never negative and at most 2 to the 62nd`() {
        #expect(Amount(microunits: -1) == nil)
        #expect(Amount(microunits: .min) == nil)
        #expect(Amount(microunits: Amount.largest) == .max)
        #expect(Amount(microunits: Amount.largest + 1) == nil)
        #expect(Amount(microunits: .max) == nil)
    }

    @Test func `sums and differences are checked at the edges`() {
        #expect(Amount.max.adding(1) == nil)
        #expect(Amount.max.adding(.max) == nil)
        #expect(Amount.max.adding(.zero) == .max)
        #expect(Amount.zero.subtracting(1) == nil)
        #expect(Amount.zero.subtracting(.max) == nil)
        #expect(Amount.max.subtracting(.max) == .zero)
        #expect([Amount.max, 1].total() == nil)
        #expect([Amount](repeating: 3, count: 5).total() == 15)
        #expect([Amount]().total() == .zero)
    }

    @Test(arguments: [
        ("12.345678", 12_345_678), ("0.000001", 1), ("0", 0), ("7", 7_000_000), ("7.5", 7_500_000),
        ("00012.30", 12_300_000), ("4611686018427.387904", Amount.largest),
    ])
    func `decimal text is read exactly`(text: String, microunits: Int64) {
        #expect(Amount(text)?.microunits == microunits)
    }

    @Test(arguments: [
        "", ".", ".5", "5.", "-1", "+1", "1e3", " 1", "1 ", "1,5", "1.2345678", "1.0000000", "1..2",
        "1.2.3", "٣", "0x10", "4611686018427.387905", "9223372036854.775807",
        "99999999999999999999",
        "9223372036854775807", "١.٥",
    ])
    func `anything else is refused`(text: String) { #expect(Amount(text) == nil) }

    @Test func `text written is text read`() {
        var random = Seeded(1)
        #expect(Amount.zero.description == "0.000000")
        #expect(Amount(12_345_678).description == "12.345678")
        #expect(Amount.max.description == "4611686018427.387904")
        #expect(Amount.text(-1) == "-0.000001")
        #expect(Amount.text(.min) == "-9223372036854.775808")
        for _ in 0..<2000 {
            let value =
                Int64.random(in: 0...Amount.largest, using: &random)
                >> Int64.random(in: 0...62, using: &random)
            let amount = Amount(microunits: value)
            #expect(amount != nil && Amount(amount?.description ?? "") == amount)
        }
    }

    @Test func `ids keep their bytes and their order`() {
        let id = AccountID(hex: "00112233445566778899aabbccddeeff")
        #expect(id?.hex == "00112233445566778899aabbccddeeff")
        #expect(id?.bytes.first == 0 && id?.bytes.last == 0xff)
        #expect(AccountID(bytes: [1, 2, 3]) == nil)
        #expect(AccountID(hex: "00112233445566778899AABBCCDDEEFF") == nil)
        #expect(TransferID(hex: "00") == nil)
        #expect(AccountID(high: 1, low: 0) > AccountID(high: 0, low: .max))
        #expect(TransferID(high: 1, low: 0) > TransferID(high: 0, low: .max))
    }
}
