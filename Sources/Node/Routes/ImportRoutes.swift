// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Foundation
internal import Hummingbird
internal import Intake

/// Files in: sent, shown, and stored only after a yes.
struct ImportRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.post("imports") { request, context in
            let access = try context.signedIn()
            let upload = try await node.uploads.take(request.body, of: access.party, at: node.now)
            return Reply.json(
                ["id": .string(upload.id), "report": upload.report.json], status: .created,
                headers: [.location: "/api/v1/imports/\(upload.id)"])
        }
        api.post("imports/:upload") { request, context in
            let access = try context.signedIn()
            let outcome = try await node.store(
                try context.parameters.require("upload"), of: access,
                profile: request.uri.queryParameters["profile"].map(String.init))
            return Reply.json(outcome.json, status: .created)
        }
        api.delete("imports/:upload") { _, context in
            let access = try context.signedIn()
            let upload = try node.uploads.claim(
                try context.parameters.require("upload"), of: access.party, at: node.now)
            try? FileManager.default.removeItem(atPath: upload.path)
            return Reply.json(["discarded": .string(upload.id)])
        }
    }
}

extension Node {
    /// Stores a file that waited, all of it or nothing.
    ///
    /// - Parameter profile: whose rows, of a file about several people.
    func store(
        _ id: String, of access: Access, profile: String?
    ) async throws -> ImportOutcome {
        let key = try await exchange.knownKey(of: access.party)
        let upload = try uploads.claim(id, of: access.party, at: now)
        defer { try? FileManager.default.removeItem(atPath: upload.path) }
        return try await exchange.importFile(
            upload.path, owner: .party(key), options: IntakeOptions(profile: profile))
    }
}
