// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@Suite struct SignedMessageVerifyTests {
    private let key = SigningKey(seed: Array(0..<32))!
    private let now = Timestamp(milliseconds: 1_800_000_000_500)
    private let body = Array(#"{"sql":"SELECT 1"}"#.utf8)

    private func message(
        _ method: String = "POST", body: [UInt8]? = nil, fields: [String: [String]] = [:]
    ) throws -> SignedMessage {
        try SignedMessage(
            method: method, authority: "node.example", path: "/v1/questions", query: "dry=1",
            fields: fields.merging(["Content-Type": ["application/json"]]) { own, _ in own },
            body: body ?? self.body)
    }

    private func verify(
        _ message: SignedMessage, label: String? = nil, tag: String? = nil, now: Timestamp? = nil
    ) throws(MessageSignatureError) -> SignedMessage.Statement {
        try message.verify(
            label: label, tag: tag, now: now ?? self.now, past: 60_000, future: 5000)
    }

    /// The message with other parts.
    private func with(
        _ message: SignedMessage, method: String? = nil, scheme: String? = nil,
        authority: String? = nil, path: String? = nil, query: String?? = nil,
        body: [UInt8]? = nil, fields change: (inout [String: [String]]) -> Void = { _ in }
    ) throws -> SignedMessage {
        var fields = message.fields
        change(&fields)
        return try SignedMessage(
            method: method ?? message.method, scheme: scheme ?? message.scheme,
            authority: authority ?? message.authority, path: path ?? message.path,
            query: query ?? message.query, fields: fields, body: body ?? message.body)
    }

    /// A message with a signature over what is given, however unusual.
    private func signed(
        _ message: SignedMessage, _ list: String, _ parameters: String? = nil
    ) throws -> SignedMessage {
        let own = #";created=1800000000;keyid="\#(key.id.did)""#
        let input = "sig=" + list + (parameters ?? own)
        let member = try #require(try StructuredDictionary(parsing: input).members.first)
        let base = try message.signatureBase(try SignatureParameters(member))
        return try with(message) { fields in
            fields["signature-input"] = [input]
            fields["signature"] = ["sig=:\(Base64.encode(key.sign(base).bytes)):"]
        }
    }

    @Test func `what is signed is verified, with a body and without`() throws {
        let signed = try message().signed(
            by: key, created: now, expires: now.adding(milliseconds: 10_000), nonce: "n-1",
            tag: "dividend", covering: ["content-type"])
        let statement = try verify(signed, tag: "dividend")
        #expect(statement.party == key.id)
        #expect(statement.nonce == "n-1")
        #expect(statement.tag == "dividend")
        #expect(statement.created == Timestamp(milliseconds: 1_800_000_000_000))
        #expect(statement.expires == Timestamp(milliseconds: 1_800_000_010_000))
        #expect(
            statement.components == ["@method", "@target-uri", "content-digest", "content-type"])
        #expect(signed["content-digest"] == [SignedMessage.contentDigest(of: body)])
        #expect(
            signed["signature-input"] == [
                #"sig=("@method" "@target-uri" "content-digest" "content-type")"#
                    + #";created=1800000000;expires=1800000010;keyid="\#(key.id.did)""#
                    + #";alg="ed25519";nonce="n-1";tag="dividend""#
            ])
        let bare = try message("GET", body: []).signed(by: key, created: now, label: "a1")
        let said = try verify(bare)
        #expect(said.party == key.id)
        #expect(said.nonce == nil && said.tag == nil && said.expires == nil)
        #expect(said.components == ["@method", "@target-uri"])
        #expect(bare["content-digest"] == nil)
        #expect(try verify(bare, label: "a1") == said)
    }

    @Test func `a head is verified before its body is there, and that by its digest`() throws {
        let signed = try message().signed(by: key, created: now)
        let head = try with(signed, body: [])
        func verified(_ head: SignedMessage, hasBody: Bool) throws -> PartyID {
            try head.verifyHead(hasBody: hasBody, now: now, past: 60_000, future: 5000).party
        }
        #expect(try verified(head, hasBody: true) == key.id)
        try head.checkDigest(of: body)
        #expect(throws: MessageSignatureError.digest) { try head.checkDigest(of: []) }
        #expect(throws: MessageSignatureError.digest) { try head.checkDigest(of: body + [0]) }
        #expect(throws: MessageSignatureError.wrongSignature(key.id)) {
            try verified(try with(head, path: "/other"), hasBody: true)
        }
        // A body that nobody signed is not waited for.
        let bare = try message("GET", body: []).signed(by: key, created: now)
        #expect(try verified(bare, hasBody: false) == key.id)
        #expect(throws: MessageSignatureError.notCovered("content-digest")) {
            try verified(bare, hasBody: true)
        }
    }

    @Test func `every part that is covered counts`() throws {
        let good = try message().signed(by: key, created: now, covering: ["content-type"])
        for changed in [
            try with(good, method: "PUT"), try with(good, method: "post"),
            try with(good, scheme: "http"), try with(good, authority: "evil.example"),
            try with(good, authority: "node.example:8443"), try with(good, path: "/v1/questions/"),
            try with(good, query: .some(nil)), try with(good, query: "dry=0"),
            try with(good, query: "dry=1&x"),
            try with(good) { $0["content-type"] = ["text/plain"] },
            try with(good) { $0["content-type"] = ["application/json", "text/plain"] },
        ] {
            #expect(throws: MessageSignatureError.wrongSignature(key.id)) { try verify(changed) }
        }
        #expect(throws: MessageSignatureError.missing("content-type")) {
            try verify(try with(good) { $0["content-type"] = nil })
        }
        // The same target in another spelling, and fields that are not covered.
        #expect(throws: Never.self) {
            try verify(try with(good, authority: "NODE.example:443") { $0["x-more"] = ["1"] })
        }
    }

    @Test func `the body is bound by its digest`() throws {
        let good = try message().signed(by: key, created: now)
        #expect(throws: MessageSignatureError.digest) {
            try verify(try with(good, body: body + [0]))
        }
        #expect(throws: MessageSignatureError.digest) { try verify(try with(good, body: [])) }
        #expect(throws: MessageSignatureError.wrongSignature(key.id)) {
            let other = body + [0]
            return try verify(
                try with(good, body: other) {
                    $0["content-digest"] = [SignedMessage.contentDigest(of: other)]
                })
        }
        #expect(throws: MessageSignatureError.notCovered("content-digest")) {
            try verify(try signed(try message(), #"("@method" "@target-uri")"#))
        }
        // A body that is put behind a signature for none.
        let bare = try message("GET", body: []).signed(by: key, created: now)
        #expect(throws: MessageSignatureError.notCovered("content-digest")) {
            try verify(try with(bare, body: body))
        }
        #expect(throws: MessageSignatureError.digest) {
            try verify(
                try with(bare) { $0["content-digest"] = [SignedMessage.contentDigest(of: [1])] })
        }
    }

    @Test func `a digest in another form, or two of them, is refused`() throws {
        let right = SignedMessage.contentDigest(of: body)
        for lines in [
            [right, right], ["\(right), \(right)"],
            [right, SignedMessage.contentDigest(of: [1])], ["sha-256=:AQI=:"], ["sha-256=1"],
            ["sha-256"], [""], [right + ";x=1"], ["sha-512=:AQI=:"], [right, "sha-512=:AQI=:"],
            [right.replacing("sha", with: "SHA")], [String(right.dropLast())],
            ["sha-256=(\"a\")"], [right.replacing("=:", with: "=: ")],
        ] {
            let message = try message(fields: ["Content-Digest": lines])
            #expect(throws: MessageSignatureError.self) {
                try message.signed(by: key, created: now)
            }
            let forced = try signed(message, #"("@method" "@target-uri" "content-digest")"#)
            #expect {
                try verify(forced)
            } throws: { error in
                switch error as? MessageSignatureError {
                case .format("Content-Digest", _), .part("Content-Digest", _): true
                default: false
                }
            }
        }
    }

    @Test func `method and target have to be covered`() throws {
        let message = try message("GET", body: [])
        for list in [
            #"("@method" "@target-uri")"#, #"("@query" "@method" "@path" "@authority")"#,
            #"("@method" "@target-uri" "@path" "content-type")"#,
        ] {
            #expect(try verify(try signed(message, list)).party == key.id)
        }
        for list in [
            "()", #"("@target-uri")"#, #"("@method")"#, #"("@method" "@authority" "@path")"#,
            #"("@method" "@authority" "@query")"#, #"("@method" "@path" "@query")"#,
            #"("@path" "@authority" "@query")"#, #"("content-type")"#,
        ] {
            #expect {
                try verify(try signed(message, list))
            } throws: { error in
                if case .notCovered = error as? MessageSignatureError { true } else { false }
            }
        }
    }

    @Test func `the time is checked to the millisecond`() throws {
        let created = Timestamp(milliseconds: 1_800_000_000_000)
        let good = try message().signed(
            by: key, created: created, expires: created.adding(milliseconds: 20_000))
        func at(_ milliseconds: Int64) throws(MessageSignatureError) -> SignedMessage.Statement {
            try verify(good, now: created.adding(milliseconds: milliseconds))
        }
        for fine in [-5000, 0, 19_999] as [Int64] { #expect(try at(fine).party == key.id) }
        #expect(throws: MessageSignatureError.tooEarly) { try at(-5001) }
        #expect(throws: MessageSignatureError.expired) { try at(20_000) }
        let open = try message().signed(by: key, created: created)
        #expect(try verify(open, now: created.adding(milliseconds: 60_000)).party == key.id)
        #expect(throws: MessageSignatureError.tooOld) {
            try verify(open, now: created.adding(milliseconds: 60_001))
        }
        #expect(throws: MessageSignatureError.tooOld) {
            try verify(open, now: Timestamp(milliseconds: .max))
        }
        #expect(throws: MessageSignatureError.tooEarly) {
            try verify(open, now: Timestamp(milliseconds: .min))
        }
        #expect(try open.verify(now: now, past: .max, future: .max).party == key.id)
        #expect(throws: MessageSignatureError.parameter("expires", "not before created")) {
            try verify(
                try message().signed(
                    by: key, created: created, expires: created.adding(milliseconds: -1000)))
        }
    }

    @Test func `the parameters are checked`() throws {
        let message = try message("GET", body: [])
        let list = #"("@method" "@target-uri")"#
        let keyid = #";keyid="\#(key.id.did)""#
        let seconds = "a whole number of seconds wanted"
        let did = "did:key:z6Mk… of an Ed25519 key wanted"
        for (parameters, error) in [
            (keyid, .parameter("created", seconds)),
            (";created=1800000000", .parameter("keyid", did)),
            (#";created=1800000000;keyid="test-key-ed25519""#, .parameter("keyid", did)),
            (
                #";created=1800000000;keyid="\#(key.id.did)#\#(key.id.did.dropFirst(8))""#,
                .parameter("keyid", did)
            ),
            (
                #";created=1800000000;keyid="did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169""#,
                .parameter("keyid", did)
            ),
            (
                ";created=1800000000;alg=\"hmac-sha256\"" + keyid,
                .parameter("alg", "ed25519 wanted")
            ),
            (";created=1800000000;alg=\"Ed25519\"" + keyid, .parameter("alg", "ed25519 wanted")),
            (";created=1800000000;alg=\"\"" + keyid, .parameter("alg", "ed25519 wanted")),
            (";created=-999999999999999" + keyid, .tooOld),
            (";created=999999999999999" + keyid, .tooEarly),
        ] as [(String, MessageSignatureError)] {
            #expect(throws: error) { try verify(try signed(message, list, parameters)) }
        }
        let parameters = ";alg=\"ed25519\"" + keyid + ";tag=\"a\";created=1800000000"
        let tagged = try signed(message, list, parameters)
        #expect(try verify(tagged).tag == "a")
        #expect(try verify(tagged, tag: "a").tag == "a")
        #expect(throws: MessageSignatureError.parameter("tag", "\"b\" wanted")) {
            try verify(tagged, tag: "b")
        }
        #expect(throws: MessageSignatureError.parameter("tag", "\"a\" wanted")) {
            try verify(try signed(message, list), tag: "a")
        }
    }

    @Test func `another party cannot take the place of the signer`() throws {
        var random = Seeded(1)
        let other = SigningKey(using: &random)
        let good = try message().signed(by: key, created: now)
        let changed = try with(good) { fields in
            fields["signature-input"] = fields["signature-input"]?.map {
                $0.replacing(key.id.did, with: other.id.did)
            }
        }
        #expect(throws: MessageSignatureError.wrongSignature(other.id)) { try verify(changed) }
        // A key of small order, with which anybody could sign.
        let nobody = "did:key:z" + Base58.encode([0xed, 1, 1] + [UInt8](repeating: 0, count: 31))
        #expect(throws: MessageSignatureError.self) {
            try verify(
                try with(good) {
                    $0["signature-input"] = $0["signature-input"]?.map {
                        $0.replacing(key.id.did, with: nobody)
                    }
                })
        }
    }

    @Test func `labels stand once and in both fields`() throws {
        let good = try message("GET", body: []).signed(by: key, created: now)
        let input = try #require(good["signature-input"]?.first)
        let value = try #require(good["signature"]?.first)
        for (inputs, values) in [
            ([input, input], [value]), ([input], [value, value]),
            ([input, input], [value, value]),
            (["\(input), \(input)"], [value]), ([input], ["\(value),\(value)"]), ([input], [""]),
            ([input], ["sig=1"]), ([input], [value + ";x"]), ([input], ["sig=:AQI=:"]),
            ([input], ["sig=(\(value.dropFirst(4)))"]), (["sig=1"], [value]),
            ([input], [String(value.dropLast())]), ([input], [value.replacing("==", with: "")]),
        ] {
            #expect(throws: MessageSignatureError.self) {
                try verify(
                    try with(good) { fields in
                        fields["signature-input"] = inputs
                        fields["signature"] = values
                    })
            }
        }
        #expect(throws: MessageSignatureError.labels) {
            try verify(try with(good) { $0["signature"] = ["other" + value.dropFirst(3)] })
        }
        #expect(throws: MessageSignatureError.missing("Signature")) {
            try verify(try with(good) { $0["signature"] = nil })
        }
        #expect(throws: MessageSignatureError.missing("Signature-Input")) {
            try verify(try with(good) { $0["signature-input"] = nil })
        }
        #expect(throws: MessageSignatureError.noSuchLabel) { try verify(good, label: "other") }
    }

    @Test func `of two signatures the one that is named is checked`() throws {
        var random = Seeded(2)
        let other = SigningKey(using: &random)
        let one = try message("GET", body: []).signed(by: key, created: now, label: "one")
        let two = try message("GET", body: []).signed(by: other, created: now, label: "two")
        let both = try with(one) { fields in
            for name in ["signature", "signature-input"] {
                fields[name]?.append(contentsOf: two[name] ?? [])
            }
        }
        #expect(throws: MessageSignatureError.signatures(2)) { try verify(both) }
        #expect(try verify(both, label: "one").party == key.id)
        #expect(try verify(both, label: "two").party == other.id)
        #expect(throws: MessageSignatureError.noSuchLabel) { try verify(both, label: "three") }
    }

    @Test func `what cannot be signed is refused`() throws {
        let message = try message()
        let good = try message.signed(by: key, created: now)
        #expect(throws: MessageSignatureError.alreadySigned) {
            try good.signed(by: key, created: now)
        }
        #expect(throws: MessageSignatureError.missing("x-none")) {
            try message.signed(by: key, created: now, covering: ["x-none"])
        }
        for name in ["Content-Type", "signature", "@status", "a b", "@method", "\u{e9}", "\""] {
            #expect(throws: MessageSignatureError.self) {
                try message.signed(by: key, created: now, covering: [name])
            }
        }
        for text in ["\n", "\u{e9}", "\u{7f}"] {
            #expect(throws: MessageSignatureError.parameter("nonce", "visible ASCII wanted")) {
                try message.signed(by: key, created: now, nonce: text)
            }
            #expect(throws: MessageSignatureError.parameter("tag", "visible ASCII wanted")) {
                try message.signed(by: key, created: now, tag: text)
            }
        }
        for label in ["", "A", "1", "a b", "a=1, b", "a\n", "\u{e9}", "a;b"] {
            #expect(throws: MessageSignatureError.self) {
                try message.signed(by: key, created: now, label: label)
            }
        }
        #expect(throws: MessageSignatureError.self) {
            try message.signed(by: key, created: Timestamp(milliseconds: .max))
        }
        let quoted = try message.signed(by: key, created: now, nonce: #"a"b\c"#)
        #expect(try verify(quoted).nonce == #"a"b\c"#)
        #expect(
            try verify(try message.signed(by: key, created: now, covering: ["content-digest"]))
                .components == ["@method", "@target-uri", "content-digest"])
    }

    @Test func `no bit of a signed message can be turned`() throws {
        let good = try message().signed(
            by: key, created: now, nonce: "n", covering: ["content-type"])
        for name in ["signature", "signature-input", "content-digest", "content-type"] {
            let bytes = Array(try #require(good[name]?.first).utf8)
            for place in bytes.indices {
                for bit in 0..<7 as Range<UInt8> {
                    var bad = bytes
                    bad[place] ^= 1 << bit
                    let line = String(decoding: bad, as: UTF8.self)
                    #expect(throws: MessageSignatureError.self, "\(line)") {
                        try verify(try with(good) { $0[name] = [line] })
                    }
                }
            }
        }
        for place in body.indices {
            var bad = body
            bad[place] ^= 1
            #expect(throws: MessageSignatureError.digest) { try verify(try with(good, body: bad)) }
        }
    }

    @Test func `a mutation that passes says the same`() throws {
        let good = try message().signed(by: key, created: now, nonce: "n")
        let statement = try verify(good)
        let names = ["signature", "signature-input", "content-digest"]
        var random = Seeded(3)
        for round in 0..<Slow.count(3000, 300_000) {
            let name = names[round % 3]
            let text = Array(try #require(good[name]?.first).utf8)
            let line = String(decoding: random.mutate(text), as: UTF8.self)
            guard let changed = try? with(good, fields: { $0[name] = [line] }),
                let said = try? verify(changed)
            else { continue }
            // Only white space that the standard passes over can differ.
            #expect(said == statement)
            #expect(
                line.filter { $0 != " " && $0 != "\t" } == good[name]?.first?.filter { $0 != " " })
        }
    }
}
