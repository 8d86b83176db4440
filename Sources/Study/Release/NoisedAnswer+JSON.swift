// SPDX-License-Identifier: Apache-2.0
package import Canon

/// The form in which an answer is kept, so that the same question gets it again.
extension NoisedAnswer {
    /// The canonical form. Numbers are texts, since JSON readers keep 53 bits only.
    package var json: JSON {
        [
            "keys": keys.map { .array($0.map(\.json)) } ?? .null,
            "blocks": .array(blocks.map(\.json)),
        ]
    }

    /// Reads the canonical form.
    package init?(json: JSON) {
        var keys: [GroupKey]?
        if let list = json["keys"]?.array {
            keys = list.compactMap(GroupKey.init(json:))
            guard keys?.count == list.count else { return nil }
        }
        guard let list = json["blocks"]?.array else { return nil }
        let blocks = list.compactMap(NoisedBlock.init(json:))
        guard blocks.count == list.count else { return nil }
        self.init(keys: keys, blocks: blocks)
    }
}

extension NoisedBlock {
    fileprivate var json: JSON {
        [
            "values": .array(values.map { .string(String($0)) }), "sigma": .string(String(sigma)),
            "rung": clip.map { .integer(Int64($0.rung)) } ?? .null,
            "make_up": clip.map { .string(String($0.makeUp.bitPattern)) } ?? .null,
            "uncertainty": clip.map { .string(String($0.uncertainty.bitPattern)) } ?? .null,
            "unseen": clip.map { .string(String($0.unseen.bitPattern)) } ?? .null,
        ]
    }

    fileprivate init?(json: JSON) {
        guard let list = json["values"]?.array,
            let sigma = json["sigma"]?.string.flatMap({ Int($0) })
        else { return nil }
        let values = list.compactMap { $0.string.flatMap { Int64($0) } }
        guard values.count == list.count else { return nil }
        var clip: ClipEstimate?
        if let rung = json["rung"]?.integer,
            let bits = json["make_up"]?.string.flatMap({ UInt64($0) }),
            let spread = json["uncertainty"]?.string.flatMap({ UInt64($0) }),
            let unseen = json["unseen"]?.string.flatMap({ UInt64($0) })
        {
            clip = ClipEstimate(
                rung: Int(rung), makeUp: Double(bitPattern: bits),
                uncertainty: Double(bitPattern: spread), unseen: Double(bitPattern: unseen))
        }
        self.init(values: values, sigma: sigma, clip: clip)
    }
}

extension GroupKey {
    fileprivate var json: JSON {
        .array(
            parts.map { part in
                switch part {
                case .number(let value): .string("n\(value)")
                case .text(let bytes): .string("t" + Base64.encode(bytes))
                }
            })
    }

    fileprivate init?(json: JSON) {
        guard let list = json.array else { return nil }
        let parts = list.compactMap { item -> Part? in
            guard let text = item.string else { return nil }
            let rest = String(text.dropFirst())
            return text.hasPrefix("n")
                ? Int64(rest).map { .number($0) } : Base64.decode(rest).map { .text($0) }
        }
        guard parts.count == list.count else { return nil }
        self.init(parts)
    }
}
