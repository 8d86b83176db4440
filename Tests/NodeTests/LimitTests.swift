// SPDX-License-Identifier: Apache-2.0
import Canon
import Exchange
import Foundation
import HTTPTypes
import Testing

@testable import Node

/// What one party or address may take of what there is for all.
@Suite struct LimitTests {
    private func at(_ milliseconds: Int64) -> Timestamp { Timestamp(milliseconds: milliseconds) }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("local", "local"), ("", ""), ("not:one", "not:one"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80:0:0:0::/64"), ("::1", "0:0:0:0::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
    ])
    func `an address of IPv6 counts as its first half`(address: String, network: String) {
        #expect(Network.of(address) == network)
    }

    @Test func `so many quotes are open, until one is ordered, fails or runs out`() throws {
        let quotes = OpenQuotes(most: 3)
        let (first, second) = (Digest(of: [1]), Digest(of: [2]))
        quotes.keep(try quotes.begin(for: "bob", at: at(0)), as: first)
        quotes.keep(try quotes.begin(for: "bob", at: at(1000)), as: second)
        let failing = try quotes.begin(for: "bob", at: at(2000))
        let refusal = #expect(throws: Problem.self) { try quotes.begin(for: "bob", at: at(3000)) }
        #expect(refusal?.code == "too_fast" && refusal?.headers[.retryAfter] == "897")
        quotes.keep(try quotes.begin(for: "alice", at: at(3000)), as: Digest(of: [3]))
        quotes.end(failing)
        quotes.end(failing)
        quotes.end(ordered: second)
        quotes.end(ordered: second)
        quotes.end(ordered: Digest(of: [9]))
        #expect(quotes.count == 2)
        for moment in [4000, 5000] as [Int64] { _ = try quotes.begin(for: "bob", at: at(moment)) }
        #expect(throws: Problem.self) { try quotes.begin(for: "bob", at: at(6000)) }
        _ = try quotes.begin(for: "bob", at: at(Exchange.quoteMilliseconds))
        #expect(quotes.count == 4)
    }

    @Test func `an address has so many streams, and places come back`() throws {
        let bulletin = Bulletin(mostEach: 2)
        do {
            let seats = [try bulletin.seat(for: "a"), try bulletin.seat(for: "a")]
            #expect(throws: Problem.self) { try bulletin.seat(for: "a") }
            _ = try bulletin.seat(for: "b")
            withExtendedLifetime(seats) {}
        }
        let seats = [try bulletin.seat(for: "a"), try bulletin.seat(for: "a")]
        withExtendedLifetime(seats) {}
    }

    private func uploads(free: Int64) throws -> (uploads: Uploads, home: URL) {
        let home = FileManager.default.temporaryDirectory
            .appendingPathComponent("uploads-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        return (Uploads(home: home.path, free: { free }), home)
    }

    @Test func `files that grow at the same time share their party's room`() throws {
        let (uploads, home) = try uploads(free: 1 << 50)
        defer { try? FileManager.default.removeItem(at: home) }
        let ids = try (0..<3).map { _ in
            try uploads.begin("a", length: nil, of: "bob", at: at(0)).id
        }
        try uploads.grow(ids[0], by: Uploads.largest)
        try uploads.grow(ids[1], by: Uploads.largest - 1)
        try uploads.grow(ids[2], by: 1)
        #expect(throws: Problem.self) { try uploads.grow(ids[2], by: 1) }
        #expect(throws: Problem.self) { try uploads.grow(ids[0], by: 1) }
        let other = try uploads.begin("a", length: 5, of: "alice", at: at(0)).id
        try uploads.grow(other, by: 5)
        #expect(throws: Problem.self) { try uploads.grow(other, by: 1) }
        uploads.remove(ids[0])
        try uploads.grow(ids[2], by: 1)
    }

    @Test func `all files together have so much room`() throws {
        let (uploads, home) = try uploads(free: 1 << 50)
        defer { try? FileManager.default.removeItem(at: home) }
        for party in ["alice", "bob"] {
            for _ in 0..<2 {
                let id = try uploads.begin("a", length: nil, of: party, at: at(0)).id
                try uploads.grow(id, by: Uploads.largest)
            }
        }
        let last = try uploads.begin("a", length: nil, of: "carol", at: at(0)).id
        let refusal = #expect(throws: Problem.self) { try uploads.grow(last, by: 1) }
        #expect(refusal?.code == "disk")
    }

    @Test func `a disk that is nearly full takes no files`() throws {
        let (small, home) = try uploads(free: Uploads.spare + 10)
        defer { try? FileManager.default.removeItem(at: home) }
        let id = try small.begin("a", length: nil, of: "bob", at: at(0)).id
        try small.grow(id, by: 10)
        #expect(throws: Problem.self) { try small.grow(id, by: 11) }
        let (full, other) = try uploads(free: Uploads.spare - 1)
        defer { try? FileManager.default.removeItem(at: other) }
        #expect(throws: Problem.self) { try full.begin("a", length: nil, of: "bob", at: at(0)) }
        #expect(Uploads.free(at: other.path) > 0)
    }
}
