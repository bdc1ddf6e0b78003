// swift-tools-version: 6.2
import PackageDescription

/// Settings of every target: Swift 6 language mode with strict memory safety as an error.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatWarning("StrictMemorySafety", as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// Settings of what students write: a plain `import AllocLab` is all that a public type needs.
let student: [SwiftSetting] = [.strictMemorySafety(), .treatWarning("StrictMemorySafety", as: .error)]

/// Assignments, in the order in which they are handed out: the folder of the starters and the target's name.
/// Each has its reference solutions in `Solutions/<name>`.
let assignments = [
  (folder: "ProblemSets", name: "ProblemSet1"),
  (folder: "ProblemSets", name: "ProblemSet2"),
  (folder: "ProblemSets", name: "ProblemSet3"),
  (folder: "Labs", name: "Lab1"),
  (folder: "Labs", name: "Lab2"),
  (folder: "Labs", name: "VirtualMemory"),
  (folder: "Labs", name: "HeapChecker"),
  (folder: "Labs", name: "Allocators"),
]

let starters: [Target] = assignments.map {
  .target(
    name: $0.name, dependencies: ["AllocLab"], path: "\($0.folder)/\($0.name)", exclude: ["README.md"],
    swiftSettings: student)
}
let solutions: [Target] = assignments.map {
  .target(
    name: "\($0.name)Solutions", dependencies: ["AllocLab"], path: "Solutions/\($0.name)", swiftSettings: student)
}

/// Test targets, one a module: `Tests/<module>Tests`.
let tests: [Target] = [
  ("AllocLab", ["Vocabularies"] + assignments.map { "\($0.name)Solutions" }),
  ("Traces", ["Vocabularies", "Workloads"]),
  ("Workloads", ["Traces", "Vocabularies", "Examining", "Exercises"]),
  ("Sandbox", ["ForkServer"]),
  ("Examining", ["Workloads", "Traces", "Vocabularies"]),
  ("Exercises", ["AllocLab", "Grading", "Judging", "Examining", "Workloads", "Traces", "Vocabularies"]),
  ("Grading", ["Judging", "Examining", "Exercises"]),
  ("Gradebook", ["Grading", "Judging", "Examining", "Exercises", "Workloads"]),
  ("Visualization", []),
  ("EndToEnd", ["Gradebook", "Grading", "Judging", "Exercises", "Examining", "Workloads", "Traces", "Vocabularies"]),
].map { (module: String, others: [String]) in
  .testTarget(
    name: "\(module)Tests",
    dependencies: (module == "EndToEnd" ? others : [module] + others).map { .byName(name: $0) },
    // The worked example of an exercise, which a test adds to a copy of the package; C programs that tests compile.
    exclude: [
      "EndToEnd": ["Example"],
      "Examining": ["Caches/walks.c"],
      "Traces": ["Topologies"],
      "AllocLab": ["Leaks/leaky.c"]
        + ["unwound.c", "stopped.c", "stopped.h", "stopped-library.c", "stopped.gdb"].map { "Unwinding/\($0)" },
    ][module] ?? [],
    swiftSettings: [.enableUpcomingFeature("MemberImportVisibility")])
}

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let histogram: Target.Dependency = .product(name: "Histogram", package: "hdrhistogram-swift")
let database: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")

let package = Package(
  name: "AllocLab",
  products: [
    .library(name: "AllocLab", targets: ["AllocLab"]),
    .executable(name: "alloclab", targets: ["alloclab"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    // Floor 0: system libraries, and the C declarations that Swift cannot spell.
    .systemLibrary(name: "CJSON", pkgConfig: "json-c", providers: [.apt(["libjson-c-dev"])]),
    .systemLibrary(name: "CSeccomp", pkgConfig: "libseccomp", providers: [.apt(["libseccomp-dev"])]),
    .target(name: "CPlatform"),
    // The first process inside a sandbox. It needs no library inside, so that a sandbox may be empty.
    .executableTarget(
      name: "ForkServer", dependencies: ["CPlatform"], linkerSettings: [.unsafeFlags(["-static-executable"])]),
    // Floor 1: what students import.
    .target(name: "AllocLab", swiftSettings: strict),
    // Floor 2: what crosses the wall between judge and worker.
    .target(name: "Vocabularies", swiftSettings: strict),
    // Floor 3.
    .target(name: "Worker", dependencies: ["AllocLab", "Vocabularies", "CPlatform"], swiftSettings: strict),
    .target(name: "Traces", dependencies: ["Vocabularies", "CPlatform", systemPackage], swiftSettings: strict),
    // Floor 4.
    .target(name: "Workloads", dependencies: ["Traces", "Vocabularies"], swiftSettings: strict),
    .target(name: "Sandbox", dependencies: ["CPlatform", "CSeccomp", systemPackage], swiftSettings: strict),
    // Floor 5.
    .target(name: "Examining", dependencies: ["Workloads", "Traces", "Vocabularies"], swiftSettings: strict),
    // Floor 6.
    .target(
      name: "Judging",
      dependencies: [
        "Examining", "Sandbox", "Workloads", "Traces", "Vocabularies", "CPlatform", histogram, systemPackage,
      ],
      swiftSettings: strict),
    // Floor 7.
    .target(
      name: "Grading",
      dependencies: ["Judging", "Examining", "Workloads", "Sandbox", "Traces", "Vocabularies", "CJSON", systemPackage],
      swiftSettings: strict),
    .target(name: "Visualization", swiftSettings: strict),
    .target(
      name: "Exercises", dependencies: ["Examining", "Workloads", "Traces", "Vocabularies"], swiftSettings: strict),
    // Floor 8.
    .target(
      name: "Gradebook",
      dependencies: [
        "Grading", "Visualization", "Judging", "Examining", "Traces", "CPlatform", database, systemPackage,
      ],
      swiftSettings: strict),
    // Floor 9.
    .executableTarget(
      name: "alloclab",
      dependencies: [
        "Gradebook", "Grading", "Visualization", "Exercises", "Judging", "Examining", "Sandbox", "Workloads", "Traces",
        "Vocabularies",
        // Nothing here imports them: what submissions are linked with, and what starts them, are built with the command.
        "Worker", "ForkServer", "CPlatform", argumentParser, systemPackage,
      ],
      swiftSettings: strict),
  ] + starters + solutions + tests
)
