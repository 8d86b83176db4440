// SPDX-License-Identifier: Apache-2.0
import Crypto
import Fields
import Foundation
import Testing

@testable import Settlement

/// The digests of all circuits, which verifiers that share nothing with this program hold against the tape that they are
/// given: whoever makes a proof could else give a tape along that asks for nothing.
@Suite struct CircuitDigestTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func digests() throws -> [(name: String, digest: String)] {
        var found: [(String, String)] = []
        for hash in StateHash.allCases {
            for range in 3...7 {
                for hashes in SettlementCircuit.Hashes.allCases {
                    guard
                        let bytes = try SettlementCircuit.bytes(
                            hash: hash, range: range, hashes: hashes)
                    else {
                        #expect(range == 3 && hashes == .wide, "no class is so")
                        continue
                    }
                    let digest = SHA256.hash(data: bytes).map { String(format: "%02x", $0) }
                    found.append(("\(hash.rawValue)-\(range)-\(hashes.rawValue)", digest.joined()))
                }
            }
        }
        return found
    }

    @Test(arguments: [
        "docs/formats/settlement.md", "Tests/interop/settlement.py",
        "Sources/WebUI/Assets/settlement.js",
    ])
    func `each verifier knows every circuit by its digest`(file: String) throws {
        let text = try String(
            contentsOf: CircuitDigestTests.root.appending(path: file), encoding: .utf8)
        let digests = try digests()
        #expect(Set(digests.map(\.digest)).count == digests.count, "no two are alike")
        for (name, digest) in digests {
            // The name stands before its digest, on the same line.
            let line = text.split(separator: "\n").first { $0.contains(digest) }
            #expect(line?.contains(name) == true, "\(file): \(name) \(digest)")
        }
    }
}
