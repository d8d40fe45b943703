import Foundation
import Testing

/// The floors of the house, as README describes them. A module imports only from floors below it.
private let floors: [String: Int] = [
  "CLMDB": 0, "CZlib": 0, "CZstd": 0, "CSQLite": 0, "CExport": 0, "CCrypto": 0, "CChecksum": 0,
  "CSimdJSON": 0,
  "Bytes": 1, "Quantities": 1, "JSON": 1, "LMDB": 1, "ChargerEvents": 1, "Transparency": 1,
  "EventLog": 2, "OCPP": 2, "Sessions": 2, "SessionRecords": 2, "Sites": 2, "Tariffs": 2,
  "Projections": 3,
  "Replay": 4, "Formats": 4, "ModelExport": 4,
  "Reports": 5,
]

/// Modules whose code decides what a bill says: no Foundation, no clock, no floating point.
private let pureModules = ["Quantities", "OCPP", "Sessions", "SessionRecords", "Sites", "Tariffs"]

@Suite("The house")
struct FloorTests {
  @Test("A module imports only from the floors below it; on floor 1 also Bytes and Quantities")
  func importsPointDown() throws {
    for file in try Repository.files(endingIn: ".swift", under: "Sources") {
      let module = file.path.split(separator: "/")[1]
      let floor = try #require(floors[String(module)], "\(file.path): this module has no floor")
      for imported in file.imports {
        guard let below = floors[imported] else { continue }
        // These two import nothing of floor 1 themselves.
        let isGroundOfFloorOne = floor == 1 && ["Bytes", "Quantities"].contains(imported)
        #expect(
          below < floor || isGroundOfFloorOne,
          "\(file.path) imports \(imported) from floor \(below)")
      }
    }
  }

  @Test("The domain uses neither Foundation nor a clock nor floating point")
  func domainIsPure() throws {
    let banned = [
      "Double", "Float", "Date()", "ContinuousClock", ".random(", "ProcessInfo", "getenv",
    ]
    for module in pureModules {
      for file in try Repository.files(endingIn: ".swift", under: "Sources/\(module)") {
        #expect(!file.imports.contains("Foundation"), "\(file.path) imports Foundation")
        for word in banned {
          #expect(!file.code.contains(word), "\(file.path) contains \(word)")
        }
      }
    }
  }

  @Test("A projection imports nothing by which its fold could reach beyond the log")
  func projectionsArePure() throws {
    let folds =
      /(struct|enum|class|actor|extension) [A-Za-z.]+: [^{]*(Projection|FoldState|MergeableState)\b/
    let allowed: Set = ["Bytes", "ChargerEvents", "Quantities", "Projections"]
    let banned = [
      "Date()", "Clock", ".random(", "SystemRandom", "Hasher()", "hashValue", "nonisolated(unsafe)",
      "static var ", "ReadModels", "Ledger", "fopen", "getenv",
    ]
    var checked: [String] = []
    for folder in ["Sources/Projections", "Tests/ExamplesTests"] {
      for file in try Repository.files(endingIn: ".swift", under: folder)
      where file.code.contains(folds) {
        checked.append(file.path)
        #expect(allowed.isSuperset(of: file.imports), "\(file.path): \(file.imports)")
        for word in banned { #expect(!file.code.contains(word), "\(file.path) contains \(word)") }
      }
    }
    #expect(checked.count >= 3, "\(checked)")
  }

  @Test("Files are short enough to read in one sitting and leave nothing unfinished")
  func filesAreTidy() throws {
    // In pieces, so that this file does not contain them; as whole words, because templates of
    // temporary names are rows of the letter X.
    let markers = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "unimple" + "mented"]
    let marker = try Regex(#"\b(\#(markers.joined(separator: "|")))\b"#)
    let folders = ["Sources", "Tools", "Tests"]
    for file in try folders.flatMap({ try Repository.files(endingIn: ".swift", under: $0) }) {
      #expect(file.lines.count <= 400, "\(file.path) has \(file.lines.count) lines")
      let found = file.text.firstMatch(of: marker).map { String(file.text[$0.range]) }
      #expect(found == nil, "\(file.path)")
    }
  }
}
