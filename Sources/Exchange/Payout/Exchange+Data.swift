// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Erasure
internal import Fields
package import Identity
internal import Ledger
internal import Market
internal import Storage

/// What is sealed to those a batch pays, published so that it can be had without the node: coded in chunks of
/// which any half restores all of it (Reed-Solomon), under a commitment whose digest the journal has.
extension Exchange {
    /// How many chunks are enough; there are twice as many.
    static let dataChunks = 64

    /// Codes what is sealed; the same bytes give the same chunks.
    static func coded(_ sealed: [UInt8]) throws -> CodedBlob {
        try CodedBlob(sealed, dataChunks: dataChunks)
    }

    /// The lines of a batch, sealed, each to the account it is about.
    func seal(
        _ batch: BatchState, _ changes: [(index: Int, balance: UInt64)], _ book: HiddenBook
    ) throws -> [UInt8] {
        let balances = Dictionary(changes.map { ($0.index, $0.balance) }, uniquingKeysWith: { $1 })
        let moved: [(index: Int, amount: Int64)] =
            switch batch.kind {
            case .payout: try lines(of: batch.number).map { ($0.index, Int64($0.amount)) }
            case .draw(let account, _): [(account, -batch.amount.microunits)]
            }
        return try SealedPayouts(
            moved.map { index, amount in
                guard let balance = balances[index] else {
                    throw ExchangeError.refused(
                        "batch \(batch.number) did not change account \(index), which it pays")
                }
                let line = SealedPayouts.Line(
                    account: index, amount: amount, balance: balance,
                    salt: book.salt(of: index, batch: batch.number).flatMap(\.bytes))
                return (line, book.readingKey(of: index))
            }, batch: batch.id
        ).bytes
    }

    /// The chunks of a settled batch's sealed payouts; nil where there are none.
    func codedData(of batch: Int) throws -> CodedBlob? {
        if let lastCoded, lastCoded.batch == batch { return lastCoded.blob }
        guard let sealed = try store.mark(Exchange.dataMark(batch)) else { return nil }
        let coded = try Exchange.coded(sealed)
        lastCoded = (batch, coded)
        return coded
    }

    /// The bytes of a part of a settled batch's sealed payouts: of its commitment, or of a chunk by its number;
    /// nil where there is no such part.
    package func data(of batch: Int, part: String) throws -> [UInt8]? {
        guard let coded = try codedData(of: batch) else { return nil }
        if part == "commitment" { return coded.commitment.bytes }
        guard let chunk = Int(part), (0..<coded.chunkCount).contains(chunk), part == "\(chunk)"
        else { return nil }
        return try coded.chunk(chunk).bytes
    }

    /// What opens everything that was ever sealed to a party's hidden account, with the node gone.
    ///
    /// - Throws: before she was paid anything.
    package func readingKey(of key: SigningKey) throws -> [UInt8] {
        let book = try hiddenBook()
        guard let index = book.indices[key.id] else {
            throw ExchangeError.refused("she has no hidden account: nothing was paid to her yet")
        }
        return book.readingKey(of: index)
    }

    /// The name under which a batch's sealed payouts are kept.
    static func dataMark(_ batch: Int) -> String { "hidden/data/\(batch)" }

    /// Where a public copy has the commitment to a batch's sealed payouts.
    package static func commitmentFile(_ batch: Int) -> String { "data/\(batch)/commitment" }

    /// Where a public copy has a chunk of a batch's sealed payouts.
    package static func chunkFile(_ batch: Int, _ chunk: Int) -> String { "data/\(batch)/\(chunk)" }
}
