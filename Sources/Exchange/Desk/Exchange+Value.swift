// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Consent
package import Identity
package import Learn
internal import Ledger
package import Market
package import Privacy
internal import Query
internal import Storage
internal import Study
internal import Vault

/// What a valuation did.
package struct ValuedShares: Sendable {
    /// The number of the epoch.
    package let epoch: UInt32
    /// How many contributors' shares were drawn.
    package let people: Int
    /// How many have a grant in force, and wait since this did not read them.
    package let waiting: Int
    /// What each of them was charged, in units of ρ.
    package let rho: UInt64
    /// Who was suspended, and why.
    package let suspended: [(party: PartyID, code: Suspension.Code)]
    /// The model that they were measured by; it is public.
    package let model: Model

    /// The machine-readable form of who was suspended.
    package var suspendedJSON: JSON {
        .array(
            suspended.map {
                ["party": .string($0.party.did), "code": .string($0.code.rawValue)]
            })
    }
}

/// Shares by value: a private model of everybody's rows, and what each contributor's are worth by it.
extension Exchange {
    /// Draws the shares of all contributors of a pool whose rule is `value`, for a new epoch.
    ///
    /// A model is trained over all whose grants leave enough privacy, as a study is; it becomes public. By it each
    /// contributor's rows are worth some bits (``Learn/Information``), and a band of those, drawn with noise,
    /// becomes one to four shares. Whose rows are copies of what somebody gave before whose grant stands, whatever
    /// privacy it leaves, or contradict the model beyond chance, is suspended: neither read nor paid from now on.
    /// Model, shares and suspensions are one write, which charges everybody; before it nothing is let out.
    ///
    /// - Parameters:
    ///   - question: CREATE MODEL, over the pool.
    ///   - epsilon: what the band costs each, on top of the model.
    package func valueShares(
        of pool: String, by question: String, epsilon: ExactDecimal,
        progress: (@Sendable (_ done: Int, _ total: Int) -> Void)? = nil
    ) async throws -> ValuedShares {
        try require(.value, of: pool, "a valuation")
        let (compiled, offer) = try await modelToValueBy(question, of: pool)
        let response = try Exchange.response(among: Information.count, epsilon: epsilon)
        if let ends = state.pools[pool]?.sharesEnd, now < ends {
            throw MarketError.sharesHold(until: ends)
        }
        let rho = compiled.cost.units + response.charge.units
        let tables = compiled.question.rows.reads.map(\.schema)
        let cohort = chargeable(in: pool, rho: rho, granting: tables)
        guard cohort.count >= offer.minimumCohort else {
            throw ExchangeError.refused(
                "\(offer.minimumCohort) people are needed whose grants cover the tables, were given with the "
                    + "notice of today, and leave the privacy that this costs: wait for grants, or lower epsilon"
            )
        }
        // What is erased from here on stays in the packs until this has ended.
        let number = erasures.studyBegan()
        defer {
            erasures.studyEnded(number)
            if !erasures.due.isEmpty { try? finishErasing() }
        }
        let model = try await train(compiled, over: cohort, progress: progress)
        guard let information = Information(compiled.question, by: model) else {
            throw ExchangeError.refused("the model cannot be measured by")
        }
        let measured = try await Exchange.measure(
            BandRelease(information, epsilon: epsilon),
            over: try reader(of: cohort, tables: tables),
            comparing: try segments(
                of: cohort + givers(in: pool, besides: cohort, granting: tables),
                compiled.question.rows.reads),
            rows: offer.rowsPerPerson,
            drawing: surroundings.generator)
        // Others were served meanwhile. Whom this cannot charge any more it may not let anything out of.
        if let ends = state.pools[pool]?.sharesEnd, now < ends {
            throw MarketError.sharesHold(until: ends)
        }
        let left = Set(chargeable(in: pool, rho: rho, granting: tables))
        guard cohort.allSatisfy(left.contains) else {
            throw ExchangeError.refused(
                "while the shares were measured somebody withdrew, or was suspended, or the grant or the privacy that this "
                    + "needs has changed; nothing was let out and nobody charged: run it again")
        }
        let epoch = (state.pools[pool]?.epoch ?? 0) + 1
        let shares = zip(cohort, measured.bands).map {
            Change.Share(party: $0, shares: UInt64($1) + 1)
        }
        let cleared = state.pools[pool]?.cleared ?? []
        let suspended = measured.suspects.map { (party: cohort[$0], code: $1) }
            .filter { !cleared.contains($0.party) }
        try record(
            [
                .valued(
                    Valuation(
                        pool: pool, epoch: epoch, question: question, rho: compiled.cost.units,
                        model: model.json))
            ] + Exchange.entries(setting: shares, of: pool, epoch: epoch, charging: rho)
                + suspended.map { .suspended(pool: pool, party: $0.party, $0.code) })
        return ValuedShares(
            epoch: epoch, people: cohort.count,
            waiting: state.consent.awaitingValuation(in: pool, at: now), rho: rho,
            suspended: suspended, model: model)
    }

