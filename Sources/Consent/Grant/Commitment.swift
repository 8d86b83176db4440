// SPDX-License-Identifier: Apache-2.0
public import Canon
public import Identity

/// What a grant says about its party without saying it: a salted digest that can be opened later.
///
///     commitment = SHA-256("dividend/consent/commitment/v1", 0x00, salt: 32 bytes, fact)
///
/// The salt is random and stays sealed with the fact; without it nothing can be guessed from the
/// commitment, and no two commitments can be told to be about one party.
public enum Commitment {
    /// Commits to any sealed bytes.
    public static func digest(of fact: [UInt8], salt: Digest) -> Digest {
        Digest(of: Array("dividend/consent/commitment/v1\0".utf8) + salt.bytes, fact)
    }

    /// Commits to the party behind a pseudonym.
    public static func digest(of root: PartyID, salt: Digest) -> Digest {
        digest(of: root.publicKey, salt: salt)
    }
}
