// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing
import TestSupport

@Suite struct CIDTests {
    @Test func `the address of known bytes is the known one`() throws {
        // The empty file and "hello world" as every IPFS tool names them (`--cid-version=1`).
        let empty = CID(.raw, of: [])
        #expect(
            empty.description == "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku")
        #expect(
            CID(.raw, of: Array("hello world".utf8)).description
                == "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e")
        #expect(try CID(empty.description) == empty)
        #expect(empty.bytes.count == 36)
    }

    @Test(arguments: [CID.Codec.raw, .json])
    func `both forms read back`(codec: CID.Codec) throws {
        let cid = CID(codec, of: [1, 2, 3])
        #expect(try CID(cid.description) == cid)
        #expect(try CID(bytes: cid.bytes) == cid)
        #expect(cid.codec == codec)
    }

    @Test func `the codec is part of the address`() {
        #expect(CID(.raw, of: [1]) != CID(.json, of: [1]))
        #expect(CID(.json, of: []).bytes[..<5] == [1, 0x80, 0x04, 0x12, 0x20])
    }

    @Test func `addresses are ordered by their bytes`() {
        let all = (0..<50).map { CID($0 % 2 == 0 ? .raw : .json, of: [UInt8($0)]) }.sorted()
        for (left, right) in zip(all, all.dropFirst()) {
            #expect(left.bytes.lexicographicallyPrecedes(right.bytes))
        }
    }

    @Test func `what reads is what would be written, whatever was done to it`() {
        var random = Seeded(5)
        for _ in 0..<4000 {
            let cid = CID(Bool.random(using: &random) ? .raw : .json, of: random.bytes(3))
            let bytes = random.mutate(cid.bytes)
            if let back = try? CID(bytes: bytes) { #expect(back.bytes == bytes) }
            let text = String(decoding: random.mutate(Array(cid.description.utf8)), as: UTF8.self)
            if let back = try? CID(text) { #expect(back.description == text) }
        }
    }

    @Test(arguments: ["", "b", "zQm", "Qmabc", "BAFK", "bafkreihdwdcefgh4dqkjv67uzcmw7oj", "bé"])
    func `other texts are refused`(text: String) {
        #expect(throws: FormatError.self) { try CID(text) }
    }
}
