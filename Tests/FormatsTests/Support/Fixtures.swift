import Formats

/// The recorded input in `Tests/Fixtures`.
enum Fixtures {
  static let directory =
    #filePath.split(separator: "/", omittingEmptySubsequences: false)
    .dropLast(3).joined(separator: "/") + "/Fixtures"

  static func path(_ name: String) -> String { "\(directory)/\(name)" }

  /// The bytes of a fixture, or of any file, uncompressed.
  static func bytes(_ name: String) throws -> [UInt8] { try allBytes(ofFile: path(name)) }

  static func allBytes(ofFile path: String) throws -> [UInt8] {
    let input = try ByteInput(path: path)
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = try chunk.withUnsafeMutableBytes { try input.read(into: $0) }
      if count == 0 { return bytes }
      bytes += chunk[..<count]
    }
  }
}
