// SPDX-License-Identifier: Apache-2.0
internal import Canon

/// All records, one after the other, on pages that are closed when they reach 64 KiB.
///
/// A closed page never changes, so a copy of the log shares every page but the last, and a root
/// hashes only the pages that are new. A record is `length: varint, body`, and lies on one page.
/// Its address is `page << 16 | offset`: 40 bits address 2^24 pages, a tebibyte.
struct RecordLog: Sendable {
    static let pageSize = 1 << 16

    private var closed: [[UInt8]] = []
    private var tail: [UInt8] = []
    private var tree = StateTree()
    private var tailChanged = false

    /// How many pages have records on them.
    var pageCount: Int { closed.count + (tail.isEmpty ? 0 : 1) }

    /// Whether the next record begins a page.
    var isPageBoundary: Bool { tail.isEmpty }

    func page(_ number: Int) -> [UInt8] { number == closed.count ? tail : closed[number] }

    /// Adds a record and returns its address.
    mutating func append(_ body: [UInt8]) -> UInt64 {
        let address = UInt64(closed.count) << 16 | UInt64(tail.count)
        if tail.isEmpty { tail.reserveCapacity(RecordLog.pageSize + 512) }
        tail.append(varint: UInt64(body.count))
        tail.append(contentsOf: body)
        tailChanged = true
        if tail.count >= RecordLog.pageSize { close() }
        return address
    }

    /// Takes a page of a snapshot; closed when it has reached its size.
    mutating func append(page: [UInt8]) {
        tail = page
        tailChanged = true
        if tail.count >= RecordLog.pageSize { close() }
    }

    private mutating func close() {
        closed.append(tail)
        tail = []
        tailChanged = false
        if tree.count == closed.count {
            tree.open(closed.count - 1)
        } else {
            tree.appendOpen()
        }
    }

    /// The bytes of a record, without the length.
    ///
    /// - Requires: the address came from ``append(_:)``.
    func body(at address: UInt64) -> ArraySlice<UInt8> {
        let bytes = page(Int(address >> 16))
        var offset = Int(address & 0xffff)
        var length = 0
        var shift = 0
        while true {
            let byte = bytes[offset]
            offset += 1
            length |= Int(byte & 0x7f) << shift
            if byte < 0x80 { break }
            shift += 7
        }
        return bytes[offset..<offset + length]
    }

    /// Whether the record at the address has this id: bytes 1…16 of the body, after the kind.
    @inline(__always) func matches(_ id: TransferID, at address: UInt64) -> Bool {
        let number = Int(address >> 16)
        return number == closed.count
            ? RecordLog.matches(id, tail, Int(address & 0xffff))
            : RecordLog.matches(id, closed[number], Int(address & 0xffff))
    }

    @inline(__always) private static func matches(
        _ id: TransferID, _ bytes: [UInt8], _ start: Int
    ) -> Bool {
        bytes.withUnsafeBytes { raw in
            var offset = start
            while raw[offset] >= 0x80 { offset += 1 }
            offset += 1
            guard raw[offset] != TransferReply.Kind.expiry.rawValue, offset + 17 <= raw.count else {
                return false
            }
            let high = raw.loadUnaligned(fromByteOffset: offset + 1, as: UInt64.self)
            let low = raw.loadUnaligned(fromByteOffset: offset + 9, as: UInt64.self)
            return UInt64(bigEndian: high) == id.high && UInt64(bigEndian: low) == id.low
        }
    }

    /// A Merkle root of all pages. Cost: one hash of 64 KiB for each page that is new.
    mutating func root() -> Digest {
        if tailChanged {
            if tree.count == closed.count { tree.appendOpen() } else { tree.open(closed.count) }
            tailChanged = false
        }
        let (closed, tail) = (closed, tail)
        return tree.root { Digest(of: [0x22], $0 == closed.count ? tail : closed[$0]) }
    }
}

extension [UInt8] {
    /// Appends an unsigned number in seven-bit groups, lowest first (LEB128).
    @inline(__always) mutating func append(varint value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        append(UInt8(truncatingIfNeeded: rest))
    }

    /// Appends four numbers at once: a leg, or the balances of an account.
    @inline(__always) mutating func append(
        varints first: UInt64, _ second: UInt64, _ third: UInt64, _ fourth: UInt64
    ) {
        withUnsafeTemporaryAllocation(byteCount: 40, alignment: 8) { room in
            var end = room.store(varint: first, at: 0)
            end = room.store(varint: second, at: end)
            end = room.store(varint: third, at: end)
            end = room.store(varint: fourth, at: end)
            append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<end]))
        }
    }
}

extension UnsafeMutableRawBufferPointer {
    /// Stores a number in seven-bit groups and returns where it ends, at most ten bytes on.
    @inline(__always) fileprivate func store(varint value: UInt64, at start: Int) -> Int {
        var rest = value
        var end = start
        while rest >= 0x80 {
            self[end] = UInt8(truncatingIfNeeded: rest) | 0x80
            rest >>= 7
            end += 1
        }
        self[end] = UInt8(truncatingIfNeeded: rest)
        return end + 1
    }
}
