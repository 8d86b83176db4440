// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Intake

/// Files in: sent whole or in parts that can be resumed, shown, and stored only after a yes.
struct ImportRoutes {
    let node: Node

    func add(to api: RouterGroup<NodeContext>) {
        api.post("imports") { request, context in
            let access = try context.signedIn()
            let begun = try node.uploads.begin(
                try ImportRoutes.name(of: request), length: try ImportRoutes.length(of: request),
                of: access.party, at: node.now)
            let upload = try node.uploads.take(begun.id, of: access.party, at: node.now) { _ in }
            do {
                return try await take(request, upload, isWhole: request.isWholeUpload)
            } catch {
                // One that was to be sent in parts can go on; what was sent at once is sent again.
                if request.isWholeUpload { node.uploads.remove(upload.id) }
                throw error
            }
        }
        api.head("imports/:upload") { _, context in
            let access = try context.signedIn()
            let upload = try node.uploads.find(
                try context.parameters.require("upload"), of: access.party)
            return Response(status: .noContent, headers: upload.fields)
        }
        api.patch("imports/:upload") { request, context in
            let access = try context.signedIn()
            let upload = try node.uploads.take(
                try context.parameters.require("upload"), of: access.party, at: node.now
            ) { upload in
                guard case .receiving = upload.stage else {
                    throw Problem(.conflict, "upload_complete", "all of this file is there already")
                }
                guard request.headers[.uploadOffset] == String(upload.received) else {
                    var problem = Problem(
                        .conflict, "upload_offset",
                        "go on at Upload-Offset: \(upload.received)")
                    problem.headers = upload.fields
                    throw problem
                }
            }
            return try await take(
                request, upload, isWhole: request.headers[.uploadComplete] == "?1")
        }
        api.get("imports/:upload") { _, context in
            let access = try context.signedIn()
            return Reply.json(
                try node.uploads.find(
                    try context.parameters.require("upload"), of: access.party
                ).json)
        }
        api.post("imports/:upload/preview") { request, context in
            let access = try context.signedIn()
            var asked = try await Asked(request)
            let options = try ImportRoutes.options(&asked)
            try asked.finish()
            let upload = try node.uploads.take(
                try context.parameters.require("upload"), of: access.party, at: node.now,
                ImportRoutes.requireAll)
            return try await look(at: upload, options)
        }
        api.post("imports/:upload") { request, context in
            let access = try context.signedIn()
            let custody = try request.text("custody", most: 64)
            if custody != nil { try context.requireOperator() }
            let outcome = try await node.store(
                try context.parameters.require("upload"), of: access,
                profile: try request.text("profile", most: 256),
                custody: custody)
            return Reply.json(outcome.json, status: .created)
        }
        api.delete("imports/:upload") { _, context in
            let access = try context.signedIn()
            let upload = try node.uploads.take(
                try context.parameters.require("upload"), of: access.party, at: node.now
            ) { _ in }
            node.uploads.remove(upload.id)
            return Reply.json(["discarded": .string(upload.id)])
        }
    }

    /// Takes the bytes of a request, and looks at the file when these are the last.
    private func take(
        _ request: Request, _ upload: Upload, isWhole: Bool
    ) async throws -> Response {
        do {
            let boundary = try Uploads.boundary(of: request.headers[.contentType])
            try await node.uploads.write(request.body, to: upload, form: boundary)
        } catch {
            node.uploads.end(upload.id, .receiving)
            throw error
        }
        let now = try node.uploads.find(upload.id, of: upload.party)
        guard isWhole else {
            node.uploads.end(upload.id, .receiving)
            var headers = now.fields
            headers[.location] = "/api/v1/imports/\(upload.id)"
            guard request.method == .post else {
                return Response(status: .noContent, headers: headers)
            }
            return Reply.json(now.json, status: .created, headers: headers)
        }
        if let length = upload.length, now.received < length {
            node.uploads.end(upload.id, .receiving)
            throw Problem(
                .unprocessableContent, "upload_short",
                "\(now.received) of \(length) bytes came; go on from there")
        }
        return try await look(at: now, upload.options)
    }

    /// Reads a file that was taken, and lets it go.
    private func look(at upload: Upload, _ options: IntakeOptions) async throws -> Response {
        node.uploads.change(upload.id) {
            $0.stage = .looking
            $0.options = options
        }
        let stage = await upload.look(options)
        guard let looked = node.uploads.end(upload.id, stage) else {
            throw Problem(.notFound, "upload_unknown", "the file was discarded meanwhile")
        }
        if case .refused(let code, let words) = stage {
            node.uploads.remove(upload.id)
            throw Problem(.unprocessableContent, code, words)
        }
        return Reply.json(
            looked.json, status: .created, headers: [.location: "/api/v1/imports/\(upload.id)"])
    }

    static func requireAll(_ upload: Upload) throws {
        switch upload.stage {
        case .ready, .unknown: return
        case .receiving:
            throw Problem(
                .conflict, "upload_incomplete", "the file is not all there; send the rest")
        case .looking, .storing, .stored, .refused:
            throw Problem(.conflict, "upload_done", "the file is \(upload.stage.word)")
        }
    }

    private static func options(_ asked: inout Asked) throws -> IntakeOptions {
        var options = IntakeOptions()
        if let mapping = try asked.value("mapping") {
            do { options.mapping = try Mapping(parsing: try mapping.canonical()) } catch {
                throw Problem(.unprocessableContent, "mapping", ErrorWords(error).message)
            }
        }
        options.profile = try asked.optionalText("profile", most: 256)
        options.personColumn = try asked.optionalText("person", most: 256)
        if let order = try asked.optionalText("dateOrder", most: 32) {
            guard let order = DateOrder(rawValue: order) else {
                throw Problem(
                    .unprocessableContent, "format", "dateOrder is month_first or day_first")
            }
            options.dateOrder = order
        }
        options.offsetMinutes = try asked.number("offsetMinutes", in: -840...840).map { Int($0) }
        return options
    }

    /// What the file is called, by the query.
    private static func name(of request: Request) throws -> String? {
        try request.text("name", most: 256)
    }

    private static func length(of request: Request) throws -> Int64? {
        guard let text = request.headers[.uploadLength] else { return nil }
        guard let length = Int64(text), length >= 0 else {
            throw Problem(.badRequest, "format", "Upload-Length is a whole number of bytes")
        }
        return length
    }
}

extension HTTPField.Name {
    // Resumable Uploads for HTTP (draft-ietf-httpbis-resumable-upload).
    static let uploadOffset = HTTPField.Name("Upload-Offset")!
    static let uploadComplete = HTTPField.Name("Upload-Complete")!
    static let uploadLength = HTTPField.Name("Upload-Length")!
}

extension Request {
    /// Whether a file is sent at once, and not begun to be sent in parts.
    var isWholeUpload: Bool { headers[.uploadComplete] != "?0" }
}

extension Upload {
    /// How far it is, for whoever goes on.
    var fields: HTTPFields {
        var fields: HTTPFields = [.uploadOffset: String(received)]
        if case .receiving = stage {
            fields[.uploadComplete] = "?0"
        } else {
            fields[.uploadComplete] = "?1"
        }
        if let length { fields[.uploadLength] = String(length) }
        return fields
    }
}
