// swift-tools-version: 6.2
import PackageDescription

// Every own target is built in Swift 6 mode with warnings as errors. The two upcoming features make
// existentials and imports visible where they are used.
let own: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// A target of our own code. Its name is its folder in `Sources/`.
func module(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: own)
}

/// The tests of one module, in `Tests/`.
func tests(
  _ name: String, _ dependencies: [Target.Dependency], excluding folders: [String] = []
) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: dependencies + ["TestSupport"], exclude: folders,
    swiftSettings: own)
}

let package = Package(
  name: "wattledger",
  platforms: [.macOS(.v26)],
  products: [.executable(name: "wattledger", targets: ["wattledger"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // Floor 0: system libraries and C, no logic of ours.
    .systemLibrary(name: "CLMDB", pkgConfig: "lmdb", providers: [.apt(["liblmdb-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CCrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "CChecksum"),
    .target(name: "CExport", linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson"), .linkedLibrary("stdc++")]),

    // Floor 1: values, bytes and storage primitives.
    module("Bytes", ["CChecksum", "CCrypto"]),
    module("Transparency", ["Bytes", "CCrypto"]),
    module("Quantities", []),
    module("JSON", ["CSimdJSON", "Quantities"]),
    module("LMDB", ["CLMDB"]),
    module("ChargerEvents", ["Quantities"]),

    // Floor 2: the domain, and the log.
    module("EventLog", ["LMDB", "Transparency", "Bytes", "Quantities", "CZstd"]),
    module("OCPP", ["JSON", "ChargerEvents", "Quantities", "Bytes"]),
    module("Sessions", ["ChargerEvents", "Quantities", "Bytes"]),
    module("SessionRecords", ["ChargerEvents", "JSON", "Quantities", "Bytes"]),
    module("Sites", ["JSON", "Quantities"]),
    module("Tariffs", ["JSON", "Quantities"]),

    // Floor 3: folds over the log.
    module(
      "Projections",
      [
        "EventLog", "OCPP", "Sessions", "SessionRecords", "Sites", "Tariffs", "LMDB", "Bytes",
        "JSON", "Quantities", "ChargerEvents",
      ]),

    // Floor 4: history under other rules; the outside world's files.
    module(
      "Replay",
      ["Projections", "Sessions", "Sites", "Tariffs", "ChargerEvents", "Quantities", "Bytes"]),
    module(
      "Formats",
      [
        "EventLog", "OCPP", "ChargerEvents", "SessionRecords", "Sites", "Tariffs", "JSON", "Bytes",
        "Quantities", "CZlib", "CZstd", .product(name: "Yams", package: "Yams"),
      ]),

    module(
      "ModelExport",
      [
        "Projections", "EventLog", "Sessions", "Sites", "Tariffs", "ChargerEvents", "JSON",
        "Quantities", "Bytes", "CSQLite", "CExport",
      ]),

    // Floor 5: what people and programs read.
    module(
      "Reports",
      [
        "Replay", "Projections", "Formats", "Sessions", "Tariffs", "JSON", "Bytes", "Quantities",
        "EventLog", "Sites", "ChargerEvents",
      ]),

    // Floor 6: the command, and the tools beside it.
    .target(
      name: "FleetSimulator", dependencies: ["Quantities"], path: "Tools/FleetSimulator",
      exclude: ["LICENSE-statistics.txt"], swiftSettings: own),
    .target(
      name: "CAppendLoop", dependencies: ["CChecksum"], path: "Tools/benchmarks/CAppendLoop",
      linkerSettings: [.linkedLibrary("lmdb")]),
    .target(
      name: "CYardsticks", dependencies: ["CChecksum"], path: "Tools/benchmarks/CYardsticks",
      linkerSettings: [.linkedLibrary("lmdb")]),
    .target(
      name: "CPeers", path: "Tools/benchmarks/CPeers", linkerSettings: [.linkedLibrary("dl")]),
    .target(
      name: "BenchmarkKit",
      dependencies: [
        "Replay", "Reports", "Formats", "Projections", "EventLog", "OCPP", "Sessions", "Sites",
        "Tariffs", "ChargerEvents", "JSON", "LMDB", "Transparency", "Bytes", "Quantities",
        "CSimdJSON", "CAppendLoop", "CYardsticks", "CPeers", "FleetSimulator",
      ],
      path: "Tools/benchmarks/BenchmarkKit", swiftSettings: own),
    .executableTarget(
      name: "benchmarks",
      dependencies: [
        "BenchmarkKit", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tools/benchmarks/Command", swiftSettings: own),
    .executableTarget(
      name: "wattledger",
      dependencies: [
        "Reports", "Replay", "ModelExport", "Formats", "Projections", "EventLog", "OCPP",
        "Sessions", "Sites", "Tariffs", "JSON", "Transparency", "Bytes", "Quantities", "LMDB",
        "FleetSimulator",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tools/wattledger", swiftSettings: own),
    .target(name: "CSystemCalls", path: "Tools/crash-explorer/CSystemCalls"),
    .executableTarget(
      name: "crash-explorer",
      dependencies: [
        "EventLog", "Projections", "Formats", "Transparency", "JSON", "Bytes", "Quantities",
        "CSystemCalls",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tools/crash-explorer/Explorer", swiftSettings: own),
    .target(
      name: "ByteFlips",
      dependencies: [
        "EventLog", "Projections", "Formats", "FleetSimulator", "Sites", "Tariffs", "JSON", "LMDB",
        "Bytes", "Quantities", "TestSupport",
      ],
      path: "Tools/byte-flips/Kit", swiftSettings: own),
    .executableTarget(
      name: "byte-flips",
      dependencies: [
        "ByteFlips", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Tools/byte-flips/Command", swiftSettings: own),

    // What the tests of several modules share.
    .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: own),
    tests("Bytes", ["Bytes"]),
    tests("Transparency", ["Transparency", "Bytes"]),
    tests("Quantities", ["Quantities"]),
    tests("JSON", ["JSON", "CSimdJSON", "Quantities"]),
    tests("LMDB", ["LMDB"]),
    tests(
      "EventLog", ["EventLog", "LMDB", "Transparency", "Bytes", "Quantities"],
      excluding: ["read_ledger.py", "Backup/read_dump.py"]),
    tests(
      "OCPP", ["OCPP", "ChargerEvents", "JSON", "Quantities", "Bytes"],
      excluding: ["make_frames.py"]),
    tests("Sessions", ["Sessions", "OCPP", "JSON", "ChargerEvents", "Quantities", "Bytes"]),
    tests("SessionRecords", ["SessionRecords", "ChargerEvents", "JSON", "Quantities"]),
    tests("Sites", ["Sites", "JSON", "Quantities"]),
    tests("Tariffs", ["Tariffs", "JSON", "Quantities"]),
    tests(
      "Projections",
      [
        "Projections", "EventLog", "Sessions", "Sites", "Tariffs", "Formats", "FleetSimulator",
        "ChargerEvents", "LMDB", "JSON", "Bytes", "Quantities",
      ]),
    tests(
      "Replay",
      [
        "Replay", "Projections", "EventLog", "Formats", "FleetSimulator", "Sessions", "Sites",
        "Tariffs", "JSON", "Bytes", "Quantities", "ChargerEvents",
      ]),
    tests(
      "Formats",
      [
        "Formats", "EventLog", "OCPP", "SessionRecords", "Sites", "Tariffs", "JSON", "Quantities",
        "CZlib", "CZstd",
      ]),
    tests(
      "ModelExport",
      [
        "ModelExport", "Projections", "EventLog", "Formats", "FleetSimulator", "Sessions", "Sites",
        "Tariffs", "JSON", "Quantities", "CSQLite", "BenchmarkKit",
      ]),
    tests(
      "Reports",
      [
        "Reports", "Replay", "Projections", "EventLog", "Sessions", "ChargerEvents", "Sites",
        "Tariffs", "JSON", "Quantities",
      ], excluding: ["Golden"]),
    tests("FleetSimulator", ["FleetSimulator", "Quantities"]),
    tests("Benchmark", ["BenchmarkKit", "JSON"]),
    tests("ByteFlips", ["ByteFlips"]),
    tests("Command", ["EventLog", "Quantities"]),
    tests("Tidy", []),
    tests("Schemas", ["JSON"]),
    tests(
      "Examples", ["Projections", "EventLog", "Formats", "Sessions", "Bytes", "Quantities"]),
  ]
)