    /// Reads a question that shares can be measured by.
    private func modelToValueBy(
        _ question: String, of name: String
    ) async throws -> (CompiledModel, PoolOffer) {
        guard question.utf8.count <= Valuation.mostQuestion else {
            throw ExchangeError.refused(
                "the question becomes public whole; write at most \(Valuation.mostQuestion) bytes")
        }
        guard try CompiledStudy.pool(of: question) == name else {
            throw ExchangeError.refused("the question has to be one over \(name)")
        }
        let (pool, offer) = try queryPool(name)
        guard case .model(let compiled) = try CompiledStudy(question, pool: pool),
            compiled.isMeasured
        else {
            throw ExchangeError.refused(
                "shares are measured by a model that is measured itself: "
                    + "CREATE MODEL worth FROM \(name) PREDICT column WITH PRIVACY (…), without quality => off"
            )
        }
        guard compiled.tellsWorth else {
            throw ExchangeError.refused(
                "shares are by how much better a model foretells each row; predict a column by logistic or linear "
                    + "regression, or by trees")
        }
        return (compiled, offer)
    }

    /// Whose grants leave so much privacy, cover these tables, and were given with the notice of today.
    private func chargeable(
        in pool: String, rho: UInt64, granting tables: [Schema]
    ) -> [PartyID] {
        parties(with: state.consent.chargeable(in: pool, rho: rho, at: now), granting: tables)
    }

    /// Whose grants, of some places, cover these tables, and were given with the notice of today.
    private func parties(with places: [Int], granting tables: [Schema]) -> [PartyID] {
        places.compactMap { place in
            guard let grant = state.consent.grant(at: place),
                grant.notice == Exchange.noticeDigest,
                tables.allSatisfy({ grant.tables.contains($0.table) })
            else { return nil }
            return grant.party
        }
    }

    /// Who else has a grant in force that covers these tables and was given with the notice of today: a copy of rows is
    /// one also when the privacy of whoever gave them is spent.
    private func givers(
        in pool: String, besides cohort: [PartyID], granting tables: [Schema]
    ) -> [PartyID] {
        let known = Set(cohort)
        return parties(with: state.consent.standing(in: pool, at: now), granting: tables)
            .filter { !known.contains($0) }
    }

    /// The segments of one table, each by itself: whose it is, and when it came.
    private struct Segments: Sendable {
        let columns: TableColumns
        let reader: VaultReader
        let owners: [Int]
        let times: [UInt64]
    }

    private func segments(of cohort: [PartyID], _ tables: [TableColumns]) throws -> [Segments] {
        let came = Dictionary(
            uniqueKeysWithValues: state.segments.all.enumerated().map { ($1.key, UInt64($0)) })
        let (parties, packs) = (try store.owners(), try vault.map())
        return try tables.map { columns in
            let schema = columns.schema
            let (byOwner, digest) = (try store.segments(table: schema.table), schema.digest)
            var places: [[VaultReader.Place]] = []
            var owners: [Int] = []
            var times: [UInt64] = []
            for (place, pseudonym) in cohort.enumerated() {
                for note in parties[pseudonym].flatMap({ byOwner[$0] }) ?? []
                where note.schema == digest {
                    places.append([.init(location: note.location, id: note.id, key: note.key)])
                    owners.append(place)
                    times.append(came[note.id] ?? .max)
                }
            }
            let reader = VaultReader([places], tables: [schema], packs: packs, keys: vaultKeys)
            return Segments(columns: columns, reader: reader, owners: owners, times: times)
        }
    }

    private struct Measured: Sendable {
        let bands: [Int]
        let suspects: [(Int, Suspension.Code)]
    }

    /// Away from the exchange, which others wait for: all rows are read and compared.
    ///
    /// - Parameter segments: of those who are measured, and behind them of others whom they may have copied.
    @concurrent private nonisolated static func measure(
        _ release: BandRelease<Information>, over reader: VaultReader,
        comparing segments: [Segments],
        rows: Int, drawing generator: some RandomNumberGenerator & Sendable
    ) async throws -> Measured {
        var generator = generator
        var source = ByteSource(seededBy: &generator)
        let bands = try release.draw(over: reader, from: &source)
        let people = segments.lazy.flatMap(\.owners).max().map { $0 + 1 } ?? 0
        var search = CopySearch(people: max(people, reader.count))
        for table in segments {
            try search.compare(
                table.columns, in: table.reader, owners: table.owners, times: table.times,
                most: rows)
        }
        var suspects = search.copies.filter { $0 < reader.count }
            .map { ($0, Suspension.Code.copied) }
        let copied = Set(suspects.map(\.0))
        let contradicting = try release.step.contradicting(over: reader)
        suspects += contradicting.filter { !copied.contains($0) }.map { ($0, .contradicting) }
        return Measured(bands: bands, suspects: suspects)
    }
}
