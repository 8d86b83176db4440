// SPDX-License-Identifier: Apache-2.0
import Canon
import Identity
import TestSupport

@testable import Consent

/// 2026-01-01T00:00:00Z, and so many seconds later.
func at(_ seconds: Int64) -> Timestamp {
    Timestamp(milliseconds: 1_767_225_600_000 + seconds * 1000)
}

func key(_ number: UInt64) -> SigningKey {
    var random = Seeded(number)
    return SigningKey(using: &random)
}

/// A party without a key behind it, for tests that check no signature.
func stranger(_ number: UInt64) -> PartyID {
    PartyID(publicKey: Digest(words: (7, 7, 7, number)).bytes)!
}

func purposes(_ ids: String...) -> Set<Purpose> { Set(ids.map { Purpose("dpv:" + $0)! }) }

/// A grant that allows ``request()``, but for what a test changes.
func grant(
    party: PartyID = stranger(1), pool: String = "pool:steps", tables: [String] = ["activity_days"],
    purposes: Set<Purpose> = purposes("ResearchAndDevelopment"), priceFloor: Int64 = 100,
    limit: UInt64 = 1000, perStudy: UInt64 = 400, uses: UInt32 = 10, starts: Int64 = 0,
    expires: Int64 = 1000, given: Int64? = nil
) throws -> Grant {
    try Grant(
        party: party, pool: pool, tables: tables, purposes: purposes, priceFloor: priceFloor,
        privacyLimit: limit, privacyPerStudy: perStudy, uses: uses, starts: at(starts),
        expires: at(expires), notice: Digest(of: [1]),
        commitment: Commitment.digest(of: party, salt: Digest(of: [2])), given: given.map(at))
}

func request(
    pool: String = "pool:steps", tables: [String] = ["activity_days"],
    purpose: String = "dpv:AcademicResearch", price: Int64 = 100, rho: UInt64 = 100,
    time: Int64 = 10
) -> Request {
    Request(pool: pool, tables: tables, purpose: purpose, price: price, rho: rho, time: at(time))
}
