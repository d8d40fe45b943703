import EventLog
import Quantities
import TestSupport
import Testing

@testable import Formats

/// Frames that a logger lays out over several lines.
@Suite("Frames over several lines")
struct LaidOutFrameTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// The layouts that have no more than one frame in a line.
  private static let writers = LayoutWriter.all.filter { $0.format != .callTable }

  private static let steve =
    "[INFO ] 2024-01-15 10:00:00,000 WebSocketLogger (qtp-19) - [chargeBoxId=CP-7, sessionId=1] "

  @Test("frames that are laid out are read in every layout, as they stand", arguments: writers)
  func everyLayout(writer: LayoutWriter) throws {
    for seed: UInt64 in 1...4 {
      var random = SplitMix64(seed: seed)
      let history = SampleHistory.session + SampleHistory.random(count: 12, &random)
      let laidOut = history.map { frame in
        var frame = frame
        frame.body = Self.laidOut(frame.body)
        return frame
      }
      // An entry of the journal is one line, whatever is in it.
      let isJSON = writer.name.hasSuffix("JSON")
      let lines = writer.write(laidOut).map { isJSON ? $0.replacing("\n", with: "\\n") : $0 }
      let log = try directory.read(lines, LayoutWriter.options())
      #expect(log.format == writer.format && log.skipped == 0, "seed \(seed)")
      #expect(log.bodies == laidOut.map(\.body), "seed \(seed)")
      #expect(
        log.items.map(\.envelope)
          == laidOut.map { "\($0.station) \($0.direction) \($0.at.rfc3339)" },
        "seed \(seed)")
    }
  }

  @Test("what a log system puts before each line is not part of the frame")
  func prefixes() throws {
    let frame = Self.laidOut(SampleHistory.session[0].body)
    let lines = "[ocpp  ] TRACE 2024/01/15 11:00:00 recv CP-7: \(frame)".split(separator: "\n")
    for prefix in [
      "2024-01-15T10:00:00.000000007Z ", "Jan 15 11:00:00 pi evcc[712]: ", "evcc-1  | ",
      "<30>Jan 15 11:00:00 pi evcc: ",
    ] {
      let log = try directory.read(lines.map { prefix + $0 }, LayoutWriter.options())
      #expect(log.bodies == [frame] && log.skipped == 0, "\(prefix)")
    }
    let docker = lines.map { line in
      let text = line.replacing("\"", with: "\\\"")
      return #"{"log":"\#(text)\n","stream":"stdout","time":"2024-01-15T10:00:00.5Z"}"#
    }
    let log = try directory.read(docker)
    #expect(log.bodies == [frame])
    #expect(log.summary == ["1: CP-7 fromStation 2024-01-15T10:00:00.500Z"])
  }

  @Test("a frame may begin in the line behind its announcement")
  func nextLine() throws {
    let log = try directory.read(
      [Self.steve + "Received:", "[", "  2,", "  \"1\", \"Heartbeat\", {}", "] 12 ms"],
      LayoutWriter.options())
    #expect(log.bodies == ["[\n  2,\n  \"1\", \"Heartbeat\", {}\n]"])
  }

  @Test("lines of others end a frame that was cut, and are passed over")
  func cut() throws {
    let whole = Self.steve + #"Received: [2,"2","Heartbeat",{}]"#
    let log = try directory.read(
      [
        Self.steve + "Received: [", "  2,", "", "  \"1\",", "[ERROR] out of paper", whole,
        Self.steve + "Sending: [", "  3,", whole, Self.steve + "Sending: [2,", "7: \"1\"", "]",
        Self.steve + "Received:",
      ], LayoutWriter.options())
    #expect(
      log.items.map { $0.rejection?.description ?? $0.body } == [
        "\(RejectReason.frameNotWhole)", #"[2,"2","Heartbeat",{}]"#,
        "\(RejectReason.frameNotWhole)", #"[2,"2","Heartbeat",{}]"#,
        "\(RejectReason.frameNotWhole)", "\(RejectReason.noFrame)",
      ])
    #expect(log.skipped == 6)
  }

  @Test("brackets of other loggers are no frames")
  func others() throws {
    let lines = [
      "2024-01-15T10:00:00Z CP-7 : [2,\"1\",\"Heartbeat\",{}]", "2024-01-15T10:00:00Z list: [",
      "  \"a\",", "  [2, 3]", "]", "2024-01-15T10:00:01Z CP-7 : [2,\"2\",\"Heartbeat\",{}]",
      "x : [",
    ]
    let log = try directory.read(lines, LayoutWriter.options())
    #expect(log.format == .namedFrame && log.skipped == 5)
    #expect(log.bodies == [#"[2,"1","Heartbeat",{}]"#, #"[2,"2","Heartbeat",{}]"#])
  }

  /// As tools print JSON: a line for each value.
  private static func laidOut(_ frame: String) -> String {
    var (text, depth, isInString, isEscaped) = ("", 0, false, false)
    for sign in frame {
      if isInString {
        text.append(sign)
        if sign == "\"", !isEscaped { isInString = false }
        isEscaped = sign == "\\" && !isEscaped
        continue
      }
      switch sign {
      case "[", "{":
        depth += 1
        text.append("\(sign)\n" + String(repeating: "  ", count: depth))
      case "]", "}":
        depth -= 1
        text.append("\n" + String(repeating: "  ", count: depth) + "\(sign)")
      case ",": text.append(",\n" + String(repeating: "  ", count: depth))
      case " ": break
      default:
        isInString = sign == "\""
        text.append(sign)
      }
    }
    return text
  }
}

extension ReadRecord {
  /// `station direction time`, without the number of the line.
  fileprivate var envelope: String {
    switch self {
    case .record(_, let station, let at, let way, _, _, _): "\(station) \(way) \(at)"
    case .rejected(_, let reason): "\(reason)"
    }
  }
}
