// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@testable import Consent

@Suite struct PurposeTreeTests {
    @Test func `the list is pinned by its digest`() {
        #expect(PurposeTree.version == "dpv-2.3/1")
        #expect(PurposeTree.all.count == 44)
        #expect(
            PurposeTree.digest.hex
                == "16829d74fba65176240a8aedd8fb72191b06c928f359b9346936587e938c1d1b",
            "a changed list needs a new version, or grants that were signed change their meaning")
    }

    @Test func `purposes stand in order, each once, and fit 64 bits`() {
        let names = PurposeTree.rows.map(\.name)
        #expect(names == names.sorted())
        #expect(Set(names).count == names.count)
        #expect(names.count <= 64)
    }

    @Test func `every broader purpose is in the list and nothing is above itself`() {
        for row in PurposeTree.rows {
            for broader in row.broader { #expect(Purpose("dpv:\(broader)") != nil) }
        }
        for purpose in PurposeTree.all {
            for parent in purpose.parents {
                #expect(!PurposeTree.covers(granted: [purpose], asked: parent))
            }
        }
    }

    @Test(arguments: [
        "", "dpv:", "dpv:Purpose", "ResearchAndDevelopment", "dpv:researchanddevelopment",
        "dpv:ResearchAndDevelopment ", "dpv:SellDataToThirdParties", "dpv:PoliticalCampaign",
        "https://w3id.org/dpv#ResearchAndDevelopment", "dpv:\u{212A}",
        "dpv:ResearchAndDevelopment\0",
    ]) func `only the exact id of a listed purpose is one`(id: String) {
        #expect(Purpose(id) == nil)
    }

    @Test func `an id reads back`() {
        for purpose in PurposeTree.all { #expect(Purpose(purpose.id) == purpose) }
    }

    @Test func `a grant covers its own subtree and nothing else`() {
        let research = purposes("ResearchAndDevelopment")
        let covered = PurposeTree.all.filter { PurposeTree.covers(granted: research, asked: $0) }
        #expect(
            covered.map(\.id) == [
                "dpv:AcademicResearch", "dpv:CommercialResearch", "dpv:NonCommercialResearch",
                "dpv:ResearchAndDevelopment", "dpv:ScientificResearch",
            ])
    }

    @Test func `a narrow grant does not cover what is broader`() {
        let academic = purposes("AcademicResearch")
        let covered = PurposeTree.all.filter { PurposeTree.covers(granted: academic, asked: $0) }
        #expect(covered == [Purpose("dpv:AcademicResearch")])
    }

    @Test func `subtrees reach down any number of steps`() {
        let deep = Purpose("dpv:ProvideProductRecommendations")!
        #expect(PurposeTree.covers(granted: purposes("ServiceManagement"), asked: deep))
        #expect(PurposeTree.covers(granted: purposes("Personalisation"), asked: deep))
        #expect(!PurposeTree.covers(granted: purposes("ServiceProvision"), asked: deep))
    }

    @Test func `an empty set covers nothing`() {
        for purpose in PurposeTree.all {
            #expect(!PurposeTree.covers(granted: [], asked: purpose))
        }
    }

    @Test func `no grant outside marketing reaches an advertisement`() {
        let marketing = purposes("Marketing")
        let inside = PurposeTree.all.filter { PurposeTree.covers(granted: marketing, asked: $0) }
        let outside = Set(PurposeTree.all).subtracting(inside)
        for purpose in inside { #expect(!PurposeTree.covers(granted: outside, asked: purpose)) }
        #expect(inside.count == 5)
    }

    @Test func `no single purpose covers all`() {
        for purpose in PurposeTree.all {
            #expect(
                !PurposeTree.all.allSatisfy { PurposeTree.covers(granted: [purpose], asked: $0) })
        }
    }

    /// Covering, written the slow way: walk up from the asked purpose.
    @Test func `covering agrees with a walk up the tree`() {
        func walk(_ granted: Set<Purpose>, _ asked: Purpose) -> Bool {
            granted.contains(asked) || asked.parents.contains { walk(granted, $0) }
        }
        var random = Seeded(1)
        for _ in 0..<2000 {
            let granted = Set(
                PurposeTree.all.shuffled(using: &random).prefix(.random(in: 0...6, using: &random)))
            let asked = PurposeTree.all.randomElement(using: &random)!
            #expect(
                PurposeTree.covers(granted: granted, asked: asked) == walk(granted, asked))
        }
    }
}
