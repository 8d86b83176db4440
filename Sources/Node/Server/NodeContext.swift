// SPDX-License-Identifier: Apache-2.0
internal import Exchange
internal import Identity
package import Hummingbird
internal import Logging
internal import NIOCore

/// What is known of one request besides its bytes.
package struct NodeContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Who asks; nil for anybody.
    var caller: Access?
    /// The key of the contributor's machine that asks, in the pool that the path names; nil for anybody else.
    var machine: PartyID?
    /// When her session began, in milliseconds; nil without one.
    var sessionBegan: Int64?
    /// In which language pages answer.
    var language = "en"
    /// Where the request comes from, as far as the socket tells.
    let address: String
    /// The connection it came on.
    let channel: any Channel
    /// Whether the browser says `Sec-GPC: 1`: do not sell or share what is known of me.
    var optsOut = false

    package init(source: Source) {
        coreContext = .init(source: source)
        channel = source.channel
        address = source.channel.remoteAddress?.ipAddress ?? "local"
    }
}
