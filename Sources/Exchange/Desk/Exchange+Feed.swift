// SPDX-License-Identifier: Apache-2.0
package import Canon
package import Identity
internal import Ledger
package import Market

/// A use as its contributor reads of it: what a study took, and what it brought her.
package struct FeedLine: Sendable {
    /// What the study did with her grant.
    package let use: GrantUse
    /// How far the study got.
    package let stage: OrderStage
    /// How many people it was sold for, as a band.
    package let band: String
    /// What kinds of numbers it worked out.
    package let answers: [AnswerKind]
    /// What she got of it, in micro-units; nil when she was not read or there was no answer.
    package let microunits: Int64?
}

extension Exchange {
    /// Every use of a contributor's grants with what it brought her, in the order of the studies.
    ///
    /// - Cost: that of ``uses(of:)`` and of ``statement(of:)``.
    package func feed(of key: SigningKey) throws -> [FeedLine] {
        let shares = try statement(of: key).filter { $0.code == Reason.saleShare.code }
        let brought = Dictionary(
            shares.map { ($0.index, $0.microunits) }, uniquingKeysWith: { $0 + $1 })
        return uses(of: key).compactMap { use in
            guard let study = state.orders[use.order] else { return nil }
            return FeedLine(
                use: use, stage: study.stage, band: study.order.quote.quote.band,
                answers: study.order.quote.quote.answers,
                microunits: use.denial == nil
                    ? study.dividend.map { brought[$0.index] ?? 0 } : nil)
        }
    }

    /// The key under which the journal lists a party's segments and their erasure.
    package nonisolated func vaultParty(of key: SigningKey) -> PartyID {
        key.pseudonym(for: Exchange.vaultContext).id
    }

    /// A certificate of an erasure, signed by the node: which segments' keys were destroyed, and where
    /// the journal records it, so that anybody can check that it was recorded.
    ///
    /// - Throws: when the entry records no erasure of this party's.
    package func erasureCertificate(of key: SigningKey, entry index: Int) throws -> JSON {
        let party = vaultParty(of: key)
        guard let leaf = try leaf(at: index), let hash = leafHash(at: index),
            let entry = try? Entry(leaf: leaf),
            case .dataErased(party, let segments)? = try? Change(kind: entry.kind, body: entry.body)
        else {
            throw ExchangeError.unknown(
                what: "erasure", name: "\(index)", hint: "your page lists those that there are")
        }
        return try DataIntegrity.sign(
            [
                "type": "DividendErasureCertificate", "node": .string(node.id.did),
                "party": .string(party.did), "entry": .integer(Int64(index)),
                "leaf": .string(hash.hex), "time": .string(entry.time.description),
                "segments": .array(segments.map { .string($0.hex) }),
                "statement": .string(Exchange.erasureWords),
            ], by: node, created: now)
    }

    private static let erasureWords = """
        The keys of these segments are destroyed: nothing that began after this entry reads them. Their \
        sealed bytes are overwritten, at the latest when the last study ends that had begun before it. \
        Answers that were given stay given. A backup made before still holds them until its operator \
        destroys it.
        """
}
