// SPDX-License-Identifier: Apache-2.0
public import Canon

/// A pack that cannot be read or written, and why.
public enum PackError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The system refused a file operation.
    case file(operation: String, name: String, reason: String)
    /// There is no pack of that number.
    case noSuchPack(Int)
    /// No record can start or end at that place.
    case noSuchPosition(PackPosition)
    /// No whole record lies at that place.
    case noSuchRecord(SegmentLocation, reason: String)
    /// The record is of another segment.
    case wrongSegment(SegmentLocation, expected: Canon.Digest, found: Canon.Digest)
    /// The record's bytes are not what their id says.
    case damaged(SegmentLocation, id: Canon.Digest)
    /// The segment at that place was erased.
    case erased(SegmentLocation, id: Canon.Digest)
    /// A segment longer than a pack can hold.
    case tooLarge(found: Int, limit: Int)
    /// An earlier failure left it open what is on the disk; the store takes nothing more.
    case closed(reason: String)

    /// What is wrong, where, and how to mend it.
    public var description: String {
        switch self {
        case .file(let operation, let name, let reason):
            "cannot \(operation) \(name): \(reason)"
        case .noSuchPack(let pack):
            "there is no pack \(pack): restore it from a backup"
        case .noSuchPosition(let position):
            "\(position): no record can end there; take the end that the last sync gave"
        case .noSuchRecord(let location, let reason):
            "\(location): \(reason); check the location, then restore the pack from a backup"
        case .wrongSegment(let location, let expected, let found):
            "\(location): segment \(found.short) lies there, \(expected.short) wanted: the index "
                + "and the packs are not of one time"
        case .damaged(let location, let id):
            "\(location): segment \(id.short) is damaged: restore the pack from a backup"
        case .erased(let location, let id):
            "\(location): segment \(id.short) was erased"
        case .tooLarge(let found, let limit):
            "a segment of \(found) bytes, at most \(limit) fit: split its rows"
        case .closed(let reason):
            "the packs take no more after a failure (\(reason)): mend its cause and start again"
        }
    }
}
