// SPDX-License-Identifier: Apache-2.0
internal import Exchange
internal import Logging
internal import Market
internal import ServiceLifecycle

/// Proves batches one after the other, as they come. The queue is the journal's: what a crash leaves pending
/// is proven after the next start.
struct ProveService: Service {
    let exchange: Exchange
    let logger: Logger
    /// How long it waits when nothing is pending, and after a failure.
    static let period = Duration.seconds(2)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // Whatever keeps a batch from being proven takes longer each time, up to five minutes.
            var rest = ProveService.period
            while !Task.isCancelled {
                do {
                    if let batch = try await exchange.provePending() {
                        logger.info("batch proven", metadata: ["batch": "\(batch.number)"])
                        rest = ProveService.period
                        continue
                    }
                } catch is CancellationError {
                    return
                } catch {
                    // It stays pending, and is tried again.
                    logger.error(
                        "proving failed", metadata: ["error": "\(ErrorWords(error).message)"])
                    rest = min(rest * 2, .seconds(300))
                }
                try? await Task.sleep(for: rest)
            }
        }
    }
}
