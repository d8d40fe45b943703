import Foundation
import Testing

@testable import Formats

@Suite("Files that are written as a whole")
struct WholeFileTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test("a file is made or replaced, and nothing else stays behind")
  func replaces() throws {
    let path = directory.file("report.html")
    try WholeFile.check(path)
    #expect(!FileManager.default.fileExists(atPath: path))
    for text in ["the first content", "less"] {
      try WholeFile.check(path)
      try WholeFile.write(text, to: path)
      #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }
    let folder = URL(filePath: path).deletingLastPathComponent().path
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["report.html"])
  }

  @Test("what cannot be written is told with the system's words, before and when it is written")
  func refuses() throws {
    let missing = directory.file("nowhere/report.html")
    let folder = URL(filePath: missing).deletingLastPathComponent().deletingLastPathComponent().path
    for (path, message) in [
      (missing, "cannot create \(missing): No such file or directory"),
      (folder, "cannot write \(folder): Is a directory"),
    ] {
      let before = #expect(throws: OutputError.self) { try WholeFile.check(path) }
      let then = #expect(throws: OutputError.self) { try WholeFile.write("", to: path) }
      #expect(before?.description == message && then?.description == message)
    }
  }

  @Test("a device is written to and stays what it is")
  func device() throws {
    try WholeFile.check("/dev/null")
    try WholeFile.write("text", to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
    let error = #expect(throws: OutputError.self) { try WholeFile.write("text", to: "/dev/full") }
    #expect(error?.code == ENOSPC)
  }
}
