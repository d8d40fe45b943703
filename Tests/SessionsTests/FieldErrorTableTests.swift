import Foundation
import Testing

@Suite("The table of field errors")
struct FieldErrorTableTests {
  @Test("every test that the table names exists")
  func namesExist() throws {
    let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    let table = try String(
      contentsOf: tests.deletingLastPathComponent().appending(path: "docs/field-errors.md"),
      encoding: .utf8)
    let files = try #require(
      FileManager.default.enumerator(at: tests, includingPropertiesForKeys: nil))
    var sources = ""
    for case let file as URL in files where file.pathExtension == "swift" {
      sources += try String(contentsOf: file, encoding: .utf8)
    }
    let names = table.matches(of: /“([^”]+)”/).map { String($0.1) }
    #expect(names.count > 30)
    for name in names { #expect(sources.contains("\"\(name)\""), "no test is called “\(name)”") }
  }
}
