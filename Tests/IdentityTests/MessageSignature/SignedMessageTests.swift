// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import Testing
import TestSupport

@Suite struct SignedMessageTests {
    /// RFC 9421, appendix B.2: test-request, but for its digest by SHA-512, which is not covered.
    private func request() throws -> SignedMessage {
        try SignedMessage(
            method: "POST", authority: "example.com", path: "/foo", query: "param=Value&Pet=dog",
            fields: [
                "Host": ["example.com"], "Date": ["Tue, 20 Apr 2021 02:07:55 GMT"],
                "Content-Type": ["application/json"], "Content-Length": ["18"],
            ], body: Array(#"{"hello": "world"}"#.utf8))
    }

    private func parameters(_ input: String) throws -> SignatureParameters {
        try SignatureParameters(
            try #require(try StructuredDictionary(parsing: input).members.first))
    }

    private func base(_ message: SignedMessage, _ input: String) throws -> String {
        String(decoding: try message.signatureBase(try parameters(input)), as: UTF8.self)
    }

    @Test func `the Ed25519 example of RFC 9421, B.2.6, holds byte for byte`() throws {
        let input =
            #"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")"#
            + #";created=1618884473;keyid="test-key-ed25519""#
        let base = try base(try request(), input)
        #expect(
            base == """
                "date": Tue, 20 Apr 2021 02:07:55 GMT
                "@method": POST
                "@path": /foo
                "@authority": example.com
                "content-type": application/json
                "content-length": 18
                "@signature-params": ("date" "@method" "@path" "@authority" "content-type" \
                "content-length");created=1618884473;keyid="test-key-ed25519"
                """)
        // Appendix B.1.4: the key, as a JWK.
        let seed = try #require(
            Base64.decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU", as: .url))
        let key = try #require(SigningKey(seed: seed))
        #expect(
            Base64.encode(key.id.publicKey, as: .url)
                == "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs")
        let field = try StructuredDictionary(
            parsing: "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1"
                + "u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:")
        guard case .item(.bytes(let bytes))? = field["sig-b26"]?.value else {
            Issue.record("no bytes")
            return
        }
        let signature = try #require(Signature(bytes: bytes))
        #expect(key.id.verify(signature, over: Array(base.utf8)))
        #expect(!key.id.verify(signature, over: Array((base + "\n").utf8)))
    }

    @Test func `a signature may cover nothing but what it says of itself`() throws {
        // RFC 9421, appendix B.2.1.
        #expect(
            try base(
                try request(),
                #"sig-b21=();created=1618884473;keyid="k";nonce="b3k2pp5k7z-50gnwp.yemd""#)
                == #""@signature-params": ();created=1618884473;keyid="k";nonce="#
                + #""b3k2pp5k7z-50gnwp.yemd""#)
    }

    /// RFC 9421, sections 2.2.2 to 2.2.7.
    @Test(arguments: [
        ("www.example.com", "/path", "param=value", "https://www.example.com/path?param=value"),
        ("WWW.Example.COM:443", "", nil, "https://www.example.com/"),
        ("www.example.com:8443", "/", "", "https://www.example.com:8443/?"),
        ("[2001:DB8::1]:443", "/a%20b", nil, "https://[2001:db8::1]/a%20b"),
        ("[::1]", "/", "a?b/c", "https://[::1]/?a?b/c"),
        ("localhost:80", "//x//", nil, "https://localhost:80//x//"),
    ])
    func `the target is put together`(
        authority: String, path: String, query: String?, target: String
    ) throws {
        let message = try SignedMessage(
            method: "GET", authority: authority, path: path, query: query)
        #expect(message.targetURI == target)
        let lines = try base(message, #"a=("@target-uri" "@authority" "@path" "@query" "@method")"#)
            .split(separator: "\n")
        #expect(lines[0] == "\"@target-uri\": \(target)")
        #expect(lines[1] == "\"@authority\": \(message.authority)")
        #expect(lines[2] == "\"@path\": \(path.isEmpty ? "/" : path)")
        #expect(lines[3] == "\"@query\": ?\(query ?? "")")
        #expect(lines[4] == "\"@method\": GET")
    }

    @Test func `plain HTTP has another port of its own`() throws {
        let message = try SignedMessage(
            method: "GET", scheme: "http", authority: "localhost:80", path: "/")
        #expect(message.targetURI == "http://localhost/")
        #expect(
            try SignedMessage(method: "GET", scheme: "http", authority: "a:443", path: "/")
                .authority
                == "a:443")
    }

    /// RFC 9421, section 2.1.
    @Test func `the lines of a field are trimmed and joined`() throws {
        let message = try SignedMessage(
            method: "GET", authority: "a", path: "/",
            fields: [
                "Cache-Control": ["max-age=60", "   must-revalidate\t "], "X-Empty-Header": [""],
                "X-OWS-Header": ["   Leading and trailing whitespace.   "], "X-Blank": [" \t "],
            ])
        #expect(
            try base(message, #"a=("cache-control" "x-empty-header" "x-ows-header" "x-blank")"#)
                == """
                "cache-control": max-age=60, must-revalidate
                "x-empty-header": 
                "x-ows-header": Leading and trailing whitespace.
                "x-blank": 
                "@signature-params": ("cache-control" "x-empty-header" "x-ows-header" "x-blank")
                """)
        #expect(message["cache-control"] == ["max-age=60", "must-revalidate"])
        #expect(message["Cache-Control"] == nil)
    }

    @Test(arguments: [
        "a\r\nb", "a\nb", "a\rb", "a\r\n b", "a\n\tb", "a\u{0}", "\u{7f}", "a\u{b}", "\r\n", "\n",
        "ok\n\"@method\": DELETE",
    ])
    func `a line break cannot be smuggled into a field`(line: String) {
        #expect(
            throws: MessageSignatureError.part("x", "no line breaks or control characters wanted")
        ) {
            try SignedMessage(method: "GET", authority: "a", path: "/", fields: ["X": ["a", line]])
        }
    }

    @Test func `the parts have their forms`() {
        func expectRefused(
            method: String = "GET", scheme: String = "https", authority: String = "a",
            path: String = "/", query: String? = nil, fields: [String: [String]] = [:]
        ) {
            #expect(throws: MessageSignatureError.self) {
                try SignedMessage(
                    method: method, scheme: scheme, authority: authority, path: path, query: query,
                    fields: fields)
            }
        }
        for method in ["", "GET ", "GE\nT", "G\u{c9}T", "\"", "GET\r\n"] {
            expectRefused(method: method)
        }
        for scheme in ["", "HTTPS", "ftp", "https:"] { expectRefused(scheme: scheme) }
        for authority in [
            "", ":443", "a:", "a:b", "a:123456", "a b", "user@a", "a/b", "a?b", "a#b", "a\n", "[",
            "[]", "[::1", "::1", "a:1:2", "[::1]x", "\u{e9}.example", "[a b]", "\u{212a}",
        ] { expectRefused(authority: authority) }
        for path in ["a", "*", "/a?b", "/a#b", "/a b", "/a\nb", "/\u{e9}", "https://a/"] {
            expectRefused(path: path)
        }
        for query in ["a#b", "a b", "a\nb", "\u{e9}", "\u{7f}"] { expectRefused(query: query) }
        for name in ["", "a b", "a:", "a\n", "@method", "\u{e9}", "a\"", "\u{212a}"] {
            expectRefused(fields: [name: ["x"]])
        }
        expectRefused(fields: ["Date": ["x"], "date": ["x"]])
        expectRefused(fields: ["date": []])
    }

