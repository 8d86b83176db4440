// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Testing

/// The shape of the house, read from the sources themselves.
@Suite struct HouseTests {
    /// What each target may import of ours. An arrow that is not here points up.
    private static let arrows: [String: Set<String>] = [
        "Canon": [],
        "Privacy": [],
        "Fields": ["CFields"],
        "Stark": ["Fields"],
        "Value": [],
        "Trees": [],
        "ONNX": [],
        "Erasure": ["Canon"],
        "SecureSum": ["Canon", "Identity", "Privacy"],
        "Settlement": ["Fields", "Stark", "Ledger"],
        "AnswerProof": ["Fields", "Stark"],
        "Identity": ["Canon"],
        "Ledger": ["Canon", "Identity"],
        "Consent": ["Canon", "Identity"],
        "Vault": ["Canon", "Identity"],
        "Study": ["Canon", "Privacy", "SecureSum", "Vault"],
        "Storage": ["Canon", "Identity", "Ledger", "Vault"],
        "Intake": ["Canon", "Vault", "CZip"],
        "Query": ["Canon", "Privacy", "Vault", "Study"],
        "Learn": ["Canon", "ONNX", "Privacy", "Trees", "Value", "Vault", "Study", "Query"],
        "OwnRows": ["Canon", "Vault", "Study", "Intake", "Query", "Learn"],
        "Simulation": ["Canon", "Privacy", "Value", "Vault", "Study", "Query", "Learn"],
        "Market": [
            "Canon", "Identity", "Ledger", "Consent", "Vault", "Fields", "Settlement",
            "AnswerProof",
        ],
        "Edge": [
            "Canon", "Identity", "Privacy", "SecureSum", "Ledger", "Consent", "Vault", "Study",
            "Query", "Learn", "Market",
        ],
        "Exchange": [
            "Canon", "Identity", "Privacy", "Ledger", "Consent", "Vault", "Study", "Storage",
            "Intake", "Query", "Learn", "Fields", "Stark", "Settlement", "AnswerProof", "Market",
            "Edge", "Erasure",
        ],
        "WebUI": ["Canon"],
        "Node": [
            "WebUI", "Exchange", "Canon", "Identity", "Privacy", "Ledger", "Consent", "Vault",
            "Study", "Intake", "Query", "Learn", "Market", "Edge", "Fields", "Settlement",
        ],
        "dividend": [
            "Node", "Exchange", "Canon", "Identity", "Privacy", "Ledger", "Consent", "Vault",
            "Study",
            "Intake", "Query", "Learn", "OwnRows", "Simulation", "Market", "Fields", "Stark",
            "Settlement",
            "AnswerProof", "CEdit", "Edge",
        ],
        "bench": [
            "Exchange", "Canon", "Identity", "Privacy", "Ledger", "Consent", "Vault", "Study",
            "Storage", "Intake", "Query", "Learn", "Market", "Fields", "Value", "Trees",
            "SecureSum", "Settlement", "Edge",
        ],
    ]

    /// What targets may import of others.
    private static let foreign: Set<String> = [
        "Foundation", "FoundationEssentials", "Crypto", "CryptoExtras", "AsyncHTTPClient",
        "NIOHTTP1", "NIOPosix",
        "GRDB", "GRDBSQLite",
        "ArgumentParser", "Glibc",
        "Darwin",
        "Synchronization", "Dispatch", "Hummingbird", "HTTPTypes", "Logging", "NIOCore",
        "ServiceLifecycle", "Mustache", "SwiftProtobuf",
    ]

    /// Canon hashes, Vault opens segments and SecureSum masks with BoringSSL's C functions directly; docs/decisions say
    /// why.
    private static let exceptions: [String: Set<String>] = [
        "Canon": ["CCryptoBoringSSL"], "Vault": ["CCryptoBoringSSL"],
        "SecureSum": ["CCryptoBoringSSL"],
    ]

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private struct Source {
        let target: String
        let path: String
        let lines: [Substring]
    }

