// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Privacy

@Suite struct PrivacyTargetTests {
    @Test(arguments: [
        ("1", "1"), ("1.0", "1"), ("001.500", "1.5"), (".5", "0.5"), ("0.5", "0.5"),
        ("1e-7", "1e-7"), ("10E-8", "1e-7"), ("0.0000001", "1e-7"), ("1e+2", "100"),
        ("123456789012345678", "123456789012345678"), ("2.5e-5", "0.000025"),
        ("1234e-9", "0.000001234"), ("1.25e-7", "1.25e-7"), ("3e20", "3e20"), ("64", "64"),
    ])
    func `one number has one spelling`(text: String, canonical: String) throws {
        let number = try #require(ExactDecimal(text))
        #expect("\(number)" == canonical)
        #expect(ExactDecimal(canonical) == number)
    }

    @Test(arguments: [
        "", " ", "0", "0.0", "0e5", "-1", "+1", "1.", ".", "e5", "1e", "1e-", "1e100", "1,5", "1_0",
        "0x1", "inf", "nan", "1 ", "1.2.3", "1e5.5", "1234567890123456789", "١", "½",
        String(repeating: "0", count: 65) + "1",
    ])
    func `what is not a positive decimal number is refused`(text: String) {
        #expect(ExactDecimal(text) == nil)
    }

    @Test func `numbers are compared exactly`() throws {
        let ascending = [
            "1e-99", "9.99e-31", "1e-30", "0.009999999999999999", "0.01", "0.010000000000000001",
            "1", "63.9999999999999999", "64", "64.0000000000000001", "1e2", "101", "9e99",
        ].compactMap(ExactDecimal.init)
        #expect(ascending.count == 13)
        for (i, left) in ascending.enumerated() {
            for (j, right) in ascending.enumerated() {
                #expect((left < right) == (i < j))
            }
        }
    }

    @Test func `bounds are kept to the last digit`() throws {
        #expect(throws: Never.self) { try PrivacyTarget(epsilon: "64", delta: "1e-30") }
        #expect(throws: Never.self) {
            try PrivacyTarget(epsilon: "1e-5", delta: "0.00999999999999999999")
        }
        #expect(throws: PrivacyTargetError.self) {
            try PrivacyTarget(epsilon: "64.0000000000000001", delta: "1e-7")
        }
        #expect(throws: PrivacyTargetError.self) { try PrivacyTarget(epsilon: "1", delta: "0.01") }
        #expect(throws: PrivacyTargetError.self) {
            try PrivacyTarget(epsilon: "1", delta: "9e-31")
        }
        #expect(throws: PrivacyTargetError.epsilonNotANumber("0")) {
            try PrivacyTarget(epsilon: "0", delta: "1e-7")
        }
        #expect(throws: PrivacyTargetError.deltaNotANumber("-1e-7")) {
            try PrivacyTarget(epsilon: "1", delta: "-1e-7")
        }
    }

    @Test func `a refusal says what and how to mend it`() {
        #expect(
            "\(PrivacyTargetError.deltaNotANumber("x"))"
                == "delta 'x' is not a positive decimal number; write for example 1e-7")
    }

    @Test(arguments: [
        (1.0, 4, "1", "1"), (1.23456, 3, "1.24", "1.23"), (0.99999, 2, "1", "0.99"),
        (1e-7, 3, "1e-7", "1e-7"), (123_456, 2, "130000", "120000"), (0, 4, "0", "0"),
        (1e-200, 2, "1e-200", "1e-200"),
        (1.0000001e-200, 2, "1.1e-200", "1e-200"),
    ])
    func `shown numbers stay on their side`(value: Double, digits: Int, up: String, down: String) {
        #expect(DisplayNumber(value, rounding: .up).text(digits: digits) == up)
        #expect(DisplayNumber(value, rounding: .down).text(digits: digits) == down)
    }
}
