// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

/// The published known answers, read from the files beside the tests.
enum Vectors {
    /// Every entry of dp-vectors.json.
    static let all: [Entry] = {
        let entries = (try? file("dp-vectors.json"))?["vectors"] as? [[String: Any]] ?? []
        return entries.map { Entry(fields: $0) }
    }()

    /// A file of the Vectors folder as parsed JSON.
    static func file(_ name: String) throws -> [String: Any] {
        let url = Bundle.module.bundleURL.appendingPathComponent("Vectors/\(name)")
        let parsed = try JSONSerialization.jsonObject(with: Data(contentsOf: url))
        return try #require(parsed as? [String: Any])
    }

    /// One entry of dp-vectors.json by its id.
    static func entry(_ id: String) throws -> Entry {
        try #require(all.first { $0.id == id })
    }

    /// One known answer. Its fields are read once and never changed.
    struct Entry: @unchecked Sendable, CustomTestStringConvertible {
        let fields: [String: Any]

        var id: String { fields["id"] as? String ?? "" }
        var testDescription: String { id }

        private func any(_ name: String) throws -> Any {
            let inputs = try #require(fields["inputs"] as? [String: Any])
            return try #require(inputs[name])
        }

        func input(_ name: String) throws -> String { try #require(any(name) as? String) }

        func inputs(_ name: String) throws -> [String] { try #require(any(name) as? [String]) }

        func list(_ name: String) throws -> [Int] { try #require(any(name) as? [Int]) }

        func double(_ name: String) throws -> Double { try #require(Double(input(name))) }

        func integer(_ name: String) throws -> Int { try #require(Int(input(name))) }

        func integers() throws -> [Int64] {
            try #require(fields["value"] as? [Int]).map(Int64.init)
        }

        func number() throws -> Double {
            let text = try #require(fields["value"] as? String)
            return try #require(Double(text))
        }

        /// A part of a value of several.
        func part(_ name: String) throws -> Any {
            try #require((fields["value"] as? [String: Any])?[name])
        }

        func number(_ name: String) throws -> Double {
            let text = try #require(part(name) as? String)
            return try #require(Double(text))
        }

        func whole(_ name: String) throws -> Int { try #require(part(name) as? Int) }

        func moments(_ name: String) throws -> (sum: Int64, squares: Int64) {
            let values = try #require(part(name) as? [String: Int])
            let (sum, squares) = (try #require(values["sum"]), try #require(values["sumsq"]))
            return (Int64(sum), Int64(squares))
        }
    }
}
