// SPDX-License-Identifier: Apache-2.0
import Canon
import Foundation
import Identity
import Testing
import TestSupport

@Suite struct KeyFileTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    @Test func `a key without a passphrase reads back from a file that only its owner reads`()
        throws
    {
        try withFolder { folder in
            var random = Seeded(1)
            let key = SigningKey(using: &random)
            let path = folder + "/owner.key"
            try KeyFile.create(key, at: path, using: &random)
            #expect(try mode(path) == 0o600)
            #expect(try KeyFile.read(path).seed == key.seed)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["owner.key"])
            #expect(try !KeyFile.needsPassphrase(KeyFile.contents(of: path)))
        }
    }

    @Test func `a key is never overwritten, and a failed attempt leaves nothing behind`() throws {
        try withFolder { folder in
            var random = Seeded(2)
            let first = SigningKey(using: &random)
            let path = folder + "/owner.key"
            try KeyFile.create(first, at: path, using: &random)
            #expect(throws: KeyFileError.exists(path: path)) {
                try KeyFile.create(SigningKey(using: &random), at: path, using: &random)
            }
            #expect(try KeyFile.read(path).seed == first.seed)
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["owner.key"])
        }
    }

    @Test(arguments: [0o640, 0o604, 0o620, 0o610, 0o666, 0o777])
    func `a file that is open to others is refused with the way to mend it`(mode: Int) throws {
        try withFolder { folder in
            var random = Seeded(3)
            let path = folder + "/owner.key"
            try KeyFile.create(SigningKey(using: &random), at: path, using: &random)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
            let error = #expect(throws: KeyFileError.self) { try KeyFile.read(path) }
            #expect(error == .openToOthers(path: path, mode: UInt32(mode)))
            #expect(error?.description.contains("chmod 600 '\(path)'") == true)
        }
    }

    @Test func `what is not a file is refused`() throws {
        try withFolder { folder in
            #expect(throws: KeyFileError.notAFile(path: folder)) { try KeyFile.read(folder) }
            let error = #expect(throws: KeyFileError.self) { try KeyFile.read(folder + "/none") }
            #expect(error?.description.contains("No such file") == true)
            var random = Seeded(4)
            #expect(throws: KeyFileError.self) {
                try KeyFile.create(
                    SigningKey(using: &random), at: folder + "/no/such.key", using: &random)
            }
        }
    }

    @Test func `a sealed key opens with its passphrase alone`() throws {
        var random = Seeded(5)
        let key = SigningKey(using: &random)
        let text = try KeyFile.text(
            of: key, passphrase: "cafe\u{301} noir", cost: 15, using: &random)
        #expect(try KeyFile.needsPassphrase(text))
        #expect(!String(decoding: text, as: UTF8.self).contains(Base64.encode(key.seed, as: .url)))
        #expect(try KeyFile.key(from: text, passphrase: "caf\u{e9} noir").seed == key.seed)
        #expect(throws: KeyFileError.wrongPassphrase) {
            try KeyFile.key(from: text, passphrase: "cafe noir")
        }
        #expect(throws: KeyFileError.passphraseWanted) { try KeyFile.key(from: text) }
        #expect(throws: KeyFileError.emptyPassphrase) {
            try KeyFile.key(from: text, passphrase: "")
        }
        #expect(throws: KeyFileError.emptyPassphrase) {
            try KeyFile.text(of: key, passphrase: "", cost: 15, using: &random)
        }
        #expect(throws: KeyFileError.self) {
            try KeyFile.text(of: key, passphrase: "x", cost: 14, using: &random)
        }
    }

    /// Made once by Python (hashlib.scrypt and python-cryptography) from the format's description.
    @Test func `a key file that another program made is opened`() throws {
        let text =
            #"{"check":"af22f64b59433212c2c806ec31491a3b296f91028807e41a6829450dde32f8fc","f"#
            + #"ormat":"dividend-key/1","party":"did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3"#
            + #"djdX3mDooWp","scrypt":{"n":32768,"p":1,"r":8,"salt":"AAECAwQFBgcICQoLDA0ODw"},"#
            + #""sealed":"AAECAwQFBgcICQoLa2Hev7CJ73vr_o50Q2_zyr0SEX2AidANrIV3kkBh7VHqkCaKBXzF"#
            + #"A9J98fLXQw5H"}"#
        let key = try KeyFile.key(from: Array(text.utf8), passphrase: "correct horse")
        #expect(key.seed == [UInt8](repeating: 0, count: 32))
        var random = Seeded(8)
        let ours = try KeyFile.text(of: key, passphrase: "correct horse", cost: 15, using: &random)
        #expect(try JSON(parsing: ours).object?.keys == JSON(parsing: text).object?.keys)
    }

    @Test func `an edited or cut file is damaged, whatever was done to it`() throws {
        var random = Seeded(6)
        let key = SigningKey(using: &random)
        let plain = try KeyFile.text(of: key, using: &random)
        let sealed = try KeyFile.text(of: key, passphrase: "p", cost: 15, using: &random)
        for round in 0..<3000 {
            let bytes = random.mutate(round % 2 == 0 ? plain : sealed)
            // Without a passphrase a sealed file that reads stops before scrypt.
            do {
                #expect(try KeyFile.key(from: bytes).seed == key.seed)
            } catch KeyFileError.damaged, KeyFileError.format {
            } catch KeyFileError.passphraseWanted {
                #expect(try JSON(parsing: bytes) == JSON(parsing: sealed))
            }
        }
        for end in 0..<plain.count - 1 {
            #expect(throws: KeyFileError.self) { try KeyFile.key(from: Array(plain[..<end])) }
        }
    }

    @Test func `a file that contradicts itself is refused even with a fitting check`() throws {
        var random = Seeded(7)
        let key = SigningKey(using: &random)
        let other = SigningKey(using: &random)
        let plain = try #require(JSON(parsing: try KeyFile.text(of: key, using: &random)).object)
        let sealed = try #require(
            JSON(parsing: try KeyFile.text(of: key, passphrase: "p", cost: 15, using: &random))
                .object)
        func rebuilt(_ members: [String: JSON], _ name: String, _ value: JSON?) throws -> [UInt8] {
            var members = members
            members[name] = value
            members["check"] = nil
            members["check"] = .string(Digest(of: try JSON.object(members).signable()).hex)
            return try JSON.object(members).signable()
        }
        func scrypt(_ n: JSON, _ salt: JSON = "AAAAAAAAAAAAAAAAAAAAAA") -> JSON {
            ["n": n, "r": 8, "p": 1, "salt": salt]
        }
        #expect(throws: KeyFileError.self) {
            try KeyFile.key(from: rebuilt(plain, "party", .string(other.id.did)))
        }
        for (name, value): (String, JSON?) in [
            ("seed", "AAAA"), ("seed", nil), ("seed", 1), ("format", "x"),
        ] {
            #expect(throws: KeyFileError.self) {
                try KeyFile.key(from: rebuilt(plain, name, value))
            }
        }
        let bad: [(String, JSON?)] = [
            ("scrypt", nil), ("scrypt", scrypt(1024)), ("scrypt", scrypt(.integer(1 << 40))),
            ("scrypt", scrypt(32_769)), ("scrypt", scrypt(-32_768)),
            ("scrypt", scrypt(0)),
            ("scrypt", scrypt(32_768, "AAAA")), ("sealed", "AAAA"), ("sealed", 5),
        ]
        for (name, value) in bad {
            #expect(throws: KeyFileError.self) {
                try KeyFile.key(from: rebuilt(sealed, name, value), passphrase: "p")
            }
        }
        #expect(throws: KeyFileError.wrongPassphrase) {
            try KeyFile.key(from: rebuilt(sealed, "party", .string(other.id.did)), passphrase: "p")
        }
    }

    @Test func `a giant file is refused unread`() throws {
        #expect(throws: KeyFileError.self) {
            try KeyFile.key(from: [UInt8](repeating: 0x20, count: KeyFile.most + 1))
        }
    }
}
