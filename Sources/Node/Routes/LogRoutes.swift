// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Hummingbird

/// The public log as any C2SP reader takes it (tlog-tiles): checkpoint, key and tiles.
struct LogRoutes {
    let node: Node

    func add(to router: Router<NodeContext>) {
        router.get("checkpoint") { _, _ in
            let note = try await node.exchange.checkpoint()
            guard !note.isEmpty else {
                throw Problem(.notFound, "checkpoint_unknown", "nothing was signed yet")
            }
            return Reply.text(note)
        }
        router.get("key") { _, _ in Reply.text(await node.exchange.verifierKey + "\n") }
        router.get("proofs/:batch") { _, context in
            guard let batch = Int(try context.parameters.require("batch")), batch >= 0,
                let bytes = try await node.exchange.settlementFile(of: batch)
            else {
                throw Problem(.notFound, "proof_unknown", "no batch of that number is proven")
            }
            var response = Reply.bytes(.init(bytes: bytes), type: "application/octet-stream")
            // A batch is proven once.
            response.headers[.cacheControl] = "public, max-age=31536000, immutable"
            return response
        }
        router.get("data/:batch/:part") { _, context in
            guard let batch = Int(try context.parameters.require("batch")), batch >= 0,
                let bytes = try await node.exchange.data(
                    of: batch, part: try context.parameters.require("part"))
            else {
                throw Problem(
                    .notFound, "data_unknown",
                    "there is no such batch that is proven, or no such part: commitment, or a chunk's "
                        + "number")
            }
            var response = Reply.bytes(.init(bytes: bytes), type: "application/octet-stream")
            response.headers[.cacheControl] = "public, max-age=31536000, immutable"
            return response
        }
        router.get("tile/**") { request, _ in
            let path = String(request.uri.path.dropFirst())
            guard let layout = TileLayout(path: path),
                let bytes = try await node.exchange.tile(layout)
            else {
                throw Problem(
                    .notFound, "tile_unknown", "the signed log has no such tile; see /checkpoint")
            }
            var response = Reply.bytes(.init(bytes: bytes), type: "application/octet-stream")
            // A tile never changes.
            response.headers[.cacheControl] = "public, max-age=31536000, immutable"
            return response
        }
    }
}
