// SPDX-License-Identifier: Apache-2.0

/// A contributor's page: files, grants, every use, the statement, leaving.
package struct MePage: Sendable {
    /// A pool as she can allow its studies: what it asks for, what she allows now, what it brought.
    package struct Offer: Sendable {
        package var name, title: String
        /// What its studies may be for, and whether she allows that.
        package var purposes: [(id: String, label: String, isGranted: Bool)]
        /// What her grant says, or what a grant usually says.
        package var floor = "0"
        package var days = "365"
        package var uses = "100"
        package var epsilon = "4"
        package var perStudy = "2"
        /// What stands of her grant; nil where she gave none.
        package var grant: Grant?
        /// What one participant got of each of the last studies, from public amounts and bands.
        package var earned: (studies: Int, least: String, most: String)?

        /// Begins with what the pool is.
        package init(
            name: String, title: String,
            purposes: [(id: String, label: String, isGranted: Bool)]
        ) {
            (self.name, self.title, self.purposes) = (name, title, purposes)
        }
    }

    /// A grant as it stands.
    package struct Grant: Sendable {
        let purposes, spent, limit, expires: String
        /// The code of why no study can use it; nil when it is in force.
        let denial: String?
        /// Where she is suspended, why.
        package var suspended: Suspended?

        /// Why she is suspended, and where her appeal stands.
        package struct Suspended: Sendable {
            /// Where her appeal stands: a message's name.
            package enum Appeal: String, Sendable {
                case open, appealed, upheld
            }

            let code: String
            let reason: String?
            let appeal: Appeal

            /// Takes the code's word and the operator's own reason.
            package init(code: String, reason: String?, appeal: Appeal) {
                (self.code, self.reason, self.appeal) = (code, reason, appeal)
            }
        }

        /// Takes texts that are shown as they are.
        package init(
            purposes: String, spent: String, limit: String, expires: String, denial: String?
        ) {
            (self.purposes, self.spent, self.limit) = (purposes, spent, limit)
            (self.expires, self.denial) = (expires, denial)
        }
    }

    /// One use of her rows, or why there was none.
    package struct Use: Sendable {
        let time, pool, purpose, people, epsilon, address: String
        /// What kinds of numbers were worked out, in words.
        let answers: String
        /// What it brought; nil without an answer.
        let amount: String?
        let denial: String?

        /// Takes texts that are shown as they are.
        package init(
            time: String, pool: String, purpose: String, people: String, epsilon: String,
            address: String, answers: String, amount: String?, denial: String?
        ) {
            self.answers = answers
            (self.time, self.pool, self.purpose) = (time, pool, purpose)
            (self.people, self.epsilon, self.address) = (people, epsilon, address)
            (self.amount, self.denial) = (amount, denial)
        }
    }

    /// A line of her statement.
    package struct Line: Sendable {
        let index, time, amount, code, reason: String

        /// Takes texts that are shown as they are; `code` is the reason's stable word.
        package init(index: String, time: String, amount: String, code: String, reason: String) {
            (self.index, self.time, self.amount) = (index, time, amount)
            (self.code, self.reason) = (code, reason)
        }
    }

    package var party, available, claims: String
    /// What is on its way to her until it is proven; nil when nothing is.
    package var pending: String?
    /// Whether there is a receipt of what she has.
    package var hasReceipt = false
    package var offers: [Offer] = []
    package var uses: [Use] = []
    /// Draws of her shares that read her rows: lines with `time`, `pool`, `shares`, `epsilon` and `index`.
    package var draws: [[String: String]] = []
    package var reads = 0
    package var lines: [Line] = []
    /// What she asked herself: lines with `id`, `time`, `pool`, `price` and `stage`.
    package var orders: [[String: String]] = []
    /// Whether there are more uses or lines than are shown.
    package var isCut = false
    package var earned: [Chart.Bar] = []
    /// Erasures that were recorded: the entry's place and when.
    package var erasures: [(entry: String, time: String)] = []
    package var notice = ""
    /// Whether the browser says: do not sell or share (Global Privacy Control).
    package var optsOut = false
    /// What was just done: a message's name.
    package var said: String?

    /// Begins with the account.
    package init(party: String, available: String, claims: String) {
        (self.party, self.available, self.claims) = (party, available, claims)
    }
}
