// SPDX-License-Identifier: Apache-2.0
public import Canon

/// The pinned list of purposes with their broader ones: the part of the purposes module of the W3C
/// Data Privacy Vocabulary 2.3 (https://w3id.org/dpv/2.3) that a data exchange needs.
///
/// Three things differ from the vocabulary, and each can only refuse more:
/// - there is no `dpv:Purpose` above all: nobody can consent to everything;
/// - selling rows to third parties, political campaigns and targeted advertising are left out;
/// - personalised advertising stands below advertising only, so that no grant outside marketing
///   reaches an advertisement.
public enum PurposeTree {
    /// The name of this list. It stands in every grant: a later list, in which a broad purpose may
    /// have more below it, never widens a consent that was given under this one.
    public static let version = "dpv-2.3/1"

    /// Every purpose there is, in the order of their ids.
    public static let all: [Purpose] = rows.indices.map { Purpose(place: $0) }

    /// The list as published: version, and each purpose with its label and broader purposes.
    public static var json: JSON {
        let members = all.map { purpose in
            (
                purpose.id,
                [
                    "label": .string(purpose.label),
                    "broader": .array(purpose.parents.map { .string($0.id) }),
                ] as JSON
            )
        }
        return [
            "version": .string(version),
            "purposes": .object(Dictionary(uniqueKeysWithValues: members)),
        ]
    }

    /// The digest of the canonical bytes of ``json``.
    public static let digest = Digest(of: bytes(of: json))

    /// Whether a grant of these purposes allows the asked one: it, or a purpose above it at any
    /// height, was granted. An empty set covers nothing.
    public static func covers(granted: Set<Purpose>, asked: Purpose) -> Bool {
        PurposeMask(granted).bits & coverers[asked.place] != 0
    }

    /// The short ids in order.
    static let ids: [String] = rows.map { "dpv:" + $0.name }

    /// The place of each id.
    static let places = Dictionary(
        uniqueKeysWithValues: ids.enumerated().map { ($0.element, $0.offset) })

    /// For each purpose, those whose grant allows it: itself and all above it.
    static let coverers: [UInt64] = rows.indices.map { place in
        var mask: UInt64 = 0
        var next = [place]
        while let place = next.popLast() {
            mask |= 1 << UInt64(place)
            next += above[place].map(\.place)
        }
        return mask
    }

    /// For each purpose, those directly above it.
    static let above: [[Purpose]] = rows.map { row in
        rows.indices.filter { row.broader.contains(rows[$0].name) }.map { Purpose(place: $0) }
    }

    struct Row: Sendable {
        let name: String
        let label: String
        let broader: [String]

        init(_ name: String, _ label: String, _ broader: String...) {
            self.name = name
            self.label = label
            self.broader = broader
        }
    }

    /// Ordered by name.
    static let rows: [Row] = [
        Row("AcademicResearch", "Academic Research", "ResearchAndDevelopment"),
        Row("Advertising", "Advertising", "Marketing"),
        Row("CombatClimateChange", "Combat Climate Change", "PublicBenefit"),
        Row("CommercialPurpose", "Commercial Purpose"),
        Row(
            "CommercialResearch", "Commercial Research", "CommercialPurpose",
            "ResearchAndDevelopment"),
        Row("DataAltruism", "Data Altruism", "PublicBenefit"),
        Row("DirectMarketing", "Direct Marketing", "Marketing"),
        Row("EnforceSecurity", "Enforce Security"),
        Row(
            "FraudPreventionAndDetection", "Fraud Prevention and Detection",
            "MisusePreventionAndDetection"),
        Row(
            "ImproveExistingProductsAndServices", "Improve Existing Products and Services",
            "OptimisationForController"),
        Row("ImproveHealthcare", "Improve Healthcare", "PublicBenefit"),
        Row("ImprovePublicServices", "Improve Public Services", "PublicBenefit"),
        Row("ImproveTransportMobility", "Improve Transport and Mobility", "PublicBenefit"),
        Row(
            "IncreaseServiceRobustness", "Increase Service Robustness", "OptimisationForController"),
        Row(
            "InternalResourceOptimisation", "Internal Resource Optimisation",
            "OptimisationForController"),
        Row("Marketing", "Marketing"),
        Row("MisusePreventionAndDetection", "Misuse, Prevention and Detection", "EnforceSecurity"),
        Row("NonCommercialPurpose", "Non-commercial Purpose"),
        Row(
            "NonCommercialResearch", "Non-Commercial Research", "NonCommercialPurpose",
            "ResearchAndDevelopment"),
        Row("OptimisationForConsumer", "Optimisation for Consumer", "ServiceOptimisation"),
        Row("OptimisationForController", "Optimisation for Controller", "ServiceOptimisation"),
        Row("OptimiseUserInterface", "Optimise User Interface", "OptimisationForConsumer"),
        Row("Personalisation", "Personalisation"),
        Row("PersonalisedAdvertising", "Personalised Advertising", "Advertising"),
        Row("PersonalisedBenefits", "Personalised Benefits", "ServicePersonalisation"),
        Row(
            "ProvideEventRecommendations", "Provide Event Recommendations",
            "ProvidePersonalisedRecommendations"),
        Row("ProvideOfficialStatistics", "Provide Official Statistics", "PublicBenefit"),
        Row(
            "ProvidePersonalisedRecommendations", "Provide Personalised Recommendations",
            "ServicePersonalisation"),
        Row(
            "ProvideProductRecommendations", "Provide Product Recommendations",
            "ProvidePersonalisedRecommendations"),
        Row("PublicBenefit", "Public Benefit"),
        Row("PublicPolicyMaking", "Public Policy Making", "PublicBenefit"),
        Row("ResearchAndDevelopment", "Research and Development"),
        Row("ScientificResearch", "Scientific Research", "ResearchAndDevelopment"),
        Row("SearchFunctionalities", "Search Functionalities", "ServiceProvision"),
        Row("SellInsightsFromData", "Sell Insights from Data", "SellProducts"),
        Row("SellProducts", "Sell Products", "ServiceProvision"),
        Row("ServiceManagement", "Service Management"),
        Row("ServiceMonitoring", "Service Monitoring", "ServiceManagement"),
        Row("ServiceOptimisation", "Service Optimisation", "ServiceManagement"),
        Row(
            "ServicePersonalisation", "Service Personalisation", "Personalisation",
            "ServiceManagement"),
        Row("ServiceProvision", "Service Provision", "ServiceManagement"),
        Row("ServiceUsageAnalytics", "Service Usage Analytics", "ServiceMonitoring"),
        Row("SocialMediaMarketing", "Social Media Marketing", "Marketing"),
        Row(
            "UserInterfacePersonalisation", "User Interface Personalisation",
            "ServicePersonalisation"),
    ]
}
