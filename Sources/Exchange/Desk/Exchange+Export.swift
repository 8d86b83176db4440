// SPDX-License-Identifier: Apache-2.0
package import Canon
internal import Consent
internal import Foundation
package import Identity
internal import Ledger
internal import Market
internal import Vault

/// A file of what a party is given of her own.
package struct OwnFile: Sendable {
    /// Its name, such as "grants.json".
    package let name: String
    /// What it holds.
    package let content: Content

    /// What a file holds.
    package enum Content: Sendable {
        /// CSV.
        case text(String)
        /// JSON.
        case json(JSON)
    }
}

/// Everything of a party, to take away.
extension Exchange {
    /// All that the exchange holds about a party, file by file: her rows as CSV, her grants, statement, draws of shares,
    /// suspensions, orders with their answers, pseudonyms, and what opens her hidden account. In the clear, so never on a disk unless she asks.
    package func ownFiles(of key: SigningKey) throws -> [OwnFile] {
        var files: [OwnFile] = []
        var names: [String: Int] = [:]
        for rows in try ownRows(of: key) {
            let table = rows.schema.table
            names[table, default: 0] += 1
            let name = names[table] == 1 ? table : "\(table)-\(names[table]!)"
            files.append(OwnFile(name: name + ".csv", content: .text(rows.csv)))
        }
        let grants = grants(of: key).map { grant, usage -> JSON in
            [
                "grant": grant.json, "studies": .integer(Int64(usage.studies)),
                "spent": .string(String(usage.spent)), "withdrawn": .bool(usage.withdrawn != nil),
            ]
        }
        let orders = try orders(of: key).map { try openedOrder($0, by: key) }
        let others: [(String, JSON)] = [
            ("grants.json", .array(grants)),
            ("statement.json", .array(try statement(of: key).map(\.json))),
            ("draws.json", .array(try draws(of: key).map(\.json))),
            ("suspensions.json", suspensionsJSON(of: key)),
            ("orders.json", .array(orders)), ("pseudonyms.json", pseudonyms(of: key)),
        ]
        let hidden = try hiddenOpenings(of: key).map { [("hidden-account.json", $0)] } ?? []
        return files + (others + hidden).map { OwnFile(name: $0, content: .json($1)) }
    }

    /// Writes ``ownFiles(of:)`` to a new folder that nobody else can read.
    ///
    /// - Returns: the files' paths.
    /// - Throws: ``ExchangeError/folder(_:_:)`` for a folder that holds something already.
    package func exportOwn(of key: SigningKey, to folder: String) throws -> [String] {
        let disk = FileManager.default
        try HomeFolder.checkOutside(folder)
        guard try HomeFolder(path: folder).entries().isEmpty else {
            throw ExchangeError.folder(folder, "it is not empty; name a new folder")
        }
        try disk.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try disk.setAttributes([.posixPermissions: 0o700], ofItemAtPath: folder)
        return try ownFiles(of: key).map { file in
            let path = folder + "/" + file.name
            try Data(try file.bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
            try disk.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            return path
        }
    }
}

extension OwnFile {
    /// The file's bytes.
    var bytes: [UInt8] {
        get throws {
            switch content {
            case .text(let text): Array(text.utf8)
            case .json(let json): try json.canonical()
            }
        }
    }
}

extension Rows {
    /// The rows as RFC 4180 text, values as people read them.
    var csv: String {
        func quoted(_ text: String) -> String {
            text.contains(where: { ",\"\r\n".contains($0) })
                ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
        }
        var lines = [schema.columns.map(\.name).joined(separator: ",")]
        for row in 0..<count {
            lines.append(
                columns.indices.map { place in
                    let value = columns[place].values[row]
                    guard value != Schema.null else { return "" }
                    let column = schema.columns[place]
                    switch column.kind {
                    case .integer: return String(value)
                    case .decimal: return column.kind.written(value)
                    case .category: return quoted(column.categories[Int(value)])
                    case .text: return quoted(columns[place].dictionary[Int(value)])
                    case .date: return CalendarDay(number: value).description
                    case .timestamp:
                        return Timestamp(milliseconds: value.flooredQuotient(1000)).description
                    case .boolean: return value == 0 ? "false" : "true"
                    }
                }.joined(separator: ","))
        }
        return lines.joined(separator: "\r\n") + "\r\n"
    }
}
