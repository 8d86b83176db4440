// SPDX-License-Identifier: Apache-2.0
package import Consent
package import Identity
package import Market

/// What a contributor's machine knows of one pool by itself: the node's key, the pool's terms and her grant as they were
/// when she gave it, and her key there. Whatever a node says later is held against these.
package struct EdgeMembership: Sendable {
    /// The node's key.
    package let node: PartyID
    /// The pool as it was opened; its terms never change.
    package let offer: PoolOffer
    /// What she allowed.
    package let grant: Grant
    /// Her key in this pool.
    package let key: SigningKey

    /// Puts together what is known.
    package init(node: PartyID, offer: PoolOffer, grant: Grant, key: SigningKey) {
        (self.node, self.offer, self.grant, self.key) = (node, offer, grant, key)
    }
}
