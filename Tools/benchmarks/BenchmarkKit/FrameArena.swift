import CSimdJSON
import EventLog
import JSON

/// All frames of a log, one behind the other in memory: what the bare parser is given, so that it
/// has nothing to do but parse.
struct FrameArena {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }

  init(of ledger: Ledger) throws {
    try ledger.scan { envelope, body in
      if envelope.kind.isOCPPFrame {
        bytes.append(contentsOf: body)
        ends.append(bytes.count)
      }
      return true
    }
  }

  /// Parses every frame with simdjson and touches every value (SEMANTICS 30). Returns a checksum
  /// of the values.
  func parseBare() -> UInt64 {
    var sum: UInt64 = 0
    forEach { sum &+= csimdjson_bare_parse_touch($0.baseAddress, $0.count) }
    return sum
  }

  /// Parses every frame with the ledger's own parser. Returns the number of frames that are JSON.
  func parse(with parser: JSONParser) -> Int {
    var parsed = 0
    forEach { frame in
      if (try? parser.parse(frame)) != nil { parsed += 1 }
    }
    return parsed
  }

  private func forEach(_ body: (UnsafeRawBufferPointer) -> Void) {
    bytes.withUnsafeBytes { bytes in
      var start = 0
      for end in ends {
        body(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
        start = end
      }
    }
  }
}
