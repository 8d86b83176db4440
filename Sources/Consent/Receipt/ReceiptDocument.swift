// SPDX-License-Identifier: Apache-2.0
internal import Canon
internal import Identity

/// The document of a consent receipt, before its proof: the fields of ISO/IEC TS 27560:2023 in the
/// JSON-LD profile "Consent Records and Receipts … using DPV" of the W3C Data Privacy Vocabularies
/// group (final report of 15 February 2026), with the grant itself inside.
///
/// The document is a function of the grant, the controller and the moment, so a checker makes it
/// anew and compares: there is no member that could say something else than the grant.
///
///     field of 27560          where
///     schema version          dct:conformsTo, of the receipt and of the record
///     receipt id, record id   @id, dct:identifier and dpv:hasIdentifier
///     PII principal           record: dpv:hasDataSubject (the pseudonym)
///     privacy notice          record: dpv:hasNotice (digest), with its language
///     purpose, its type       process: dpv:hasPurpose (skos:broader, skos:prefLabel)
///     lawful basis, event type record: dpv:hasLegalBasis
///     PII information         process: dpv:hasPersonalData (the tables)
///     PII controllers         record: dpv:hasDataController, described in dpv:hasEntity
///     collection method       process: dpv:hasDataSource
///     processing method       process: dpv:hasProcessing, dpv:hasTechnicalMeasure
///     storage, retention      process: dpv:hasStorageCondition
///     recipients              process: dpv:hasRecipient
///     jurisdiction            record: dpv:hasJurisdiction
///     withdrawal method       record: dpv:hasConsentControl
///     privacy rights          record: dpv:hasRight
///     party name, address …   record: dpv:hasEntity
///     event time, state, validity, entity  record: dpv:hasConsentStatus
///     (ours)                  process: dividend:limits; record: dividend:signedGrant
enum ReceiptDocument {
    static let receiptProfile = "https://w3id.org/dpv/schema/dpv-27560#receipt"
    static let recordProfile = "https://w3id.org/dpv/schema/dpv-27560#record"

    static func make(
        for signed: SignedGrant, from controller: Controller, issued: Timestamp
    ) -> JSON {
        let node = JSON.string(controller.node.did)
        let id = JSON.string(receiptName(signed.grant, controller.node, issued))
        return [
            "@context": context,
            "@id": id,
            "@type": "dpv:ConsentReceipt",
            "dct:conformsTo": .string(receiptProfile),
            "dct:identifier": id,
            "dpv:hasIdentifier": id,
            "dct:created": .string(issued.description),
            "dct:publisher": node,
            "dct:audience": .string(signed.grant.party.did),
            "dpv:hasRecordOfActivity": record(signed, controller, issued),
        ]
    }

    /// A digest as a name (RFC 6920, section 7): `nih:sha-256;` and 64 hexadecimal digits.
    static func name(_ digest: Digest) -> String { "nih:sha-256;" + digest.hex }

    private static func receiptName(
        _ grant: Grant, _ node: PartyID, _ issued: Timestamp
    ) -> String {
        var writer = ByteWriter()
        writer.write(raw: Array("dividend/receipt/v1\0".utf8))
        writer.write(grant.id)
        writer.write(raw: node.publicKey)
        writer.write(issued.milliseconds)
        return name(Digest(of: writer.bytes))
    }

    /// The vocabularies, and which members name a thing instead of being a text.
    private static let context: JSON = {
        var terms: [String: JSON] = [
            "dct": "http://purl.org/dc/terms/",
            "dividend": "urn:dividend:",
            "dpv": "https://w3id.org/dpv#",
            "loc": "https://w3id.org/dpv/loc#",
            "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
            "schema": "https://schema.org/",
            "skos": "http://www.w3.org/2004/02/skos/core#",
            "dividend:signedGrant": ["@type": "@json"],
        ]
        for name in [
            "dct:audience", "dct:conformsTo", "dct:publisher", "dpv:hasDataController",
            "dpv:hasDataSource", "dpv:hasJurisdiction", "dpv:hasLegalBasis", "dpv:hasLocation",
            "dpv:hasProcessing", "dpv:hasRecipient", "dpv:hasTechnicalMeasure",
            "dpv:isIndicatedBy", "skos:broader",
        ] { terms[name] = ["@type": "@id"] }
        return ["https://w3id.org/security/data-integrity/v2", .object(terms)]
    }()

