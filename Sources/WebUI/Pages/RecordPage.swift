// SPDX-License-Identifier: Apache-2.0

/// A page of what the public journal records: facts, then lists whose cells lead on.
package struct RecordPage: Sendable {
    /// A text, perhaps with an address.
    package struct Cell: Sendable, ExpressibleByStringInterpolation {
        let text: String
        let address: String?

        /// A text that leads to an address; without one it leads nowhere.
        package init(_ text: String, to address: String? = nil) {
            self.text = text
            self.address = address
        }

        /// A text that leads nowhere.
        package init(stringLiteral text: String) { self.init(text) }

        var values: [String: Any] {
            var values: [String: Any] = ["text": text]
            values["address"] = address
            return values
        }
    }

    /// A list: columns by the names of their messages, numbers to the right, and rows.
    package struct List: Sendable {
        let title: String
        let columns: [String]
        let numbers: Set<String>
        let rows: [[Cell]]
        /// Whether the columns are what they are called, not messages' names.
        package var namesColumns = false

        /// Describes a list.
        ///
        /// - Parameters:
        ///   - title: a message's name; empty for none.
        ///   - columns: messages' names.
        ///   - numbers: those of them that hold numbers.
        package init(_ title: String, _ columns: [String], numbers: Set<String>, _ rows: [[Cell]]) {
            (self.title, self.columns, self.numbers) = (title, columns, numbers)
            self.rows = rows
        }
    }

    private let heading: String
    private let tab: String?
    /// What it is, in a sentence.
    package var lead = ""
    /// Facts: a message's name, and what is to be said.
    package var facts: [(label: String, cell: Cell)] = []
    package var lists: [List] = []
    /// A text that is shown as it is, such as a checkpoint.
    package var text = ""
    package var newer: String?
    package var older: String?

    /// Begins a page.
    ///
    /// - Parameter tab: the name of the explorer's part that it belongs to; nil for none.
    package init(_ heading: String, in tab: String?) {
        self.heading = heading
        self.tab = tab
    }

    /// The page.
    package func html(_ frame: Frame) -> String {
        var values: [String: Any] = [
            "heading": heading, "tabs": frame.tabs(tab ?? ""),
            "isExplorer": tab != nil,
            "facts": facts.map { fact -> [String: Any] in
                var values = fact.cell.values
                values["label"] = frame.message(fact.label)
                return values
            },
            "anyFacts": !facts.isEmpty, "lists": lists.map { RecordPage.values($0, frame) },
        ]
        if !lead.isEmpty { values["lead"] = lead }
        if !text.isEmpty { values["text"] = text }
        values["newer"] = newer
        values["older"] = older
        return frame.page("record", title: heading, values)
    }

    private static func values(_ list: List, _ frame: Frame) -> [String: Any] {
        let classes = list.columns.map {
            list.numbers.contains($0) ? "n" : $0 == "explorer.time" ? "time" : ""
        }
        var values: [String: Any] = [
            "none": list.rows.isEmpty,
            "columns": zip(list.columns, classes).map {
                ["label": list.namesColumns ? $0 : frame.message($0), "class": $1]
            },
            "rows": list.rows.map { row in
                [
                    "cells": zip(row, classes).map { cell, name in
                        cell.values.merging(["class": name]) { $1 }
                    }
                ]
            },
        ]
        if !list.title.isEmpty { values["title"] = frame.message(list.title) }
        return values
    }
}

extension Frame {
    /// The parts of the explorer, the open one marked.
    func tabs(_ open: String) -> [[String: Any]] {
        let parts = [
            ("entries", "/explorer"), ("blocks", "/explorer/blocks"),
            ("studies", "/explorer/studies"), ("payouts", "/explorer/payouts"),
            ("pools", "/explorer/pools"), ("proof", "/explorer/proof"),
        ]
        return parts.map { name, address in
            [
                "label": message("explorer." + name), "address": address, "current": name == open,
            ]
        }
    }
}
