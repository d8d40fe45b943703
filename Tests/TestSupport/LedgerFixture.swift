import Foundation

/// A ledger as the last program of a format left it, from `Tests/Fixtures/ledgers`.
public struct LedgerFixture: Sendable {
  private let directory: URL

  /// - Parameter format: the name of its folder, such as `format-1`.
  public init(_ format: String) {
    directory =
      URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../Fixtures/ledgers/\(format)").standardizedFileURL
  }

  /// What the program answered when it wrote the fixture.
  public var expected: Data {
    get throws { try Data(contentsOf: directory.appending(path: "expected.json")) }
  }

  /// Makes a ledger of it in the directory `path`, which must not exist.
  public func unpack(to path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for name in try FileManager.default.subpathsOfDirectory(atPath: directory.path) {
      let file = directory.path + "/" + name
      if name == "ledger.json" {
        try FileManager.default.copyItem(atPath: file, toPath: path + "/" + name)
      }
      guard name.hasSuffix(".zst") else { continue }
      let target = path + "/" + name.dropLast(".zst".count)
      try FileManager.default.createDirectory(
        atPath: (target as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      let zstd = try Process.run(
        URL(filePath: "/usr/bin/env"), arguments: ["zstd", "-dq", file, "-o", target])
      zstd.waitUntilExit()
      guard zstd.terminationStatus == 0 else { throw CocoaError(.fileReadCorruptFile) }
    }
  }
}
