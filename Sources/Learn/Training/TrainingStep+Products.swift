// SPDX-License-Identifier: Apache-2.0
internal import Study
internal import Vault

/// Products of features where categories are many: a row has one of each, so that all but a few of its products are
/// zero, and only those few are worked out, clipped and added.
extension TrainingStep {
    /// Whether one person's products are few among all there are. Follows from what is public: schema, question, and how
    /// many rows count.
    var hasFewProducts: Bool {
        guard case .products(let coding, _) = sums else { return false }
        return mostRows <= width / (8 * products(of: coding))
    }

    /// How many products of a row may be other than zero.
    private func products(of coding: FeatureCoding) -> Int {
        let features = FeatureRow.features(coding)
        return SymmetricMatrix.triangle(of: features) + (goal.isNumber ? features : 0)
    }

    /// Adds up a person's few products.
    ///
    /// - Requires: room of zeros, which it leaves as such.
    func contribute(
        _ coding: FeatureCoding, _ standard: Standard, of tables: [Rows],
        to contribution: inout Contribution, using scratch: inout Scratch
    ) {
        var touched: [Int] = []
        swap(&touched, &contribution.touched[0])
        forEachRow(of: tables, contribution.mark, scratch.scan) { values, wanted in
            scratch.row.read(values, coding, standard)
            add(scratch.row, wanted, coding.width, to: &scratch.totals, &touched)
        }
        for place in touched {
            contribution.blocks[0][place] = TrainingStep.lattice(scratch.totals[place] * unit)
        }
        for place in touched { scratch.totals[place] = 0 }
        // Whoever has fewer rows that count is clipped in as many steps.
        let missing = mostRows * products(of: coding) - touched.count
        touched.append(contentsOf: repeatElement(0, count: missing))
        swap(&touched, &contribution.touched[0])
    }

    /// Adds a row's products, and says where.
    private func add(
        _ row: FeatureRow, _ wanted: Double, _ width: Int, to totals: inout [Double],
        _ touched: inout [Int]
    ) {
        row.forEachProduct(width: width) { place, product in
            totals[place] += product
            touched.append(place)
        }
        guard goal.isNumber else { return }
        let first = SymmetricMatrix.triangle(of: width)
        row.forEachFeature { place, feature in
            totals[first + place] += feature * wanted
            touched.append(first + place)
        }
    }
}
