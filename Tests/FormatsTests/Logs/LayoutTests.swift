import EventLog
import Quantities
import TestSupport
import Testing

@testable import Formats

/// What holds for every layout.
@Suite("Layouts of logs")
struct LayoutTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func check(
    _ log: ReadLog, _ writer: LayoutWriter, _ history: [SampleFrame], _ comment: Comment? = nil
  ) {
    #expect(log.format == writer.format, comment)
    #expect(log.items.count == history.count, comment)
    for (item, frame) in zip(log.items, history) {
      guard case .record(_, let station, let at, let way, _, let flags, let body) = item else {
        Issue.record("\(item) instead of \(frame)")
        continue
      }
      let found = SampleFrame(
        station: station, at: Instant(rfc3339: at) ?? .distantPast, direction: way,
        body: String(decoding: body, as: UTF8.self))
      #expect(found == frame, comment)
      #expect(flags.isEmpty, comment)
    }
  }

  @Test("one history gives the same frames in every layout", arguments: LayoutWriter.all)
  func sameFrames(writer: LayoutWriter) throws {
    let lines = writer.write(SampleHistory.session)
    check(try directory.read(lines, LayoutWriter.options()), writer, SampleHistory.session)
  }

  @Test("random frames are read as they were written", arguments: LayoutWriter.all)
  func randomFrames(writer: LayoutWriter) throws {
    for seed: UInt64 in 1...8 {
      var random = SplitMix64(seed: seed)
      let history = SampleHistory.random(count: 20, &random)
      let lines = writer.write(history)
      check(
        try directory.read(lines, LayoutWriter.options()), writer, history, "seed \(seed)")
    }
  }

  @Test("CRLF, a byte order mark, colours and lines of others change nothing")
  func surroundings() throws {
    for writer in LayoutWriter.all where !writer.name.hasSuffix("JSON") {
      let lines = writer.write(SampleHistory.session).flatMap { line in
        ["\u{1B}[32m\(line)\u{1B}[0m", "", "  at java.lang.Thread.run", "{", "[1, 2]"]
      }
      let log = try directory.read(
        ["\u{FEFF}starting"] + lines, LayoutWriter.options(), ending: "\r\n")
      check(log, writer, SampleHistory.session, "\(writer.name)")
      #expect(log.skipped == UInt64(lines.count / 5 * 3 + 1), "\(writer.name)")
    }
  }

  @Test("a frame that is cut is rejected with its line, the others are read")
  func cutFrames() throws {
    for writer in LayoutWriter.all where writer.format != .callTable {
      var lines = writer.write(SampleHistory.session)
      lines[6] = String(lines[6].split(separator: "sampledValue")[0])
      if writer.name.hasSuffix("JSON") { lines[6] += "\"}" }
      let log = try directory.read(lines, LayoutWriter.options())
      #expect(log.items.count == 10, "\(writer.name)")
      #expect(log.items[6] == .rejected(line: 7, .frameNotWhole), "\(writer.name)")
    }
  }

  @Test("a layout that is named is read without a look at the lines")
  func named() throws {
    for writer in LayoutWriter.all {
      var options = try LayoutWriter.options()
      options.format = writer.format
      let log = try directory.read(writer.write(SampleHistory.session), options)
      check(log, writer, SampleHistory.session, "\(writer.name)")
      #expect(try directory.read(["just words"], options).skipped == 1)
    }
  }

  @Test("lines with anything in them never stop a reader", arguments: [31, 32, 33] as [UInt64])
  func anything(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    for writer in LayoutWriter.all {
      let lines = writer.write(SampleHistory.session)
      var text = Array(lines.joined(separator: "\n").utf8)
      for _ in 0..<60 {
        let place = Int.random(in: 0..<text.count, using: &random)
        switch Int.random(in: 0..<3, using: &random) {
        case 0: text[place] = UInt8.random(in: 0...255, using: &random)
        case 1: text.remove(at: place)
        default: text.insert(UInt8.random(in: 0...255, using: &random), at: place)
        }
      }
      var options = try LayoutWriter.options()
      options.format = writer.format
      let path = try directory.write("damaged.log", text)
      let items = try RecordedHistory.open(path: path, options: options).all()
      #expect(items.count <= text.count { $0 == 0x0A } * 2 + 2, "\(writer.name), seed \(seed)")
    }
  }

  @Test("what follows a cut anywhere is read", arguments: LayoutWriter.all)
  func cutLines(writer: LayoutWriter) throws {
    let lines = writer.write(Array(SampleHistory.session.prefix(4)))
    var options = try LayoutWriter.options()
    options.format = writer.format
    options.recorder = writer.recorder
    for length in stride(from: 0, to: lines[0].utf8.count, by: 7) {
      let cut = String(decoding: lines[0].utf8.prefix(length), as: UTF8.self)
      let log = try directory.read([cut] + lines[1...], options)
      let last = try #require(log.items.last)
      #expect(last.body == SampleHistory.session[3].body, "\(length)")
    }
  }
}
