// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Privacy

/// Check 2 of the reference: the test of the law must see the faults that real samplers had; one that sees none proves nothing.
@Suite struct SamplerFaultTests {
    struct Case: CustomTestStringConvertible {
        let fault: PlantedFault.Fault
        let isGaussian: Bool
        let scale: UInt64
        let draws: Int

        var testDescription: String {
            "\(fault.rawValue), \(isGaussian ? "DGauss" : "DLap")(\(scale))"
        }

        var pValue: Double {
            let sampler = PlantedFault(fault: fault)
            let law: Law = isGaussian ? .gaussian(Int64(scale)) : .laplace(Int64(scale))
            return law.pValue(draws: draws, seed: 4) {
                isGaussian ? sampler.gaussian(scale, &$0) : sampler.laplace(scale, &$0)
            }
        }
    }

    // The draws are chosen so that the worst of ten seeds still fails by a factor of a hundred.
    static let faults = [
        Case(fault: .scaleTwoPercentWide, isGaussian: false, scale: 10, draws: 400_000),
        Case(fault: .scaleTwoPercentWide, isGaussian: true, scale: 5, draws: 200_000),
        Case(fault: .signBias, isGaussian: true, scale: 5, draws: 300_000),
        Case(fault: .zeroDoubled, isGaussian: false, scale: 1, draws: 5000),
        Case(fault: .zeroDoubled, isGaussian: true, scale: 5, draws: 10_000),
        Case(fault: .flooredDivision, isGaussian: true, scale: 5, draws: 250_000),
        Case(fault: .moduloBias, isGaussian: false, scale: 100, draws: 30_000),
        Case(fault: .moduloBias, isGaussian: true, scale: 99, draws: 30_000),
    ]

    @Test(arguments: faults)
    func `a planted fault is seen`(fault: Case) {
        #expect(fault.pValue < Law.falseAlarm)
    }

    @Test func `without a fault the same code passes`() {
        #expect(
            Case(fault: .none, isGaussian: true, scale: 5, draws: 50_000).pValue > Law.falseAlarm)
        #expect(
            Case(fault: .none, isGaussian: false, scale: 10, draws: 50_000).pValue
                > Law.falseAlarm)
    }
}
