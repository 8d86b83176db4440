// swift-tools-version: 6.2
// The manifest is the table of contents: targets from the bottom of the house to the top.
// An arrow may only point to a target listed above it; ArchitectureTests checks that.
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),  // SE-0335
    .enableUpcomingFeature("InternalImportsByDefault"),  // SE-0409
    .enableUpcomingFeature("MemberImportVisibility"),  // SE-0444
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),  // SE-0461
    .treatAllWarnings(as: .error),
]

let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let arguments: Target.Dependency = .product(
    name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let nio: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioHTTP: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let httpClient: Target.Dependency = .product(
    name: "AsyncHTTPClient", package: "async-http-client")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")
let lifecycle: Target.Dependency = .product(
    name: "ServiceLifecycle", package: "swift-service-lifecycle")
let protobuf: Target.Dependency = .product(name: "SwiftProtobuf", package: "swift-protobuf")
let mustache: Target.Dependency = .product(name: "Mustache", package: "swift-mustache")

let package = Package(
    name: "dividend",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Canon", targets: ["Canon"]),
        .library(name: "Privacy", targets: ["Privacy"]),
        .library(name: "Fields", targets: ["Fields"]),
        .library(name: "Stark", targets: ["Stark"]),
        .library(name: "Value", targets: ["Value"]),
        .library(name: "Trees", targets: ["Trees"]),
        .library(name: "SecureSum", targets: ["SecureSum"]),
        .library(name: "Erasure", targets: ["Erasure"]),
        .library(name: "Ledger", targets: ["Ledger"]),
        .library(name: "Vault", targets: ["Vault"]),
        .executable(name: "dividend", targets: ["dividend"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(
            url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // C libraries from Debian.
        .systemLibrary(name: "CZip", pkgConfig: "libzip", providers: [.apt(["libzip-dev"])]),
        .systemLibrary(name: "CEdit", pkgConfig: "libedit", providers: [.apt(["libedit-dev"])]),

        // Maths: one byte string per value; exact noise and its accounting.
        .target(name: "Canon", dependencies: [crypto], swiftSettings: settings),
        .target(name: "Privacy", dependencies: [crypto], swiftSettings: settings),

        // What each record and each contributor adds; trees over binned columns.
        .target(name: "Value", dependencies: [], swiftSettings: settings),
        .target(name: "Trees", dependencies: [], swiftSettings: settings),

        // Graphs of operators in the form that other programs run.
        .target(
            name: "ONNX", dependencies: [protobuf], exclude: ["onnx.proto"],
            swiftSettings: settings),

        // A field with C kernels, and proofs over it.
        .target(
            name: "CFields",
            // Unoptimised kernels take eighty times as long, in tests too.
            cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),
        .target(name: "Fields", dependencies: ["CFields"], swiftSettings: settings),
        .target(name: "Stark", dependencies: ["Fields"], swiftSettings: settings),

        // Trust: coded chunks that any half restores; keys, signatures, envelopes.
        .target(name: "Erasure", dependencies: ["Canon"], swiftSettings: settings),
        .target(
            name: "Identity", dependencies: ["Canon", crypto, cryptoExtras],
            swiftSettings: settings),

        // A sum of many parties' numbers that shows nothing but the sum.
        .target(
            name: "SecureSum", dependencies: ["Canon", "Identity", "Privacy", crypto],
            swiftSettings: settings),

        // Domain: deterministic state machines, and encrypted columns.
        .target(name: "Ledger", dependencies: ["Canon", "Identity"], swiftSettings: settings),
        .target(name: "Consent", dependencies: ["Canon", "Identity"], swiftSettings: settings),
        .target(
            name: "Vault", dependencies: ["Canon", "Identity", crypto, cryptoExtras],
            swiftSettings: settings),

        // Study: the local step, the bounded merge, the one release; and durable state.
        .target(
            name: "Study", dependencies: ["Canon", "Privacy", "SecureSum", "Vault"],
            swiftSettings: settings),
        .target(
            name: "Storage",
            dependencies: ["Canon", "Identity", "Ledger", "Vault", grdb, grdbSQLite],
            swiftSettings: settings),

        // Work: files in, questions, trade, settlements.
        .target(
            name: "Settlement", dependencies: ["Fields", "Stark", "Ledger"],
            swiftSettings: settings),
        .target(
            name: "AnswerProof", dependencies: ["Fields", "Stark"], swiftSettings: settings),
        .target(
            name: "Intake", dependencies: ["Canon", "Vault", "CZip", grdb, grdbSQLite],
            swiftSettings: settings),
        .target(
            name: "Simulation",
            dependencies: ["Canon", "Privacy", "Value", "Vault", "Study", "Query", "Learn"],
            swiftSettings: settings),
        .target(
            name: "Query", dependencies: ["Canon", "Privacy", "Vault", "Study"],
            swiftSettings: settings),
        .target(
            name: "Learn",
            dependencies: [
                "Canon", "ONNX", "Privacy", "Trees", "Value", "Vault", "Study", "Query",
            ],
            swiftSettings: settings),
        .target(
            name: "Market",
            dependencies: [
                "Canon", "Identity", "Ledger", "Consent", "Vault", "Fields", "Settlement",
                "AnswerProof",
            ],
            swiftSettings: settings),
        .target(
            name: "Edge",
            dependencies: [
                "Canon", "Identity", "Privacy", "SecureSum", "Ledger", "Consent", "Vault", "Study",
                "Query", "Learn", "Market",
            ],
            swiftSettings: settings),

        // Models of a file's own rows, without noise: nothing that holds a pool's rows may import it.
        .target(
            name: "OwnRows",
            dependencies: ["Canon", "Vault", "Study", "Intake", "Query", "Learn"],
            swiftSettings: settings),

        // Outside: one owner of one exchange folder, and the command.
        .target(
            name: "Exchange",
            dependencies: [
                "Canon", "Identity", "Privacy", "Ledger", "Consent", "Vault", "Study", "Storage",
                "Intake", "Query", "Learn", "Fields", "Stark", "Settlement", "AnswerProof",
                "Market", "Edge", "Erasure", crypto, httpClient, nio, nioHTTP, nioPosix,
            ],
            swiftSettings: settings),
        .target(
            name: "WebUI", dependencies: ["Canon", mustache],
            resources: [.embedInCode("Assets")], swiftSettings: settings),
        .target(
            name: "Node",
            dependencies: [
                "WebUI", "Exchange", "Canon", "Identity", "Privacy", "Ledger", "Consent", "Vault",
                "Study", "Intake", "Query", "Learn", "Market", "Edge", "Fields", "Settlement",
                hummingbird,
                httpTypes,
                lifecycle, logging, nio,
            ],
            resources: [.embedInCode("OpenAPI/openapi.json")], swiftSettings: settings),
        .executableTarget(
            name: "dividend",
            dependencies: [
                "Node", "Exchange", "Canon", "Identity", "Privacy", "Ledger", "Consent", "Vault",
                "Study", "Intake", "Query", "Learn", "OwnRows", "Simulation", "Market", "Edge",
                "Fields",
                "Stark", "Settlement", "AnswerProof", "CEdit", arguments, logging,
            ],
            swiftSettings: settings),

        // Benchmarks: `make bench`.
        .executableTarget(
            name: "bench",
            dependencies: [
                "Exchange", "Canon", "Identity", "Privacy", "Ledger", "Consent", "Vault", "Study",
                "Storage", "Intake", "Query", "Learn", "Market", "Fields", "Value", "Trees",
                "SecureSum", "Edge", "Settlement", grdbSQLite,
            ],
            swiftSettings: settings),

        // Tests mirror the targets; one seeded generator for all of them.
        .target(
            name: "TestSupport", dependencies: ["Canon", "Identity", crypto], path: "Tests/Support",
            swiftSettings: settings),
        .testTarget(
            name: "CanonTests", dependencies: ["TestSupport", "Canon"], swiftSettings: settings),
        .testTarget(
            name: "PrivacyTests", dependencies: ["TestSupport", "Privacy"],
            resources: [.copy("Vectors")],
            swiftSettings: settings),
        .testTarget(
            name: "ValueTests", dependencies: ["TestSupport", "Value"],
            resources: [.copy("Vectors")],
            swiftSettings: settings),
        .testTarget(name: "TreesTests", dependencies: ["Trees"], swiftSettings: settings),
        .testTarget(
            name: "ONNXTests", dependencies: ["ONNX", protobuf], swiftSettings: settings),
        .testTarget(
            name: "SecureSumTests",
            dependencies: ["TestSupport", "Canon", "Identity", "Privacy", "SecureSum", crypto],
            swiftSettings: settings),
        .testTarget(
            name: "ErasureTests", dependencies: ["TestSupport", "Canon", "Erasure"],
            swiftSettings: settings),
        .testTarget(
            name: "IdentityTests", dependencies: ["TestSupport", "Canon", "Identity", crypto],
            resources: [.copy("Vectors")],
            swiftSettings: settings),
        .testTarget(
            name: "LedgerTests", dependencies: ["TestSupport", "Canon", "Identity", "Ledger"],
            swiftSettings: settings),
        .testTarget(
            name: "ConsentTests", dependencies: ["TestSupport", "Canon", "Identity", "Consent"],
            swiftSettings: settings),
        .testTarget(
            name: "VaultTests", dependencies: ["TestSupport", "Canon", "Identity", "Vault"],
            swiftSettings: settings),
        .testTarget(
            name: "StudyTests",
            dependencies: ["TestSupport", "Canon", "Privacy", "Vault", "Study"],
            swiftSettings: settings),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "TestSupport", "Canon", "Identity", "Ledger", "Vault", "Storage", grdb,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "IntakeTests",
            dependencies: ["TestSupport", "Canon", "Vault", "Intake", "CZip", grdb],
            swiftSettings: settings),
        .testTarget(
            name: "QueryTests",
            dependencies: ["TestSupport", "Canon", "Privacy", "Vault", "Study", "Query"],
            exclude: ["Golden"], swiftSettings: settings),
        .testTarget(
            name: "LearnTests",
            dependencies: [
                "TestSupport", "Canon", "ONNX", "Privacy", "Trees", "Vault", "Study", "Query",
                "Learn", protobuf,
            ],
            swiftSettings: settings),
        .testTarget(
            name: "OwnRowsTests",
            dependencies: [
                "TestSupport", "Canon", "Vault", "Intake", "Query", "Learn", "OwnRows",
            ],
            resources: [.copy("Vectors")], swiftSettings: settings),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Canon", "Privacy", "Vault", "Simulation"], swiftSettings: settings),
        .testTarget(
            name: "MarketTests",
            dependencies: [
                "TestSupport", "Canon", "Identity", "Ledger", "Consent", "Vault", "Fields",
                "Settlement", "Market",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "EdgeTests",
            dependencies: [
                "TestSupport", "Canon", "Identity", "Privacy", "SecureSum", "Ledger", "Consent",
                "Vault", "Study", "Query", "Learn", "Market", "Edge",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ExchangeTests",
            dependencies: [
                "TestSupport",
                "Canon", "Identity", "Privacy", "Ledger", "Consent", "Vault", "Study", "Storage",
                "Intake", "Query", "Learn", "AnswerProof", "Market", "SecureSum", "Edge",
                "Exchange",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "FieldsTests", dependencies: ["Fields"], resources: [.copy("Vectors")],
            swiftSettings: settings),
        .testTarget(
            name: "StarkTests", dependencies: ["TestSupport", "Fields", "Stark"],
            swiftSettings: settings),
        .testTarget(
            name: "AnswerProofTests",
            dependencies: ["TestSupport", "Fields", "Stark", "AnswerProof"],
            swiftSettings: settings),
        .testTarget(
            name: "SettlementTests",
            dependencies: ["TestSupport", "Fields", "Stark", "Ledger", "Settlement"],
            swiftSettings: settings),
        .testTarget(name: "WebUITests", dependencies: ["WebUI"], swiftSettings: settings),
        .testTarget(
            name: "NodeTests",
            dependencies: [
                "TestSupport", "Canon", "Identity", "Ledger", "Consent", "Vault", "Query", "Learn",
                "Market",
                "Exchange", "WebUI", "Node", httpTypes,
            ],
            swiftSettings: settings),
        .testTarget(name: "ArchitectureTests", dependencies: ["Canon"], swiftSettings: settings),
    ]
)
