// SPDX-License-Identifier: Apache-2.0
internal import Synchronization

/// Counts requests by method, route and status, for Prometheus.
final class RequestMeter: Sendable {
    private struct Key: Hashable {
        let method: String
        let route: String
        let status: Int
    }

    private struct Sum {
        var count: UInt64 = 0
        var seconds = 0.0
    }

    private let sums = Mutex<[Key: Sum]>([:])

    func count(method: String, route: String, status: Int, took: Duration) {
        // Methods are what clients choose: only known ones get a line of their own.
        let method = RequestMeter.methods.contains(method) ? method : "other"
        sums.withLock {
            $0[Key(method: method, route: route, status: status), default: Sum()].count += 1
            $0[Key(method: method, route: route, status: status)]?.seconds += took / .seconds(1)
        }
    }

    private static let methods: Set = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]

    /// Requests by route and status, for the operator's page.
    var table: [[String: String]] {
        sums.withLock { $0 }.map { key, sum in
            [
                "route": "\(key.method) \(key.route)", "status": "\(key.status)",
                "count": "\(sum.count)",
            ]
        }.sorted {
            ($0["route"] ?? "", $0["status"] ?? "") < ($1["route"] ?? "", $1["status"] ?? "")
        }
    }

    /// The lines of Prometheus' text format, in an order that stays.
    var lines: [String] {
        let sums = sums.withLock { $0 }
        let sorted = sums.map { key, sum in
            (
                labels:
                    "{method=\"\(key.method)\",route=\"\(key.route)\",status=\"\(key.status)\"}",
                sum: sum
            )
        }.sorted { $0.labels < $1.labels }
        return ["# TYPE dividend_requests_total counter"]
            + sorted.map { "dividend_requests_total\($0.labels) \($0.sum.count)" }
            + ["# TYPE dividend_request_seconds_total counter"]
            + sorted.map { "dividend_request_seconds_total\($0.labels) \($0.sum.seconds)" }
    }
}
