// SPDX-License-Identifier: Apache-2.0
public import Vault

extension StandardTables {
    /// One person, as the UCI Adult table (US census extract of 1994) describes one.
    public static let profile = Schema(
        table: "profile",
        columns: [
            .init("age", .integer, unit: "years", bounds: 17...90),
            .init("education_years", .integer, unit: "years", bounds: 1...16),
            .init("capital_gain", .integer, unit: "USD", bounds: 0...99_999),
            .init("capital_loss", .integer, unit: "USD", bounds: 0...4_356),
            .init("hours_per_week", .integer, unit: "h", bounds: 1...99),
            .init(
                "workclass", .category,
                categories: [
                    "Federal-gov", "Local-gov", "Never-worked", "Private", "Self-emp-inc",
                    "Self-emp-not-inc", "State-gov", "Without-pay",
                ]),
            .init(
                "education", .category,
                categories: [
                    "Preschool", "1st-4th", "5th-6th", "7th-8th", "9th", "10th", "11th", "12th",
                    "HS-grad", "Some-college", "Assoc-voc", "Assoc-acdm", "Bachelors", "Masters",
                    "Prof-school", "Doctorate",
                ]),
            .init(
                "marital_status", .category,
                categories: [
                    "Divorced", "Married-AF-spouse", "Married-civ-spouse", "Married-spouse-absent",
                    "Never-married", "Separated", "Widowed",
                ]),
            .init(
                "occupation", .category,
                categories: [
                    "Adm-clerical", "Armed-Forces", "Craft-repair", "Exec-managerial",
                    "Farming-fishing", "Handlers-cleaners", "Machine-op-inspct", "Other-service",
                    "Priv-house-serv", "Prof-specialty", "Protective-serv", "Sales",
                    "Tech-support", "Transport-moving",
                ]),
            .init(
                "relationship", .category,
                categories: [
                    "Husband", "Not-in-family", "Other-relative", "Own-child", "Unmarried", "Wife",
                ]),
            .init(
                "race", .category,
                categories: ["Amer-Indian-Eskimo", "Asian-Pac-Islander", "Black", "Other", "White"]
            ),
            .init("sex", .category, categories: ["Female", "Male"]),
            .init("native_country", .category, categories: adultCountries),
            .init("income", .category, categories: ["<=50K", ">50K"]),
        ])

    // Spelled as the census bureau published them.
    private static let adultCountries = [
        "Cambodia", "Canada", "China", "Columbia", "Cuba", "Dominican-Republic", "Ecuador",
        "El-Salvador", "England", "France", "Germany", "Greece", "Guatemala", "Haiti",
        "Holand-Netherlands", "Honduras", "Hong", "Hungary", "India", "Iran", "Ireland", "Italy",
        "Jamaica", "Japan", "Laos", "Mexico", "Nicaragua", "Outlying-US(Guam-USVI-etc)", "Peru",
        "Philippines", "Poland", "Portugal", "Puerto-Rico", "Scotland", "South", "Taiwan",
        "Thailand", "Trinadad&Tobago", "United-States", "Vietnam", "Yugoslavia",
    ]
}
