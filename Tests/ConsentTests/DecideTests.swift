// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Testing
import TestSupport

@testable import Consent

@Suite struct DecideTests {
    private func denial(
        _ grant: Grant, _ usage: Usage = Usage(), _ request: Request = request()
    ) -> Denial? {
        switch decide(grant, usage: usage, request: request) {
        case .allowed: nil
        case .denied(let denial): denial
        }
    }

    @Test func `what is granted is allowed`() throws {
        #expect(try decide(grant(), usage: Usage(), request: request()) == .allowed)
    }

    @Test func `an empty allow-list denies`() throws {
        #expect(try denial(grant(purposes: [])) == .noPurposes)
        #expect(try denial(grant(tables: [])) == .noTables)
        #expect(try denial(grant(), Usage(), request(tables: [])) == .noTables)
        #expect(try denial(grant(tables: []), Usage(), request(tables: [])) == .noTables)
        #expect(try denial(grant(uses: 0)) == .usedUp)
        #expect(try denial(grant(limit: 0)) == .privacySpent)
        #expect(try denial(grant(perStudy: 0)) == .studyTooCostly)
    }

    @Test(
        arguments: [
            ("dpv:Marketing", Denial.purposeNotGranted), ("dpv:PublicBenefit", .purposeNotGranted),
            ("dpv:Purpose", .unknownPurpose), ("", .unknownPurpose), ("*", .unknownPurpose),
            ("ResearchAndDevelopment", .unknownPurpose), ("dpv:AcademicResearch", nil),
            ("dpv:ResearchAndDevelopment", nil),
        ] as [(String, Denial?)]) func `the purpose is within a granted subtree`(
            purpose: String, wanted: Denial?
        ) throws
    {
        #expect(try denial(grant(), Usage(), request(purpose: purpose)) == wanted)
    }

    @Test func `a narrow grant does not allow the broader purpose`() throws {
        let narrow = try grant(purposes: purposes("AcademicResearch"))
        let broad = request(purpose: "dpv:ResearchAndDevelopment")
        #expect(denial(narrow, Usage(), broad) == .purposeNotGranted)
    }

    @Test func `only listed tables are read, and all of them are checked`() throws {
        let two = try grant(tables: ["activity_days", "profile"])
        #expect(denial(two, Usage(), request(tables: ["profile"])) == nil)
        #expect(denial(two, Usage(), request(tables: ["profile", "activity_days"])) == nil)
        let more = request(tables: ["profile", "activity_days", "places"])
        #expect(denial(two, Usage(), more) == .tableNotGranted)
    }

    @Test func `another pool is denied, also one that only looks the same`() throws {
        #expect(try denial(grant(), Usage(), request(pool: "pool:sleep")) == .otherPool)
        // The Kelvin sign: equal to "K" for Swift's ==.
        let kelvin = try grant(pool: "K")
        #expect(denial(kelvin, Usage(), request(pool: "\u{212A}")) == .otherPool)
        #expect(denial(kelvin, Usage(), request(pool: "K")) == nil)
    }

    @Test(
        arguments: [(-1, .notStarted), (0, nil), (99, nil), (100, .expired)] as [(Int64, Denial?)])
    func `a study starts from the start and before the end`(time: Int64, wanted: Denial?) throws {
        let short = try grant(starts: 0, expires: 100)
        #expect(denial(short, Usage(), request(time: time)) == wanted)
    }

    @Test func `the last millisecond before the end counts`() throws {
        let short = try grant(starts: 0, expires: 100)
        let end = at(100)
        let ask = { (time: Timestamp) in
            Request(
                pool: "pool:steps", tables: ["activity_days"], purpose: "dpv:AcademicResearch",
                price: 100, rho: 1, time: time)
        }
        #expect(denial(short, Usage(), ask(end.adding(milliseconds: -1))) == nil)
        #expect(denial(short, Usage(), ask(end)) == .expired)
        #expect(denial(short, Usage(), ask(Timestamp(milliseconds: .max))) == .expired)
        #expect(denial(short, Usage(), ask(Timestamp(milliseconds: .min))) == .notStarted)
    }

    @Test func `a grant is used as often as it says`() throws {
        let three = try grant(uses: 3)
        #expect(denial(three, Usage(studies: 2)) == nil)
        #expect(denial(three, Usage(studies: 3)) == .usedUp)
        #expect(denial(three, Usage(studies: .max)) == .usedUp)
        #expect(try denial(grant(uses: .max), Usage(studies: .max)) == .usedUp)
    }

    @Test func `the price reaches the floor`() throws {
        #expect(try denial(grant(priceFloor: 100), Usage(), request(price: 99)) == .priceBelowFloor)
        #expect(try denial(grant(priceFloor: 100), Usage(), request(price: 100)) == nil)
        #expect(try denial(grant(priceFloor: 0), Usage(), request(price: 0)) == nil)
        #expect(try denial(grant(priceFloor: 0), Usage(), request(price: -1)) == .priceBelowFloor)
        #expect(try denial(grant(priceFloor: .max), Usage(), request(price: .max)) == nil)
    }

