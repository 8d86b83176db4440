// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Exchange
internal import Logging
internal import Market
internal import ServiceLifecycle

/// Closes a block now and then, so that what happened is signed soon.
struct BlockService: Service {
    let exchange: Exchange
    /// How long an entry waits at most.
    static let period = Duration.seconds(5)

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: BlockService.period)
                try await exchange.seal()
            }
        }
    }
}

/// Forgets what has run out: files that nobody confirmed, grants that nobody signed, and which requests
/// were done a day ago.
struct ForgetService: Service {
    let node: Node
    static let period = Duration.seconds(600)

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try await node.exchange.forgetDone(
                    before: node.now.adding(milliseconds: -Repeats.milliseconds))
                try await node.exchange.forgetQuotes()
                node.uploads.forget(at: node.now)
                try? await Task.sleep(for: ForgetService.period)
            }
        }
    }
}

/// Makes models anew that somebody withdrew from, where pool and owner agreed to that.
struct RetrainService: Service {
    let exchange: Exchange
    let logger: Logger
    /// How often it looks.
    static let period = Duration.seconds(30)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while true {
                do {
                    try await Task.sleep(for: RetrainService.period)
                    while let done = try await exchange.retrainNext() {
                        let metadata: Logger.Metadata = ["order": "\(done.order)"]
                        switch done.outcome {
                        case .made: logger.info("model made anew", metadata: metadata)
                        case .refused(let reason):
                            logger.notice(
                                "model not made anew: \(reason)", metadata: metadata)
                        }
                    }
                } catch is CancellationError {
                    return
                } catch {
                    logger.error(
                        "retraining failed", metadata: ["error": "\(ErrorWords(error).message)"])
                }
            }
        }
    }
}

/// Pays what pools owe into their contributors' accounts, now and then, so that nobody has to ask for it.
struct PayoutService: Service {
    let node: Node
    /// How often.
    let period: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while true {
                do { try await Task.sleep(for: period) } catch { return }
                for pool in await node.exchange.state.pools.keys.sorted() {
                    do { _ = try await node.exchange.payOut(pool) } catch MarketError.nothingToPay {
                        continue
                    } catch {
                        // The next time is soon enough; what is owed stays owed.
                        logger.error(
                            "payout failed", metadata: ["error": "\(ErrorWords(error).message)"])
                    }
                }
            }
        }
    }
}
