// SPDX-License-Identifier: Apache-2.0
import Canon
import Testing

@Suite struct ByteReaderTests {
    private func sample() -> [UInt8] {
        var out = ByteWriter()
        out.write(UInt8(7))
        out.write(Int64(-2))
        out.write(UInt16(0x1234))
        out.write(varint: 300)
        out.write("Zoë")
        out.write(Digest(of: [1]))
        out.write(prefixed: [9, 8])
        out.write(raw: [1])
        return out.bytes
    }

    @Test func `what was written is read`() throws {
        var reader = ByteReader(sample())
        #expect(try reader.read(UInt8.self) == 7)
        #expect(try reader.read(Int64.self) == -2)
        #expect(try reader.read(UInt16.self) == 0x1234)
        #expect(try reader.readVarint() == 300)
        #expect(try reader.readText() == "Zoë")
        #expect(try reader.readDigest() == Digest(of: [1]))
        #expect(try reader.readPrefixed() == [9, 8])
        #expect(throws: FormatError("1 bytes too many", at: reader.offset)) { try reader.finish() }
        #expect(try reader.read(count: 1) == [1])
        try reader.finish()
        #expect(reader.left == 0)
    }

    @Test func `numbers are little-endian`() {
        var out = ByteWriter()
        out.write(UInt32(1))
        #expect(out.bytes == [1, 0, 0, 0])
    }

    @Test(arguments: [0, 1, 127, 128, 16_383, 16_384, UInt64.max >> 1, UInt64.max])
    func `a varint reads back`(value: UInt64) throws {
        var out = ByteWriter()
        out.write(varint: value)
        var reader = ByteReader(out.bytes)
        #expect(try reader.readVarint() == value)
        try reader.finish()
    }

    @Test(arguments: [
        [0x80], [0x80, 0x00], [0xff, 0x00], [UInt8](repeating: 0xff, count: 10),
        [UInt8](repeating: 0x80, count: 9) + [2], [UInt8](repeating: 0x80, count: 11),
    ])
    func `a varint has one form and 64 bits`(bytes: [UInt8]) {
        var reader = ByteReader(bytes)
        #expect(throws: FormatError.self) { try reader.readVarint() }
    }

    @Test func `text is UTF-8`() {
        var reader = ByteReader([2, 0, 0, 0, 0xc3, 0x28])
        #expect(throws: FormatError("text is not UTF-8", at: 0)) { try reader.readText() }
    }

    @Test func `every cut is an error and none a trap`() {
        let whole = sample()
        for end in 0..<whole.count {
            var reader = ByteReader(Array(whole[..<end]))
            #expect(throws: FormatError.self) {
                _ = try reader.read(UInt8.self)
                _ = try reader.read(Int64.self)
                _ = try reader.read(UInt16.self)
                _ = try reader.readVarint()
                _ = try reader.readText()
                _ = try reader.readDigest()
                _ = try reader.readPrefixed()
                _ = try reader.read(count: 1)
            }
        }
    }

    @Test func `a negative or giant count is refused`() {
        var reader = ByteReader([1, 2, 3])
        #expect(throws: FormatError.self) { try reader.read(count: -1) }
        #expect(throws: FormatError.self) { try reader.read(count: .max) }
        #expect(reader.offset == 0)
    }
}