    @Test func `one study costs no more than one may`() throws {
        #expect(try denial(grant(perStudy: 100), Usage(), request(rho: 100)) == nil)
        #expect(try denial(grant(perStudy: 100), Usage(), request(rho: 101)) == .studyTooCostly)
        #expect(try denial(grant(), Usage(), request(rho: 0)) == .noPrivacyCost)
    }

    @Test func `spent and reserved privacy both count, up to the last unit`() throws {
        let thousand = try grant(limit: 1000, perStudy: 1000)
        #expect(denial(thousand, Usage(spent: 600, reserved: 300)) == nil)
        #expect(denial(thousand, Usage(spent: 600, reserved: 301)) == .privacySpent)
        #expect(denial(thousand, Usage(spent: 601, reserved: 300)) == .privacySpent)
        #expect(denial(thousand, Usage(spent: 1000)) == .privacySpent)
        #expect(denial(thousand, Usage(spent: 5000)) == .privacySpent)
    }

    @Test func `sums beyond 64 bits are denied`() throws {
        let all = try grant(limit: .max, perStudy: .max)
        #expect(denial(all, Usage(), request(rho: .max)) == nil)
        #expect(denial(all, Usage(spent: 1), request(rho: .max)) == .privacySpent)
        #expect(denial(all, Usage(spent: .max, reserved: .max), request(rho: 1)) == .privacySpent)
        #expect(denial(all, Usage(spent: .max), request(rho: .max)) == .privacySpent)
        #expect(denial(all, Usage(spent: .max - 1), request(rho: 1)) == nil)
    }

    @Test func `a recorded withdrawal denies, even a request that claims an earlier time`() throws {
        let withdrawn = Usage(withdrawn: at(500))
        for time in [0, 499, 500, 501] as [Int64] {
            #expect(try denial(grant(), withdrawn, request(time: time)) == .withdrawn)
        }
        #expect(try denial(grant(), Usage(superseded: true)) == .superseded)
    }

    @Test func `every reason has a code of its own and a sentence`() throws {
        #expect(Set(Denial.allCases.map(\.code)).count == Denial.allCases.count)
        for denial in Denial.allCases {
            #expect(denial.sentence.hasSuffix("."))
            #expect(
                denial.code.utf8.allSatisfy { (0x61...0x7a).contains($0) || $0 == 0x2d })
        }
    }

    @Test func `of several reasons the first in order is named`() throws {
        var usage = Usage(
            studies: .max, spent: .max, reserved: .max, withdrawn: at(0), superseded: true)
        var bad = try grant(tables: [], purposes: [], perStudy: 0, uses: 0, starts: 50, expires: 60)
        let ask = request(pool: "x", purpose: "y", price: -1, rho: 0)
        #expect(denial(bad, usage, ask) == .withdrawn)
        usage.withdrawn = nil
        #expect(denial(bad, usage, ask) == .superseded)
        usage.superseded = false
        #expect(denial(bad, usage, ask) == .otherPool)
        bad = try grant(pool: "x", tables: [], purposes: [])
        #expect(denial(bad, usage, ask) == .noPurposes)
    }

    /// A refusal cannot depend on data, for the module that decides can name none: it imports
    /// canonical bytes and keys, and neither rows nor files nor clocks.
    @Test func `a refusal does not depend on data`() throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Sources/Consent")
        let files = try #require(
            FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var imports: Set<Substring> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
            imports.formUnion(
                lines.filter { $0.contains("import ") && !$0.contains("//") }
                    .map { $0.split(separator: " ").last! })
        }
        #expect(imports == ["Canon", "Identity"])
    }

    /// Total and monotone: the decision comes from grant, use and request alone, never traps, and
    /// a budget that is further used never allows more.
    @Test func `the decision is total, repeatable and monotone`() throws {
        var random = Seeded(3)
        let edges: [UInt64] = [0, 1, 99, 100, 101, 1 << 40, 1 << 63, .max - 1, .max]
        var allowed = 0
        for _ in 0..<20_000 {
            func edge() -> UInt64 { edges.randomElement(using: &random)! }
            let one = try grant(
                limit: edge(), perStudy: edge(), uses: UInt32(truncatingIfNeeded: edge()))
            let usage = Usage(
                studies: UInt32(truncatingIfNeeded: edge()), spent: edge(), reserved: edge())
            let ask = request(rho: edge(), time: .random(in: -1...1000, using: &random))
            let first = decide(one, usage: usage, request: ask)
            #expect(first == decide(one, usage: usage, request: ask))
            if first.isAllowed { allowed += 1 }
            var more = usage
            more.spent = more.spent == .max ? .max : more.spent + 1
            if !first.isAllowed { #expect(!decide(one, usage: more, request: ask).isAllowed) }
        }
        #expect(allowed > 100)
    }
}
