import JSON

/// Opens files of recorded history.
public enum RecordedHistory {
  /// How much of the beginning tells the layout, in plain bytes.
  private static let detectionByteCount = 1 << 20

  /// Opens a file, plain or compressed; `-` is standard input. ``read(_:options:)`` says more.
  public static func open(
    path: String, options: ImportOptions = ImportOptions()
  ) throws(InputError) -> any RecordSource {
    try read(try ByteInput(path: path), options: options)
  }

  /// Reads an input that was not read yet. The layout is the one in `options`, else told by the
  /// beginning: a trace has a record among its first lines, which need not be the very first, a log
  /// has a frame where its layout has one, and a CSV log begins with a header. An empty file is an
  /// empty trace.
  ///
  /// - Throws: ``InputError/notUTF8(name:)`` if it is UTF-16;
  ///   ``InputError/notRecordedHistory(name:reason:)`` if the beginning is none of these;
  ///   with a layout in `options` a CSV log is refused with its first record, others never.
  public static func read(
    _ input: ByteInput, options: ImportOptions = ImportOptions()
  ) throws(InputError) -> any RecordSource {
    let mark = input.peek(2)
    guard mark != [0xFF, 0xFE], mark != [0xFE, 0xFF] else {
      throw .notUTF8(name: input.name)
    }
    switch options.format ?? options.formatOfMap {
    case .trace: return TraceReader(input, options: options)
    case .csv: return CSVLogReader(input, options: options)
    case .ocpi: return OCPIFileReader(input, options: options)
    case .sessionTable:
      guard let map = options.sessionTable else {
        throw .notRecordedHistory(
          name: input.name, reason: "a table of sessions needs a map of its columns, --columns")
      }
      return SessionTableReader(input, map, options: options)
    case nil: return try detect(input, options)
    case let format?:
      guard let layout = LogLayout.of(format) else { return try detect(input, options) }
      return LogReader(input, layout, detection(of: input), options: options)
    }
  }

  private static func detection(of input: ByteInput) -> LogDetection {
    LogDetection(input.peek(detectionByteCount), isWhole: { $0 < detectionByteCount })
  }

  private static func detect(
    _ input: ByteInput, _ options: ImportOptions
  ) throws(InputError) -> any RecordSource {
    let start = detection(of: input)
    let first = start.text.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    guard first != nil || input.follower == nil else {
      throw .cannotFollow(
        name: input.name, reason: "it is still empty, so name its layout with --from")
    }
    // Before traces, because a response of OCPI has a timestamp too.
    if isOCPI(start.text) { return OCPIFileReader(input, options: options) }
    if first == nil || isTrace(start) { return TraceReader(input, options: options) }
    if let layout = start.layout(among: LogLayout.programs) {
      return LogReader(input, layout, start, options: options)
    }
    guard first != UInt8(ascii: "{") else {
      throw .notRecordedHistory(
        name: input.name,
        reason: "it begins with {, and none of its first lines is an object with timestamp, "
          + "chargePointId, direction or raw, nor a CDR or a Session of OCPI")
    }
    let isTable = CSVColumns.isHeader(start.text, needsStation: options.station == nil)
    if !isTable, let layout = start.layout(among: LogLayout.generic) {
      return LogReader(input, layout, start, options: options)
    }
    let reader = CSVLogReader(input, options: options)
    try reader.readHeader()
    return reader
  }

  /// Whether JSON begins with an object that has the times of an OCPI CDR or Session, and no record of a
  /// trace.
  private static func isOCPI(_ text: ArraySlice<UInt8>) -> Bool {
    let signs = text.lazy.filter { $0 > 0x20 }.prefix(2)
    guard signs.first == UInt8(ascii: "{") || signs.elementsEqual("[{".utf8) else { return false }
    return text.withUnsafeBytes { bytes in
      bytes.offset(of: #""chargePointId""#) == nil
        && (bytes.offset(of: #""start_date_time""#) != nil
          || bytes.offset(of: #""start_datetime""#) != nil)
    }
  }

  /// Whether a line is a record of a trace, however little of one. A line that is longer than
  /// what is looked at has the benefit of the doubt.
  private static func isTrace(_ start: LogDetection) -> Bool {
    if !start.isWhole, start.lines.count == 1 { return start.text.first == UInt8(ascii: "{") }
    let parser = JSONParser()
    return start.lines.contains { line in
      guard line.first.map({ $0 == UInt8(ascii: "{") || $0 <= 0x20 }) == true else { return false }
      // Bad bytes inside a frame are no reason to refuse the file.
      var line = String(decoding: line, as: UTF8.self)
      return line.withUTF8 { bytes in
        guard let value = try? parser.parse(UnsafeRawBufferPointer(bytes)),
          value.kind == .object
        else { return false }
        return TraceLine(value).isRecord
      }
    }
  }
}
