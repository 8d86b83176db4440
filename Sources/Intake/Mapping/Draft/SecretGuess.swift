// SPDX-License-Identifier: Apache-2.0

/// Tells what a column holds that could say who someone is, by its header and its values.
///
/// It would rather mask too much: whoever imports the file can take the column all the same.
enum SecretGuess {
    /// What it is; nil for nothing of the kind.
    static func secret(
        words: [String], texts: [String], isText: Bool
    ) -> IntakeReport.Secret? {
        if let told = told(by: words, isText: isText) { return told }
        // One shape that stands here and there is enough; a single one may be chance.
        for (shape, secret) in SecretShape.all {
            let hits = texts.count(where: shape)
            if hits > 2 || hits > 0 && hits * 20 >= texts.count { return secret }
        }
        if SecretShape.areCards(texts) { return .payment }
        return isText && SecretShape.areFree(texts) ? .text : nil
    }

    private static func told(by words: [String], isText: Bool) -> IntakeReport.Secret? {
        for (secret, list) in lists where words.contains(where: list.contains) { return secret }
        let joined = words.joined()
        for (secret, parts) in parts where parts.contains(where: joined.contains) { return secret }
        guard words.contains("name") || words.contains("names") else { return nil }
        // A product's or an exercise's name is nobody's.
        return isText || words.count == 1 || words.contains(where: people.contains) ? .name : nil
    }

    private static let people: Set<String> = [
        "account", "author", "beneficiary", "client", "contact", "customer", "display", "employee",
        "family", "first", "full", "given", "last", "maiden", "member", "middle", "nick", "owner",
        "patient", "person", "profile", "receiver", "recipient", "sender", "student", "sur", "user",
    ]

    private static let lists: [(IntakeReport.Secret, Set<String>)] = [
        (.email, ["email", "emails", "mail"]),
        (.ip, ["ip", "ipv4", "ipv6"]),
        (
            .coordinates,
            ["lat", "lon", "lng", "long", "gps", "geo", "geom", "coords", "coordinates"]
        ),
        (
            .payment,
            ["card", "cc", "iban", "bic", "karte", "konto", "kontonummer", "cvv", "cvc", "pan"]
        ),
        (.birth, ["birth", "born", "dob", "geboren", "geburt"]),
        (.device, ["device", "geraet", "imei", "mac", "serial", "hostname", "idfa", "udid"]),
        (.url, ["url", "urls", "uri", "link", "website", "homepage", "referer", "referrer"]),
        (
            .address,
            [
                "address", "adresse", "anschrift", "city", "hausnummer", "hausnr", "ort", "plz",
                "postal", "postcode", "stadt", "strasse", "street", "town", "wohnort", "zip",
            ]
        ),
        (
            .identifier,
            [
                "cookie", "fax", "guid", "handy", "id", "ids", "kennzeichen", "mobil", "mobile",
                "msisdn", "nr", "nummer", "passport", "passwort", "password", "phone", "session",
                "ssn", "tel", "telefon", "telephone", "token", "tracking", "uid", "uuid", "vin",
            ]
        ),
        (
            .text,
            [
                "bemerkung", "comment", "comments", "feedback", "freitext", "kommentar", "message",
                "nachricht", "note", "notes", "notiz", "notizen", "remark", "remarks", "review",
            ]
        ),
        (
            .name,
            [
                "empfaenger", "firstname", "fullname", "kontoinhaber", "lastname", "nachname",
                "nickname", "surname", "username", "vorname",
            ]
        ),
    ]

    // Inside words that German joins: Kundenemail, Geburtsdatum, Rechnungsanschrift.
    private static let parts: [(IntakeReport.Secret, [String])] = [
        (.email, ["email"]),
        (.coordinates, ["latitude", "longitude", "breitengrad", "laengengrad", "koordinate"]),
        (.payment, ["kreditkart", "creditcard", "cardnumber", "bankverbindung"]),
        (.birth, ["geburt", "birthda", "birthyear"]),
        (.address, ["anschrift", "adresse", "strasse", "postleitzahl"]),
        (.identifier, ["telefon", "rufnummer", "steuernummer", "versicherungsnummer", "ausweis"]),
        (.ip, ["ipaddress", "ipadresse"]),
        (.device, ["seriennummer", "useragent", "serialnumber"]),
        (.name, ["vorname", "nachname", "familienname", "kundenname", "benutzername"]),
    ]
}
