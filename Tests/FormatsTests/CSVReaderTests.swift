import TestSupport
import Testing

@testable import Formats

@Suite struct CSVReaderTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  @Test("quotes, doubled quotes, separators and line breaks inside quotes follow RFC 4180")
  func quoting() throws {
    let text = "a,\"b,\"\"c\"\"\",\"d\r\ne\"\r\n,\"\",x\"y\r\n\"last\""
    #expect(
      try read(text) == [
        "1|a|b,\"c\"|d\r\ne", "3|||x\"y", "4|last",
      ])
  }

  @Test("an empty line is a record with one empty field; an empty file has none")
  func emptiness() throws {
    #expect(try read("") == [])
    #expect(try read("a\n\nb\n") == ["1|a", "2|", "3|b"])
    #expect(try read("a,\n") == ["1|a|"])
    #expect(try read("a,") == ["1|a|"])
  }

  @Test("the separator is the one that the first line uses")
  func separators() throws {
    #expect(try read("a;b;c\n1,5;2;3\n") == ["1|a|b|c", "2|1,5|2|3"])
    #expect(try read("a\tb\n[2,\"x\"]\ty\n") == ["1|a|b", "2|[2,\"x\"]|y"])
  }

  @Test("a broken quote costs its own line and nothing else")
  func brokenQuotes() throws {
    #expect(
      try read("a,b\n1,\"open\n2,x\n3,y\n") == [
        "1|a|b", "2!a quote is never closed: 1,\"open", "3|2|x", "4|3|y",
      ])
    #expect(
      try read("a,b\n1,\"open\n2,\"x\"\n") == [
        "1|a|b", "2!text follows a closing quote: 1,\"open", "3|2|x",
      ])
  }

  @Test("a record above the limit costs its first line, however long that is")
  func longRecords() throws {
    let long = String(repeating: "x", count: 1_000_000)
    let items = try read("a,b\n\(long),1\n2,\"\(long)\n3,4", limit: 10_000)
    #expect(
      items.map { String($0.prefix(45)) } == [
        "1|a|b", "2!a record is longer than 10000 bytes: xxxxxx",
        "3!a record is longer than 10000 bytes: 2,\"xxx", "4|3|4",
      ])
  }

  @Test("a record with more fields than the reader holds costs its line")
  func manyFields() throws {
    let wide = String(repeating: ",", count: 256)
    #expect(try read("a,b\n\(wide)\n1,2").map { $0.prefix(8) } == ["1|a|b", "2!a reco", "3|1|2"])
  }

  @Test("any table comes back as it was written", arguments: [1, 2, 3, 4] as [UInt64])
  func roundTrip(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let alphabet = Array("ab\",\n\r;é")
    let table = (0..<2000).map { _ in
      (0..<Int.random(in: 2...5, using: &random)).map { _ in
        String(
          (0..<Int.random(in: 0...12, using: &random)).map { _ in
            alphabet.randomElement(using: &random)!
          })
      }
    }
    let text = table.map { row in
      row.map { "\"\($0.replacing("\"", with: "\"\""))\"" }.joined(separator: ",") + "\n"
    }.joined()
    let header = "h,h,h,h,h,h,h,h\n"
    let rows = try read(header + text).dropFirst().map { item in
      String(item.drop { $0 != "|" }.dropFirst())
    }
    #expect(rows == table.map { $0.joined(separator: "|") }, "seed \(seed)")
  }

  /// Each item as `line|field|field` or `line!reason: text`.
  private func read(_ text: String, limit: Int = 1 << 20) throws -> [String] {
    let input = try ByteInput(path: try directory.write("table.csv", text))
    var reader = CSVReader(input, recordByteLimit: limit)
    var items: [String] = []
    while let item = try reader.next() {
      switch item {
      case .record(let record):
        let fields = record.fields.map { String(decoding: $0, as: UTF8.self) }
        items.append(([String(record.lineNumber)] + fields).joined(separator: "|"))
      case .malformed(let line, let reason):
        items.append("\(line.number)!\(reason): \(String(decoding: line.bytes, as: UTF8.self))")
      }
    }
    return items
  }
}
