// SPDX-License-Identifier: Apache-2.0
internal import Exchange
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Identity

extension Node {
    /// Where a request comes from: the socket's other end; behind a proxy what the proxy says last.
    func address(of request: Request, _ context: NodeContext) -> String {
        guard isBehindProxy, let name = HTTPField.Name("X-Forwarded-For"),
            let last = request.headers[values: name].last?.split(separator: ",").last
        else { return context.address }
        return last.trimmingPrefix { $0 == " " }.prefix(64).lowercased()
    }

    /// What a request's address counts as where addresses are limited.
    func network(of request: Request, _ context: NodeContext) -> String {
        Network.of(address(of: request, context))
    }

    /// Whose pace and whose limits a request counts towards: the party's, or the address's where nobody is
    /// signed in.
    func payer(of request: Request, _ context: NodeContext) -> String {
        context.caller.map { "party " + $0.party } ?? context.machine.map { "machine " + $0.did }
            ?? "address " + network(of: request, context)
    }
}

/// Addresses that one person has.
enum Network {
    /// An IPv6 address's first 64 bits, since whoever has one has them all; an IPv4 address itself, also
    /// where it is written as one of IPv6; anything else as it is.
    static func of(_ address: String) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard address.contains(":"),
            inet_pton(AF_INET6, String(address.prefix { $0 != "%" }), &bytes) == 1
        else { return address }
        if bytes.prefix(10).allSatisfy({ $0 == 0 }), bytes[10] == 0xff, bytes[11] == 0xff {
            return bytes.suffix(4).map(String.init).joined(separator: ".")
        }
        let words = stride(from: 0, to: 8, by: 2).map { place in
            String(UInt16(bytes[place]) << 8 | UInt16(bytes[place + 1]), radix: 16)
        }
        return words.joined(separator: ":") + "::/64"
    }
}
