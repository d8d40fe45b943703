import EventLog

/// Whose log a log is. Programs write `sent` and `received` as they see it themselves.
public enum LogRecorder: String, Hashable, Sendable, CaseIterable {
  case station
  case backEnd = "back-end"

  /// The direction of a frame that the recorder sent or received; nil if the log does not say.
  func direction(of way: LogLine.Way) -> Direction? {
    switch way {
    case .sent: self == .station ? .fromStation : .toStation
    case .received: self == .station ? .toStation : .fromStation
    case .unknown: nil
    }
  }
}

/// What one line of a log says of a frame: views into the line.
struct LogLine {
  /// What the recorder did with the frame.
  enum Way {
    case sent
    case received
    case unknown
  }

  /// The time that stands in the line; nil if none does.
  var time: LogTime?
  /// The station's name; nil or blank if the line names none.
  var station: UnsafeRawBufferPointer?
  var way: Way
  /// The frame, from its first byte on, with what may follow it.
  var frame: UnsafeRawBufferPointer
  /// A second frame of the same line: the answer to the first one.
  var answer: UnsafeRawBufferPointer?
}

/// How a program writes frames to its log.
struct LogLayout: Sendable {
  let format: ImportFormat
  /// Whose log it is; nil if both sides write this layout, and the frames must tell.
  let recorder: LogRecorder?
  /// Takes a line apart, with the lines that its frame goes on in; nil if it is not about a frame.
  /// Lines may hold anything.
  let read: @Sendable (UnsafeRawBufferPointer) -> LogLine?

  init(
    _ format: ImportFormat, recorder: LogRecorder?,
    read: @escaping @Sendable (UnsafeRawBufferPointer) -> LogLine?
  ) {
    self.format = format
    self.recorder = recorder
    self.read = read
  }
}

extension LogLayout {
  /// Layouts that a line shows beyond doubt, the most particular first.
  static let programs = [steve, evcc, openWB, mobilityHouse, octt]

  /// Layouts that say little more than the frame.
  static let generic = [callTable, frameFirst, namedFrame]

  /// Whether a line says by itself that a frame follows.
  var announcesFrames: Bool { Self.programs.contains { $0.format == format } }

  /// The layout of a format; nil if the format is not one of lines.
  static func of(_ format: ImportFormat) -> LogLayout? {
    (programs + generic).first { $0.format == format }
  }
}
