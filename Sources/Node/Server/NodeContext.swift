// SPDX-License-Identifier: Apache-2.0
internal import Exchange
package import Hummingbird
internal import Logging

/// What is known of one request besides its bytes.
package struct NodeContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Who asks; nil for anybody.
    var caller: Access?
    /// In which language pages answer.
    var language = "en"

    package init(source: Source) { coreContext = .init(source: source) }
}
