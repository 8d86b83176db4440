// SPDX-License-Identifier: Apache-2.0
internal import Vault

/// Amazon's order history: the CSV of a data request, and the former order report.
///
/// Column names changed over the years; each value is found under any of its names. "Not Available"
/// and "Not Applicable" are NULL. Money is exact to the hundredth.
struct AmazonImporter: Importer {
    private let session: Session

    init(_ session: Session) { self.session = session }

    private static let secrets: [(name: String, what: IntakeReport.Secret)] = [
        ("Order ID", .identifier), ("Purchase Order Number", .identifier),
        ("PO Line Number", .identifier), ("Carrier Name & Tracking Number", .identifier),
        ("Payment Instrument Type", .payment), ("Shipping Address", .address),
        ("Billing Address", .address), ("Shipping Address Name", .name),
        ("Shipping Address Street 1", .address), ("Shipping Address Street 2", .address),
        ("Shipping Address City", .address), ("Shipping Address State", .address),
        ("Shipping Address Zip", .address), ("Ordering Customer Email", .email),
        ("Buyer Name", .name), ("Group Name", .name), ("Gift Message", .text),
        ("Gift Sender Name", .name), ("Gift Recipient Contact Details", .name),
        ("Gift Recipient Contact", .name), ("Item Serial Number", .device),
    ]

    func read(_ entry: Parcel.Entry) throws(IntakeError) {
        let table = try CSVTable(entry, session: session)
        let writer = session.writer(StandardTables.purchases)
        let date = try table.require("Order Date")
        let product = table.place("Product Name", "Title")
        let category = table.place("Category")
        let currency = table.place("Currency")
        let money: [(column: Int, place: Int?)] = [
            (4, table.place("Unit Price", "Purchase Price Per Unit")),
            (6, table.place("Total Owed", "Total Amount", "Item Total")),
            (7, table.place("Shipment Item Subtotal Tax", "Item Subtotal Tax", "Unit Price Tax")),
        ]
        let quantity = table.place("Quantity", "Original Quantity")
        let condition = table.place("Product Condition", "Condition")
        let status = table.place("Order Status")
        let masked = AmazonImporter.secrets.compactMap { secret in
            table.place(secret.name).map { (place: $0, secret: secret) }
        }
        let taken = [date, product, category, currency, quantity, condition, status]
        table.sayUnread(
            except: Set(
                (taken + money.map(\.place) + masked.map { Optional($0.place) }).compactMap(\.self))
        )
        while try table.next() {
            writer.countRead()
            for (place, secret) in masked where !isNothing(table.reader.field(place)) {
                session.mask(secret.what, secret.name)
            }
            guard let moment = try self.moment(table, date) else { continue }
            writer.set(0, moment.day)
            writer.set(1, text: try text(table, product))
            writer.set(2, text: try text(table, category))
            writer.set(3, text: try text(table, currency))
            for (column, place) in money {
                writer.set(column, place.flatMap { self.money(table, $0, scale: 2) })
            }
            writer.set(5, quantity.flatMap { self.money(table, $0, scale: 0) })
            writer.set(8, try text(table, condition).map(AmazonImporter.condition))
            writer.set(9, try text(table, status).map(AmazonImporter.status))
            try writer.commit(of: nil)
        }
    }

    func finish() {}

    private func isNothing(_ raw: Bytes) -> Bool {
        let bytes = trimmed(raw)
        return bytes.isEmpty || bytes.isText("Not Available") || bytes.isText("Not Applicable")
    }

    private func text(_ table: CSVTable, _ place: Int?) throws(IntakeError) -> String? {
        guard let place, !isNothing(table.reader.field(place)) else { return nil }
        return session.shortened(trimmed(try table.reader.text(place)))
    }

    /// Digits, sign and point of "$1,234.50" or "'-14.39'".
    private func money(_ table: CSVTable, _ place: Int, scale: Int) -> Int64? {
        let bytes = table.reader.field(place)
        guard !isNothing(bytes) else { return nil }
        let marks = Array("$€£¥', \u{a0}".utf8)
        let plain = bytes.filter { !marks.contains($0) }
        if let value = Number.scaled(plain, scale: scale) { return value }
        session.drop(
            "unreadable_number", "a value of \(table.names[place]) is no single number; left empty",
            line: table.reader.line)
        return nil
    }

    private func moment(_ table: CSVTable, _ date: Int) throws(IntakeError) -> Moment? {
        let bytes = trimmed(table.reader.field(date))
        let order = session.options.dateOrder ?? .monthFirst
        if let moment = MomentText.parse(bytes, order: order) { return moment }
        let other: DateOrder = order == .monthFirst ? .dayFirst : .monthFirst
        if MomentText.parse(bytes, order: other) != nil {
            throw IntakeError(
                .ambiguousDates, "a date that is not \(order.rawValue)",
                mend: "Say the order of your Amazon site: \(other.rawValue)",
                line: table.reader.line)
        }
        session.drop("no_date", "the order date cannot be read", line: table.reader.line)
        return nil
    }

    private static func condition(_ text: String) -> Int64 {
        let word = text.lowercased()
        return word.hasPrefix("new") ? 0 : word.hasPrefix("used") ? 1 : 2
    }

    private static func status(_ text: String) -> Int64 {
        switch text.lowercased() {
        case "closed", "shipped", "complete", "completed": 0
        case "cancelled", "canceled": 1
        case "authorized", "new", "pending", "open": 2
        default: 3
        }
    }
}
