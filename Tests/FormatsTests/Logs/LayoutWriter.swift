import EventLog
import Formats
import Quantities
import Testing

/// Writes histories as a program would, in a layout of its log.
struct LayoutWriter: Sendable, CustomTestStringConvertible {
  var name: String
  var format: ImportFormat
  /// Whose log it is.
  var recorder = LogRecorder.backEnd
  /// The lines of a history.
  var write: @Sendable ([SampleFrame]) -> [String]

  var testDescription: String { name }

  /// What an import must be told. More does no harm.
  static func options() throws -> ImportOptions {
    ImportOptions(
      station: SampleHistory.station,
      timeZone: try TimeZoneTable.system(named: SampleHistory.zone), year: 2024)
  }
}

extension LayoutWriter {
  /// A layout in which each frame has a line, written with what the recorder did with it.
  init(
    _ name: String, _ format: ImportFormat, recorder: LogRecorder = .backEnd,
    _ line: @escaping @Sendable (_ clock: Clock, _ isSent: Bool, SampleFrame) -> String
  ) {
    self.init(name: name, format: format, recorder: recorder) { history in
      history.map { frame in
        let isSent = (frame.direction == .fromStation) == (recorder == .station)
        return line(Clock(frame.at), isSent, frame)
      }
    }
  }

  /// What a clock on a wall in Berlin shows.
  struct Clock {
    private let text: String
    private let instant: Instant

    init(_ instant: Instant) {
      self.instant = instant
      // The zone is in every system's database, and a test that cannot read it must fail.
      let zone = try! TimeZoneTable.system(named: SampleHistory.zone)
      text = zone.local(at: instant).description
    }

    var date: String { String(text.prefix(10)) }
    var slashes: String { date.replacing("-", with: "/") }
    var time: String { String(text.dropFirst(11).prefix(8)) }
    var utc: String { instant.rfc3339 }
    var seconds: Int64 { instant.millisecondsSinceEpoch / 1000 }

    /// `Jan 15 10:00:00`.
    var syslog: String {
      let names = [
        "Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez",
      ]
      let parts = date.split(separator: "-").compactMap { Int($0) }
      let day = parts[2] < 10 ? " \(parts[2])" : "\(parts[2])"
      return "\(names[parts[1] - 1]) \(day) \(time)"
    }

    /// `1/15/2024 10:00:00 AM`.
    var american: String {
      let parts = date.split(separator: "-").compactMap { Int($0) }
      let clock = time.split(separator: ":")
      let hour = Int(clock[0]) ?? 0
      let half = hour < 12 ? "AM" : "PM"
      return "\(parts[1])/\(parts[2])/\(parts[0]) "
        + "\((hour + 11) % 12 + 1):\(clock[1]):\(clock[2]) \(half)"
    }
  }
}

extension LayoutWriter {
  static let all: [LayoutWriter] = [
    LayoutWriter("SteVe", .steve) { clock, isSent, frame in
      "[INFO ] \(clock.date) \(clock.time),000 de.rwth.idsg.steve.ocpp.ws.WebSocketLogger (qtp-19) - "
        + "[chargeBoxId=\(frame.station), sessionId=0a1b-2c] \(isSent ? "Sending" : "Received"): "
        + frame.body
    },
    LayoutWriter("SteVe with tabs", .steve) { clock, isSent, frame in
      "[INFO]\t\(clock.date)\t\(clock.time),000\tWebSocketLogger\t(qtp-19)\t-\t"
        + "[chargeBoxId=\(frame.station),\tsessionId=0a]\t\(isSent ? "Sending" : "Received"):\t"
        + frame.body + "\t\t\t"
    },
    LayoutWriter("evcc", .evcc) { clock, isSent, frame in
      "[ocpp  ] TRACE \(clock.slashes) \(clock.time) \(isSent ? "send" : "recv") \(frame.station): "
        + frame.body
    },
    LayoutWriter("older evcc in syslog", .evcc) { clock, isSent, frame in
      "\(clock.syslog) pi evcc[712]: [ocpp  ] TRACE \(clock.slashes) \(clock.time) "
        + "\(isSent ? "sent JSON message to" : "received JSON message from") \(frame.station): "
        + frame.body
    },
    LayoutWriter("Home Assistant", .mobilityHouse) { clock, isSent, frame in
      "\(clock.date) \(clock.time).000 INFO (MainThread) [ocpp] \(frame.station): "
        + "\(isSent ? "send" : "receive message") \(frame.body)"
    },
    LayoutWriter("mobilityhouse/ocpp of a station in syslog", .mobilityHouse, recorder: .station) {
      clock, isSent, frame in
      "\(clock.syslog) box python3[9]: INFO:ocpp:\(frame.station): "
        + "\(isSent ? "send message" : "receive message") \(frame.body)"
    },
    LayoutWriter("openWB", .openWB, recorder: .station) { clock, isSent, frame in
      "\(clock.date) \(clock.time),000 - {ocpp:456} - {INFO:OCPP Client} - \(frame.station): "
        + "\(isSent ? "send" : "receive message") \(frame.body)"
    },
    LayoutWriter("the OCA test tool", .octt) { clock, isSent, frame in
      "[\(clock.date)T\(clock.time):000] [\(isSent ? "msg-out" : "msg-in")] \(frame.body)"
    },
    LayoutWriter(name: "a table of calls", format: .callTable) { history in
      stride(from: 0, to: history.count, by: 2).map { index in
        let (call, answer) = (history[index], history[index + 1])
        return "Action\tCharger-CMS\t\(call.body)\t\(answer.body)\t\(Clock(call.at).american)"
      }
    },
    LayoutWriter("frames with numbers", .frameFirst) { clock, _, frame in
      "\(frame.body),17,\(clock.seconds)"
    },
    LayoutWriter("frames with names", .namedFrame) { clock, _, frame in
      "\(clock.utc) \(frame.station) : \(frame.body)"
    },
    LayoutWriter("evcc in the journal, as JSON", .evcc) { clock, isSent, frame in
      let text =
        "[ocpp  ] TRACE \(clock.slashes) \(clock.time) \(isSent ? "send" : "recv") "
        + "\(frame.station): \(frame.body)"
      let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
      return #"{"__REALTIME_TIMESTAMP":"\#(clock.seconds)000999","MESSAGE":"\#(escaped)"}"#
    },
  ]
}
