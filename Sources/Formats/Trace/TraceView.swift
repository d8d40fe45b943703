import ChargerEvents
import EventLog
import JSON
import OCPP

/// What a recorded trace says, as the consumer view of the Open OCPP Trace Format: which frames
/// there are, which answer belongs to which call, and what stayed unanswered.
///
/// Memory grows with the number of records.
public struct TraceView: Sendable {
  /// One frame.
  public struct Record: Hashable, Sendable {
    /// Nil if the body is no OCPP frame.
    public var messageType: FrameHeader.MessageType?
    public var messageID: String?
    /// The action of a call, or of the call that a response answers.
    public var action: String?
    /// The index of the call that a response answers.
    public var correlatesWith: Int?
  }

  /// A line that is no record.
  public struct Rejection: Hashable, Sendable {
    public var line: UInt64
    public var reason: RejectReason
  }

  /// In the order of the file; the index is the place in this array.
  public private(set) var records: [Record] = []
  public private(set) var rejections: [Rejection] = []
  /// The indexes of calls without a response, ascending.
  public private(set) var unansweredCalls: [Int] = []
  /// The indexes of responses without a call, ascending.
  public private(set) var orphanResponses: [Int] = []
  /// Calls by action and version, and what became of them.
  public private(set) var actions = ActionCounter()

  /// Reads the source to its end. Stations are correlated apart.
  ///
  /// - Throws: ``InputError`` if the input cannot be read to its end.
  public init(_ source: some RecordSource) throws(InputError) {
    var stations: [String: Station] = [:]
    let parser = JSONParser()
    while let item = try source.next() {
      switch item {
      case .rejected(let rejected):
        rejections.append(Rejection(line: rejected.lineNumber, reason: rejected.reason))
      case .record(let record):
        let station = String(decoding: record.station, as: UTF8.self)
        let number = stations.count
        append(record, parser, &stations[station, default: Station(number: number)])
      }
    }
    unansweredCalls = stations.values.flatMap(\.correlator.unansweredCalls).sorted()
    orphanResponses = stations.values.flatMap(\.correlator.orphanResponses).sorted()
  }

  private struct Station {
    var number: Int
    var correlator = FrameCorrelator()
  }

  private mutating func append(
    _ record: ImportRecord, _ parser: JSONParser, _ station: inout Station
  ) {
    guard let header = try? FrameHeader(record.body, parser: parser) else {
      records.append(Record())
      return
    }
    let fromStation = record.direction == .fromStation
    actions.count(
      header, version: OCPPVersion(rawValue: record.kind.rawValue) ?? .unknown,
      station: UInt32(truncatingIfNeeded: station.number), fromStation: fromStation)
    let id = header.messageID.string
    let action = header.action?.string
    let call = station.correlator.observe(
      header.messageType, messageID: id, action: action, fromStation: fromStation,
      index: records.count)
    records.append(
      Record(
        messageType: header.messageType, messageID: id, action: action ?? call?.action,
        correlatesWith: call?.index))
  }

  /// How many frames of a type there are; nil counts what is no frame.
  public func count(of messageType: FrameHeader.MessageType?) -> Int {
    records.count { $0.messageType == messageType }
  }
}

extension TraceView {
  /// The view as JSON. Keys are those of the format's `expected.json`; what that format has no
  /// place for (other message types, bodies that are no frames, rejected lines) is there only if
  /// the trace has it.
  public func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("schemaVersion", "1.1")
      writer.object("counts", writeCounts)
      writer.array("records") { writer in
        for (index, record) in records.enumerated() { write(record, index, to: &writer) }
      }
      writer.array("unansweredCalls") { writer in
        for index in unansweredCalls { writer.integer(index) }
      }
      writer.array("orphanResponses") { writer in
        for index in orphanResponses { writer.integer(index) }
      }
      if !rejections.isEmpty { writer.array("rejected", writeRejections) }
    }
  }

  private func writeCounts(to writer: inout JSONWriter) {
    writer.member("records", records.count)
    writer.member("calls", count(of: .call))
    writer.member("callResults", count(of: .callResult))
    writer.member("callErrors", count(of: .callError))
    let others: [(String, Int)] = [
      ("callResultErrors", count(of: .callResultError)), ("sends", count(of: .send)),
      ("noFrames", count(of: nil)),
    ]
    for (key, count) in others where count > 0 { writer.member(key, count) }
  }

  private func write(_ record: Record, _ index: Int, to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("index", index)
      if let type = record.messageType { writer.member("messageType", type.name) }
      if let id = record.messageID { writer.member("messageId", id) }
      if let action = record.action { writer.member("action", action) }
      if let call = record.correlatesWith { writer.member("correlatesWith", call) }
    }
  }

  private func writeRejections(to writer: inout JSONWriter) {
    for rejection in rejections {
      writer.object { writer in
        writer.member("line", rejection.line)
        writer.member("reason", rejection.reason.description)
      }
    }
  }
}

extension FrameHeader.MessageType {
  /// The name that OCPP and the trace format use.
  public var name: String {
    switch self {
    case .call: "CALL"
    case .callResult: "CALLRESULT"
    case .callError: "CALLERROR"
    case .callResultError: "CALLRESULTERROR"
    case .send: "SEND"
    }
  }
}