    private static func sources() throws -> [Source] {
        let folder = root.appendingPathComponent("Sources")
        let files = try #require(
            FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var sources: [Source] = []
        for case let file as URL in files where file.pathExtension == "swift" {
            let path = String(file.path.dropFirst(folder.path.count + 1))
            let text = try String(contentsOf: file, encoding: .utf8)
            sources.append(
                Source(
                    target: String(path.prefix { $0 != "/" }), path: path,
                    lines: text.split(separator: "\n", omittingEmptySubsequences: false)))
        }
        #expect(sources.count > 100)
        return sources
    }

    /// The module that a line imports.
    private static func imported(_ line: Substring) -> String? {
        var words = line.split(separator: " ")
        if let first = words.first, ["public", "package", "internal", "@testable"].contains(first) {
            words.removeFirst()
        }
        guard words.count >= 2, words[0] == "import" else { return nil }
        let kinds: Set<Substring> = ["struct", "enum", "class", "protocol", "func"]
        let name = kinds.contains(words[1]) ? words[2] : words[1]
        return name.split(separator: ".").first.map(String.init)
    }

    @Test func `arrows only go down`() throws {
        for source in try HouseTests.sources() {
            let allowed = try #require(
                HouseTests.arrows[source.target], "\(source.target) is not in the table of arrows")
            for line in source.lines {
                guard let module = HouseTests.imported(line) else { continue }
                let isAllowed =
                    allowed.contains(module) || HouseTests.foreign.contains(module)
                    || HouseTests.exceptions[source.target]?.contains(module) == true
                #expect(isAllowed, "\(source.path) imports \(module)")
            }
        }
    }

    @Test func `the manifest gives no target more than its arrows`() throws {
        let manifest = try String(
            contentsOf: HouseTests.root.appendingPathComponent("Package.swift"), encoding: .utf8)
        for (target, arrows) in HouseTests.arrows {
            let pattern = try Regex(
                "arget\\(\\s*name: \"\(target)\"[^\\[]*dependencies: \\[([^\\]]*)\\]")
            let match = try #require(
                manifest.firstMatch(of: pattern), "\(target) is not in the manifest")
            let list = String(match.output[1].substring ?? "")
            let names = list.matches(of: /"(\w+)"/).map { String($0.output.1) }
            for name in names { #expect(arrows.contains(name), "\(target) depends on \(name)") }
        }
    }

    /// What nobody is hidden in has one door, and nothing that holds others' rows knows of it.
    @Test func `sums without noise are made of files alone`() throws {
        let importers = HouseTests.arrows.filter { $0.value.contains("OwnRows") }.map(\.key)
        #expect(
            importers == ["dividend"], "the command alone, which reads a file that is named to it")
        let outlaws = ["Exchange", "Node", "Market", "Edge", "Storage", "Simulation"]
        #expect(HouseTests.arrows["OwnRows"]?.isDisjoint(with: outlaws) == true)
        // Who may name what: the training, its steps' numbers before they are clipped, its questions, and the file.
        let doors: [(word: String, targets: Set<String>)] = [
            ("OwnTraining(", ["OwnRows"]), ("Contribution(", ["Study", "OwnRows"]),
            ("ofOwn:", ["Query", "Learn", "OwnRows"]), ("OwnQuestion(", ["Query", "OwnRows"]),
            ("OwnRows(", ["dividend"]), ("pool: pool, isOwn: true", ["Query"]),
            ("keepingTexts: true", ["Query"]),
        ]
        var seen: Set<String> = []
        for source in try HouseTests.sources() {
            for (number, line) in source.lines.enumerated() {
                for door in doors where line.contains(door.word) {
                    seen.insert(door.word)
                    #expect(
                        door.targets.contains(source.target),
                        "\(source.path):\(number + 1) has \(door.word)")
                }
            }
        }
        #expect(seen.count == doors.count)
    }

    @Test func `no file is longer than 400 lines`() throws {
        // What protoc makes of a schema is as long as it is; nobody reads it.
        for source in try HouseTests.sources() where !source.path.hasSuffix(".pb.swift") {
            #expect(source.lines.count <= 401, "\(source.path)")
        }
    }

    @Test func `every public declaration has a doc comment`() throws {
        let starts = ["public ", "open "]
        for source in try HouseTests.sources() {
            for (number, line) in source.lines.enumerated() {
                let text = line.drop { $0 == " " }
                guard starts.contains(where: { text.hasPrefix($0) }),
                    HouseTests.imported(text) == nil, !text.hasPrefix("public extension")
                else { continue }
                #expect(
                    HouseTests.isDocumented(source.lines, number),
                    "\(source.path):\(number + 1) \(text)")
            }
        }
    }

    /// Whether the lines above a declaration end in a doc comment; attributes may lie between.
    private static func isDocumented(_ lines: [Substring], _ number: Int) -> Bool {
        var above = number - 1
        while above >= 0 {
            let text = lines[above].drop { $0 == " " }
            if text.hasPrefix("///") { return true }
            guard text.hasPrefix("@") || text.hasPrefix("#if") else { return false }
            above -= 1
        }
        return false
    }

    @Test func `sources hold no unfinished work and no traps`() throws {
        let words = ["TODO", "FIXME", "XXX", "fatalError(", "try!", "@unchecked Sendable"]
        for source in try HouseTests.sources() {
            for (number, line) in source.lines.enumerated() {
                for word in words where line.contains(word) {
                    let reason = number > 0 ? source.lines[number - 1] : ""
                    let isExplained = word == "@unchecked Sendable" && reason.contains("//")
                    #expect(isExplained, "\(source.path):\(number + 1) has \(word)")
                }
            }
        }
    }

    @Test func `no floating point stands near noise, rows, budgets or money`() throws {
        let exact: Set<String> = [
            "Ledger", "Market", "Consent", "Study", "Vault", "Exchange", "Storage", "Identity",
        ]
        let folders = ["Privacy/Noise", "Privacy/Clip", "Privacy/Random", "Query/Kernel"]
        // Here only widths for people are reckoned, after everything was drawn or charged, and a
        // radius is chosen by numbers that have their noise.
        let shown = [
            "Privacy/Mechanism/GaussianMechanism.swift", "Study/Release/ClipEstimate.swift",
            "Study/Release/NoisedAnswer+JSON.swift",
        ]
        var looked = 0
        for source in try HouseTests.sources() where !shown.contains(source.path) {
            guard
                exact.contains(source.target) || folders.contains(where: source.path.hasPrefix)
                    || source.path.hasPrefix("Privacy/Mechanism")
            else { continue }
            looked += 1
            for (number, line) in source.lines.enumerated() {
                let text = line.drop { $0 == " " }
                guard !text.hasPrefix("//") else { continue }
                let isExact = !text.contains("Double") && !text.contains("Float")
                #expect(isExact, "\(source.path):\(number + 1)")
            }
        }
        #expect(looked > 80)
    }

    @Test func `every test that the architecture names is there`() throws {
        let root = HouseTests.root
        let page = try String(
            contentsOf: root.appendingPathComponent("ARCHITECTURE.md"), encoding: .utf8)
        let files = try #require(
            FileManager.default.enumerator(
                at: root.appendingPathComponent("Tests"), includingPropertiesForKeys: nil))
        var tests = ""
        for case let file as URL in files where file.pathExtension == "swift" {
            tests += try String(contentsOf: file, encoding: .utf8)
        }
        // A table row names them as `SuiteTests`: *what it says*, *what another says*.
        var named = 0
        for line in page.split(separator: "\n") where line.contains("Tests`: *") {
            let parts = line.split(separator: "*", omittingEmptySubsequences: false)
            for (place, name) in parts.enumerated() where !place.isMultiple(of: 2) {
                named += 1
                #expect(tests.contains("func `\(name)`"), "\(name)")
            }
        }
        #expect(named > 40)
    }

    @Test func `every source names its licence first`() throws {
        for source in try HouseTests.sources() {
            #expect(
                source.lines.first == "// SPDX-License-Identifier: Apache-2.0", "\(source.path)")
        }
    }
}
