// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Consent
internal import Exchange
internal import Foundation
internal import Hummingbird
internal import Identity
internal import Privacy
internal import Study

/// What only the operator does: weighing shares, keys of the vault, examination, backups, people in
/// custody.
struct CareRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.post("pools/:pool/shares") { request, context in
            try context.requireOperator()
            let pool = try context.parameters.require("pool")
            var asked = try await Asked(request)
            if let text = try asked.optionalText("epsilon", most: 32) {
                try asked.finish()
                return try await draw(pool, epsilon: text)
            }
            let parts = try asked.parts("shares", most: 100_000)
            try asked.finish()
            return try await weigh(pool, parts)
        }
        api.get("vault") { _, context in
            try context.requireOperator()
            let epochs = try await node.exchange.vaultEpochs()
            return Reply.json(
                .array(
                    epochs.map {
                        [
                            "epoch": .integer(Int64($0.epoch)),
                            "segments": .integer(Int64($0.segments)),
                        ]
                    }))
        }
        api.post("vault/rotate") { _, context in
            try context.requireOperator()
            let done = try await node.exchange.rotateVaultKey()
            return Reply.json(
                [
                    "epoch": .integer(Int64(done.epoch)),
                    "segments": .integer(Int64(done.segments)),
                ], status: .created)
        }
        api.get("doctor") { _, context in
            try context.requireOperator()
            return Reply.json(.array(try await node.exchange.examine().map(\.json)))
        }
        api.post("backups") { request, context in
            try context.requireOperator()
            var asked = try await Asked(request)
            let name = try asked.text("name", most: 64)
            try asked.finish()
            let folder = try await node.backUp(named: name)
            return Reply.json(["backup": .string(folder)], status: .created)
        }
        api.get("backups") { _, context in
            try context.requireOperator()
            return Reply.json(.array(node.backups().map { .string($0) }))
        }
        api.post("custody/:prefix/grants") { request, context in
            try context.requireOperator()
            var asked = try await Asked(request)
            let wish = try GrantWish(&asked)
            try asked.finish()
            let given = try await node.exchange.grantAll(
                try await node.terms(of: wish), pool: wish.pool,
                custody: try context.parameters.require("prefix"))
            return Reply.json(
                [
                    "people": .string(CohortBand(count: given.people).rawValue),
                    "without": .string(CohortBand(count: given.without).rawValue),
                    "withdrawn": .string(CohortBand(count: given.withdrawn).rawValue),
                ], status: .created)
        }
    }

    private func draw(_ pool: String, epsilon: String) async throws -> Response {
        guard let cost = ExactDecimal(epsilon) else {
            throw Problem(
                .unprocessableContent, "format", "epsilon is a positive number such as \"0.2\"")
        }
        let drawn = try await node.exchange.drawShares(of: pool, epsilon: cost)
        return Reply.json(
            [
                "epoch": .integer(Int64(drawn.epoch)),
                "people": .string(CohortBand(count: drawn.people).rawValue),
            ], status: .created)
    }

    private func weigh(_ pool: String, _ parts: [Asked]) async throws -> Response {
        var weights: [(key: SigningKey, shares: UInt64)] = []
        var seen: Set<PartyID> = []
        for part in parts {
            var asked = part
            let party = try asked.person("party")
            let shares = try asked.number("shares", in: 1...1 << 40) ?? 1
            try asked.finish()
            let key = try await node.exchange.knownKey(of: party)
            guard seen.insert(key.id).inserted else {
                throw Problem(.unprocessableContent, "weights", "\(party) stands twice")
            }
            guard await node.exchange.holdsShares(key, in: pool) else {
                throw Problem(.conflict, "weights", "\(party) has no grant in \(pool)")
            }
            weights.append((key, UInt64(shares)))
        }
        let epoch = try await node.exchange.setShares(of: pool, to: weights)
        return Reply.json(
            [
                "epoch": .integer(Int64(epoch)),
                "people": .string(CohortBand(count: weights.count).rawValue),
            ], status: .created)
    }
}

extension Node {
    /// Where backups go: a folder beside the exchange's own. Paths of the machine are not for the
    /// network to choose.
    var backupFolder: String { exchange.home.path + "-backups" }

    /// Copies the exchange to a new folder beside it.
    func backUp(named name: String) async throws -> String {
        guard name.utf8.allSatisfy({ Node.isNameByte($0) }), !name.isEmpty else {
            throw Problem(
                .unprocessableContent, "format", "a backup's name is of a-z, 0-9 and -")
        }
        guard !backups().contains(name) else {
            throw Problem(
                .conflict, "exists", "there is a backup \(name) already; choose another name")
        }
        try FileManager.default.createDirectory(
            atPath: backupFolder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try await exchange.backUp(to: HomeFolder(path: backupFolder + "/" + name))
        return name
    }

    /// The names of the backups beside the exchange.
    func backups() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: backupFolder)) ?? []
        return names.sorted()
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == 0x2d
    }
}