    private static func record(
        _ signed: SignedGrant, _ controller: Controller, _ issued: Timestamp
    ) -> JSON {
        let grant = signed.grant
        let id = JSON.string(name(grant.id))
        return [
            "@id": id,
            "@type": "dpv:ConsentRecord",
            "dct:conformsTo": .string(recordProfile),
            "dct:identifier": id,
            "dpv:hasIdentifier": id,
            "dct:created": .string(issued.description),
            "dpv:hasDataSubject": [
                "@id": .string(grant.party.did), "@type": "dpv:DataSubject",
                "dct:identifier": .string(grant.party.did),
            ],
            "dpv:hasDataController": .string(controller.node.did),
            "dpv:hasEntity": [entity(controller)],
            "dpv:hasJurisdiction": .string("loc:" + controller.jurisdiction),
            "dpv:hasLegalBasis": "dpv:ExplicitlyExpressedConsent",
            "dpv:hasNotice": [
                "@id": .string(name(grant.notice)), "@type": "dpv:ConsentNotice",
                "dct:language": .string(controller.language),
            ],
            "dpv:hasProcess": [process(grant, controller)],
            "dpv:hasConsentControl": [
                "@type": "dpv:WithdrawConsent",
                "dct:description": "Takes effect before the next study starts.",
                "dpv:isExercisedAt": .string(controller.withdrawal),
            ],
            "dpv:hasRight": rights(controller),
            "dpv:hasConsentStatus": [status(grant)],
            "dividend:signedGrant": signed.json,
        ]
    }

    private static func entity(_ controller: Controller) -> JSON {
        [
            "@id": .string(controller.node.did),
            "@type": "dpv:DataController",
            "dpv:hasIdentifier": .string(controller.node.did),
            "dpv:hasName": .string(controller.name),
            "schema:address": [
                "@type": "schema:PostalAddress",
                "schema:streetAddress": .string(controller.address),
            ],
            "schema:contactPoint": [
                "@type": "schema:ContactPoint", "schema:url": .string(controller.contact),
            ],
        ]
    }

    private static func process(_ grant: Grant, _ controller: Controller) -> JSON {
        [
            "@type": "dpv:Process",
            "dpv:hasPurpose": .array(
                grant.mask.purposes.map {
                    [
                        "@type": "dpv:Purpose", "skos:broader": .string($0.id),
                        "skos:prefLabel": .string($0.label),
                    ]
                }),
            "dpv:hasPersonalData": .array(
                grant.tables.map {
                    [
                        "@type": "dpv:PersonalData", "skos:broader": "dpv:ProvidedPersonalData",
                        "dct:identifier": .string($0),
                    ]
                }),
            "dpv:hasProcessing": ["dpv:Analyse", "dpv:Store"],
            "dpv:hasTechnicalMeasure": [
                "dpv:DifferentialPrivacy", "dpv:Encryption", "dpv:Pseudonymisation",
            ],
            "dpv:hasDataSource": "dpv:DataSubjectDataSource",
            "dpv:hasStorageCondition": [
                [
                    "@type": "dpv:StorageLocation",
                    "dpv:hasLocation": .array(controller.storage.map { .string("loc:" + $0) }),
                ],
                [
                    "@type": "dpv:StorageDuration",
                    "dpv:hasDuration": [
                        "@type": "dpv:UntilEventDuration",
                        "rdf:value": "The contributor erases the data.",
                    ],
                ],
            ],
            // Buyers get noised answers, which are no personal data; nobody else gets any.
            "dpv:hasRecipient": [.string(controller.node.did)],
            "dividend:pool": .string(grant.pool),
            "dividend:limits": [
                "dividend:priceFloorMicroUnits": .string(String(grant.priceFloor)),
                "dividend:privacyLimit": .string(String(grant.privacyLimit)),
                "dividend:privacyPerStudy": .string(String(grant.privacyPerStudy)),
                "dividend:privacyUnit": "2^-40 rho (zero-concentrated differential privacy)",
                "dividend:starts": .string(grant.starts.description),
                "dividend:studies": .integer(Int64(grant.uses)),
            ],
        ]
    }

    private static func rights(_ controller: Controller) -> JSON {
        let titles = [
            "Right to withdraw consent", "Right of access", "Right to data portability",
            "Right to erasure",
        ]
        return .array(
            titles.map {
                [
                    "@type": "dpv:DataSubjectRight", "dct:title": .string($0),
                    "dpv:isExercisedAt": .string(controller.rights),
                ]
            })
    }

    private static func status(_ grant: Grant) -> JSON {
        [
            "@type": ["dpv:ConsentGiven", "dpv:ExplicitlyExpressedConsent"],
            "dpv:isIndicatedBy": .string(grant.party.did),
            "dpv:isIndicatedAtTime": .string(grant.given.description),
            "dpv:hasIndicationMethod": "Ed25519 signature over the grant",
            "dpv:hasDuration": [
                [
                    "@type": "dpv:UntilTimeDuration",
                    "rdf:value": .string(grant.expires.description),
                ],
                [
                    "@type": "dpv:FixedOccurrencesDuration",
                    "rdf:value": .string(String(grant.uses)),
                ],
            ],
        ]
    }
}
