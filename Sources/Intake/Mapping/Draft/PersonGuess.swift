// SPDX-License-Identifier: Apache-2.0

/// Guesses which column tells people apart.
enum PersonGuess {
    private static let people: Set<String> = [
        "account", "benutzer", "client", "customer", "employee", "haushalt", "household",
        "individual", "konto", "kunde", "kunden", "kundennummer", "kundennr", "member",
        "mitarbeiter",
        "mitglied", "mitgliedsnummer", "nutzer", "panelist", "participant", "patient",
        "patienten", "person", "personen", "proband", "probanden", "profile", "student", "subject",
        "teilnehmer", "user", "userid", "customerid", "personid", "worker",
    ]
    private static let numbers: Set<String> = [
        "id", "nr", "no", "number", "nummer", "key", "code", "row", "uid",
    ]

    /// The name of that column; nil where none looks like it.
    static func column(of columns: [DraftSample.Values]) -> String? {
        let most = columns.map(\.texts.count).max() ?? 0
        var best: (name: String, score: Int)?
        for column in columns where column.texts.count * 100 >= most * 99 && most > 0 {
            let score = score(SchemaNames.words(column.name))
            if score > best?.score ?? 0 { best = (column.name, score) }
        }
        return best?.name
    }

    private static func score(_ words: [String]) -> Int {
        let isPerson = words.contains(where: people.contains)
        let rest = words.filter { !people.contains($0) && !numbers.contains($0) }
        let isNumber = words.contains(where: numbers.contains)
        if isPerson, rest.isEmpty { return isNumber ? 4 : 3 }
        if isPerson, isNumber { return 2 }
        return words == ["id"] ? 1 : 0
    }
}
