import Foundation

/// The checkout that these tests were built from.
enum Repository {
  static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  struct File {
    var path: String
    var text: String

    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    /// The text without its comment lines.
    var code: String {
      lines.filter { !$0.drop(while: { $0 == " " }).hasPrefix("//") }.joined(separator: "\n")
    }

    /// The modules that the file imports, whatever the access level and attributes.
    var imports: [String] {
      lines.compactMap { line in
        let words = line.split(separator: " ")
        guard let position = words.firstIndex(of: "import"), position < words.count - 1,
          words[..<position].allSatisfy({ $0.hasPrefix("@") || $0 == "public" || $0 == "internal" })
        else { return nil }
        return String(words[words.count - 1].prefix(while: { $0 != "." }))
      }
    }
  }

  /// The files of a folder and, if `isDeep`, of the folders in it, sorted by name.
  static func files(
    endingIn suffix: String, under folder: String, isDeep: Bool = true
  ) throws -> [File] {
    let base = root.appendingPathComponent(folder)
    let manager = FileManager.default
    let names =
      isDeep
      ? manager.enumerator(atPath: base.path)?.allObjects as? [String] ?? []
      : try manager.contentsOfDirectory(atPath: base.path)
    return try names.filter { $0.hasSuffix(suffix) && !$0.contains(".build") }.sorted().map {
      File(
        path: folder == "." ? $0 : "\(folder)/\($0)",
        text: try String(contentsOf: base.appendingPathComponent($0), encoding: .utf8))
    }
  }
}