    @Test func `components that are not taken are refused`() throws {
        let message = try request()
        for (list, error) in [
            (#"("@status")"#, 0), (#"("@request-target")"#, 0), (#"("@scheme")"#, 0),
            (#"("@query-param";name="Pet")"#, 0), (#"("@method" "Date")"#, 1), (#"("")"#, 0),
            (#"("@method" "date";sf)"#, 1), (#"("date";bs)"#, 0), (#"("date";key="a")"#, 0),
            (#"("@method";req)"#, 0), (#"("date" "date")"#, 1), (#"("@path" "@path")"#, 1),
            (#"("signature")"#, 0), (#"("signature-input")"#, 0), (#"(1)"#, 0), (#"(:AQI=:)"#, 0),
            (#"("a b")"#, 0), (#"("a\"")"#, 0), (#"("@")"#, 0), (#"("@Method")"#, 0),
            (#"("@signature-params")"#, 0),
        ] {
            #expect {
                try parameters("a=" + list)
            } throws: { thrown in
                if case .component(error, _) = thrown as? MessageSignatureError {
                    true
                } else {
                    false
                }
            }
        }
        for bad in [
            #"a="x""#, "a=1", "a=();created", #"a=();created="1""#, "a=();expires=:AQI=:",
            "a=();keyid=1", "a=();alg", "a=();nonce=1", "a=();tag=1", "a=();more=1",
        ] {
            #expect {
                try parameters(bad)
            } throws: { thrown in
                if case .parameter = thrown as? MessageSignatureError { true } else { false }
            }
        }
        let many = (0...SignatureParameters.mostComponents).map { "\"x\($0)\"" }
        #expect(throws: MessageSignatureError.self) {
            try parameters("a=(\(many.joined(separator: " ")))")
        }
        #expect(throws: MessageSignatureError.missing("x-none")) {
            try base(message, #"a=("x-none")"#)
        }
        let foreign = try SignedMessage(
            method: "GET", authority: "a", path: "/", fields: ["x": ["\u{e9}"]])
        #expect(throws: MessageSignatureError.part("x", "only ASCII can be signed")) {
            try base(foreign, #"a=("x")"#)
        }
    }

    /// RFC 9530, appendix B, and RFC 9421, section 1.1.
    @Test func `the digest of a body is that of the standard`() {
        #expect(
            SignedMessage.contentDigest(of: Array(#"{"hello": "world"}"#.utf8))
                == "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:")
    }
}
