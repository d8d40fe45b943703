import TestSupport
import Testing

@testable import Formats

@Suite struct LineReaderTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test("LF, CRLF, empty lines and a last line without an end are told apart")
  func lineEnds() throws {
    #expect(try lines(of: "a\nb\r\n\n\r\nlast") == ["a", "b", "", "", "last"])
    #expect(try lines(of: "a\n") == ["a"])
    #expect(try lines(of: "") == [])
    #expect(try lines(of: "\n") == [""])
  }

  @Test("a byte order mark at the start is dropped, and only there")
  func byteOrderMark() throws {
    #expect(try lines(of: "\u{FEFF}a\n\u{FEFF}b") == ["a", "\u{FEFF}b"])
    #expect(try lines(of: "\u{FEFF}") == [])
  }

  @Test("lines of every length around the size of a read come out whole")
  func lengths() throws {
    let lengths = [262_143, 0, 262_144, 1, 262_145, 600_000, 5]
    let expected = lengths.enumerated().map { index, length in
      String(repeating: String(index), count: length)
    }
    #expect(try lines(of: expected.joined(separator: "\n")) == expected)
  }

  @Test("a line above the limit is handed out as an excerpt with its length, the rest whole")
  func longLines() throws {
    let long = String(repeating: "x", count: 3_000_000)
    let path = try directory.write("long", "before\n\(long)\nafter\n\(long)")
    var reader = LineReader(try ByteInput(path: path), lineByteLimit: 1000)
    var found: [(UInt64, Int, UInt64, Bool)] = []
    while let line = try reader.next() {
      found.append((line.number, line.bytes.count, line.byteCount, line.isComplete))
      #expect(line.isComplete || line.bytes.allSatisfy { $0 == UInt8(ascii: "x") })
    }
    let expected: [(UInt64, Int, UInt64, Bool)] = [
      (1, 6, 6, true), (2, 4096, 3_000_000, false), (3, 5, 5, true), (4, 4096, 3_000_000, false),
    ]
    #expect(found.count == 4 && zip(found, expected).allSatisfy { $0 == $1 })
  }

  @Test("every complete line before a cut in a gzip file is handed out before the error")
  func truncatedGzip() throws {
    var random = SplitMix64(seed: 3)
    let text = (0..<20_000).map { "\($0):\(random.next())" }
    let whole = try gzip(text.joined(separator: "\n").utf8)
    let path = try directory.write("cut.gz", whole[..<(whole.count / 2)])
    var reader = LineReader(try ByteInput(path: path))
    var read: [String] = []
    #expect(throws: InputError.self) {
      while let line = try reader.next() {
        read.append(String(decoding: line.bytes, as: UTF8.self))
      }
    }
    #expect(read.count > 5_000)
    #expect(text.starts(with: read))
  }

  private func lines(of text: String) throws -> [String] {
    var reader = LineReader(try ByteInput(path: try directory.write("lines", text)))
    var lines: [String] = []
    while let line = try reader.next() {
      #expect(line.number == UInt64(lines.count + 1) && line.isComplete)
      lines.append(String(decoding: line.bytes, as: UTF8.self))
    }
    return lines
  }
}
