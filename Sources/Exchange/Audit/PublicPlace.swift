// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Foundation
internal import Ledger
internal import Market

/// Where the public part of an exchange can be had: a copy in a folder, or a node on the network.
package struct PublicPlace: Sendable {
    private enum Kind: Sendable {
        case folder(String)
        case node(URL)
    }

    /// A batch that was proven, and the digest of the commitment to what is sealed to those it pays.
    package struct SettledBatch: Hashable, Sendable {
        package let number: Int
        package let id: Digest
        package let data: Digest
    }

    private let kind: Kind
    /// How people name it.
    package let name: String
    /// The most bytes of anything that is read here.
    private static let longest = WebRequest.longest
    /// The most batches that a node lists, so that the list ends.
    private static let mostBatches = 100_000
    /// How long a node may take for one answer.
    private static let patience = Duration.seconds(30)

    /// Takes a folder's path, or the address of a node that begins with http:// or https://.
    package init(_ text: String) throws {
        name = text
        guard text.hasPrefix("http://") || text.hasPrefix("https://") else {
            // An exchange's own folder has a checkpoint too, and no tiles.
            guard
                [TileLayout.checkpoint, "tile"].allSatisfy({
                    FileManager.default.fileExists(atPath: text + "/" + $0)
                })
            else {
                throw ExchangeError.folder(
                    text, "there is no public copy here; make one with `dividend journal export`")
            }
            kind = .folder(text)
            return
        }
        guard let url = URL(string: text), url.host != nil else {
            throw ExchangeError.refused("'\(text)' is no address of a node")
        }
        kind = .node(url)
    }

    /// Reads a file; nil where it is not there, or of a folder's longer than anything is.
    ///
    /// - Throws: ``NodeUnreachable`` for a node that gives no answer, or more than anything is.
    package func read(_ path: String) async throws -> [UInt8]? {
        switch kind {
        case .folder(let folder):
            return PublicFolder.read(folder + "/" + path, most: PublicPlace.longest)
        case .node(let url):
            return try await get(url.appendingPathComponent(path))
        }
    }

    /// What a node answers; nil for anything but 200.
    ///
    /// - Throws: ``NodeUnreachable``, also for more than anything has.
    private func get(_ url: URL) async throws -> [UInt8]? {
        do throws(WebRequest.Silence) {
            let answer = try await WebRequest(url: url.absoluteString)
                .answer(within: PublicPlace.patience)
            return answer.status == 200 ? answer.body : nil
        } catch { throw NodeUnreachable(name: name, reason: error.reason) }
    }

    /// Every batch that is proven, by the word of this place.
    ///
    /// - Cost: one pass over a copy's entries, or a request for every two hundred batches.
    package func settledBatches() async throws -> [SettledBatch] {
        switch kind {
        case .folder: try await entries()
        case .node(let url): try await listed(by: url)
        }
    }

    private func entries() async throws -> [SettledBatch] {
        let lines = try await read(TileLayout.checkpoint)
            .map { String(decoding: $0, as: UTF8.self).split(separator: "\n") }
        guard let lines, lines.count > 1, let size = Int(lines[1]), size >= 0 else {
            throw ExchangeError.refused("\(name): the checkpoint does not say how long the log is")
        }
        var found: [SettledBatch] = []
        for first in stride(from: 0, to: size, by: TileLayout.width) {
            let width = min(TileLayout.width, size - first)
            let index = first / TileLayout.width
            guard let file = TileLayout(.entries, index: index, width: width),
                let bytes = try await read(file.path)
            else {
                throw ExchangeError.refused("\(name): the entries from \(first) on are missing")
            }
            for leaf in try TileReader.entries(bytes, count: width) {
                let entry = try Entry(leaf: leaf)
                guard entry.kind == "settle",
                    case .settled(let id, _, _, let data) = try Change(
                        kind: entry.kind, body: entry.body)
                else { continue }
                found.append(SettledBatch(number: found.count, id: id, data: data))
            }
        }
        return found
    }

    private func listed(by url: URL) async throws -> [SettledBatch] {
        var found: [SettledBatch] = []
        var cursor: Int64? = 0
        while let start = cursor {
            guard found.count < PublicPlace.mostBatches else {
                throw ExchangeError.refused(
                    "\(name) lists more than \(PublicPlace.mostBatches) batches")
            }
            var parts = URLComponents(
                url: url.appendingPathComponent("api/v1/batches"), resolvingAgainstBaseURL: false)
            parts?.queryItems = [URLQueryItem(name: "limit", value: "200")]
            if start > 0 { parts?.queryItems?.append(.init(name: "cursor", value: "\(start)")) }
            guard let page = parts?.url else {
                throw ExchangeError.refused("'\(name)' is no address of a node")
            }
            guard let bytes = try await get(page), let json = try? JSON(parsing: bytes),
                let items = json["items"]?.array
            else { throw ExchangeError.refused("\(name) does not list its batches") }
            for item in items {
                guard let settled = item["settled"] else { continue }
                guard let id = item["id"]?.string.flatMap(Digest.init(hex:)),
                    let number = item["number"]?.integer,
                    let data = settled["data"]?.string.flatMap(Digest.init(hex:))
                else { throw ExchangeError.refused("\(name) lists a batch without its digests") }
                found.append(SettledBatch(number: Int(number), id: id, data: data))
            }
            let next = json["next"]?.integer
            cursor = items.isEmpty ? nil : next.flatMap { $0 > start ? $0 : nil }
        }
        return found
    }
}
