// SPDX-License-Identifier: Apache-2.0
internal import Foundation
internal import Hummingbird
internal import NIOCore

/// The fields of an HTML form (application/x-www-form-urlencoded).
struct Form {
    /// The most bytes of a form.
    private static let most = 1 << 18
    private let fields: [(name: String, value: String)]

    init(_ request: Request) async throws {
        guard
            request.headers[.contentType]?.lowercased()
                .hasPrefix("application/x-www-form-urlencoded") == true
        else { throw Problem(.unsupportedMediaType, "media_type", "send the page's own form") }
        let body = try await request.body.collect(upTo: Form.most)
        fields = try String(buffer: body).split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = Form.plain(parts[0]),
                let value = Form.plain(parts.dropFirst().first ?? "")
            else {
                throw Problem(.badRequest, "format", "a field of the form is not encoded right")
            }
            return (name, value)
        }
    }

    /// The first value of a field; nil when it is not there or empty.
    subscript(name: String) -> String? {
        let value = fields.first { $0.name == name }?.value
        return value?.isEmpty == true ? nil : value
    }

    /// All values of a field.
    func all(_ name: String) -> [String] { fields.filter { $0.name == name }.map(\.value) }

    private static func plain(_ text: Substring) -> String? {
        text.replacing("+", with: " ").removingPercentEncoding
    }
}
