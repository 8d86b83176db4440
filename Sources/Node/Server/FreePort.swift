// SPDX-License-Identifier: Apache-2.0
internal import Exchange
internal import Foundation

/// A port that nobody listens on.
///
/// The node's own address stands in its cookies' and passkeys' origin, so it is known before it listens.
enum FreePort {
    /// Asks the system for one, and gives it back at once: another process could take it before the node
    /// does, which then says so.
    static func find(on host: String) throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw ExchangeError.refused("no socket can be opened") }
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
            throw ExchangeError.refused("--port 0 needs a numeric --host such as 127.0.0.1")
        }
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(socket, address, length) == 0 ? getsockname(socket, address, &length) : -1
            }
        }
        guard status == 0 else {
            throw ExchangeError.refused("\(host) is no address of this machine")
        }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
