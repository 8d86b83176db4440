// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The published known answers, read from the files beside the tests.
enum Vectors {
    /// A file of the Vectors folder as parsed JSON.
    static func file(_ name: String) throws -> [String: Any] {
        let url = Bundle.module.bundleURL.appendingPathComponent("Vectors/\(name)")
        let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
        return try #require(parsed as? [String: Any])
    }

    /// One entry of dp-vectors.json by its id.
    static func entry(_ id: String) throws -> Entry {
        let entries = try #require(file("dp-vectors.json")["vectors"] as? [[String: Any]])
        return Entry(fields: try #require(entries.first { $0["id"] as? String == id }))
    }

    struct Entry {
        let fields: [String: Any]

        func input(_ name: String) throws -> String {
            let inputs = try #require(fields["inputs"] as? [String: Any])
            return try #require(inputs[name] as? String)
        }

        func inputs(_ name: String) throws -> [String] {
            let inputs = try #require(fields["inputs"] as? [String: Any])
            return try #require(inputs[name] as? [String])
        }

        func integers() throws -> [Int64] {
            try #require(fields["value"] as? [Int]).map(Int64.init)
        }

        func number() throws -> Double {
            let text = try #require(fields["value"] as? String)
            return try #require(Double(text))
        }

        func moments(_ name: String) throws -> (sum: Int64, squares: Int64) {
            let values = try #require(fields["value"] as? [String: [String: Int]])
            let sum = try #require(values[name]?["sum"])
            let squares = try #require(values[name]?["sumsq"])
            return (Int64(sum), Int64(squares))
        }
    }
}
