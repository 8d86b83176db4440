// SPDX-License-Identifier: Apache-2.0
import Consent
import Testing

@testable import Node

/// What RETRAIN MODEL takes beside the name of a model.
@Suite struct RetrainTests {
    private let own = Purpose("dpv:AcademicResearch")!

    @Test(arguments: [nil, "dpv:AcademicResearch"])
    func `it is for the purpose that the model has, said or not`(purpose: String?) throws {
        try Node.checkRetraining(for: purpose, bringing: 0, of: own)
    }

    @Test(
        arguments: [
            ("dpv:ResearchAndDevelopment", 0), ("nonsense", 0), (nil, 1),
            ("dpv:AcademicResearch", 2),
        ] as [(String?, Int)])
    func `another purpose, and models, are refused rather than dropped`(
        purpose: String?, models: Int
    ) throws {
        let problem = #expect(throws: Problem.self) {
            try Node.checkRetraining(for: purpose, bringing: models, of: own)
        }
        #expect(problem?.code == "format")
    }
}
