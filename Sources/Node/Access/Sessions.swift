// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Synchronization

/// Browsers that are signed in, by the digest of their cookie. They end with the process, after a
/// while, and when somebody signs out.
final class Sessions: Sendable {
    /// How long a session lasts without being used.
    static let milliseconds: Int64 = 12 * 3_600_000
    /// How long a session lasts at most: a week.
    static let longest: Int64 = 7 * 86_400_000
    /// How long ago one may have begun that changes what opens the account.
    static let freshMilliseconds: Int64 = 10 * 60_000
    /// The most at once; the oldest ends first.
    static let most = 100_000
    /// The name of the cookie.
    static let cookie = "dividend-session"

    private struct Session {
        let access: Access
        let began: Int64
        var used: Int64
    }

    private let open = Mutex<[Digest: Session]>([:])
    private let random: @Sendable () -> UInt64

    init(random: @escaping @Sendable () -> UInt64) { self.random = random }

    /// Begins a session.
    ///
    /// - Returns: the cookie's value.
    func begin(for access: Access, at now: Timestamp) -> String {
        let token = Chance.secret(from: random)
        let session = Session(
            access: access, began: now.milliseconds, used: now.milliseconds)
        open.withLock { open in
            if open.count >= Sessions.most,
                let oldest = open.min(by: { $0.value.used < $1.value.used })?.key
            {
                open[oldest] = nil
            }
            open[Digest(of: Array(token.utf8))] = session
        }
        return token
    }

    /// Whose session it is; nil for one that has ended.
    func find(_ token: String, at now: Timestamp) -> (access: Access, began: Int64)? {
        let id = Digest(of: Array(token.utf8))
        return open.withLock { open in
            guard var session = open[id] else { return nil }
            guard now.milliseconds - session.used < Sessions.milliseconds,
                now.milliseconds - session.began < Sessions.longest
            else {
                open[id] = nil
                return nil
            }
            session.used = now.milliseconds
            open[id] = session
            return (session.access, session.began)
        }
    }

    /// Ends all sessions of a party.
    func endAll(of party: String) {
        open.withLock { $0 = $0.filter { $0.value.access.party != party } }
    }

    /// Ends all sessions that an access key began.
    func endAll(by key: Digest) {
        open.withLock { $0 = $0.filter { $0.value.access.means != .accessKey(key) } }
    }

    /// Ends all sessions that a passkey began.
    func endAll(byPasskey id: Digest) {
        open.withLock { $0 = $0.filter { $0.value.access.means != .passkey(id) } }
    }

    /// Ends a session.
    func end(_ token: String) {
        open.withLock { $0[Digest(of: Array(token.utf8))] = nil }
    }
}
