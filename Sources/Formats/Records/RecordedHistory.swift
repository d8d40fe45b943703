import JSON

/// Opens files of recorded history.
public enum RecordedHistory {
  /// How much of the beginning tells the layout, in plain bytes.
  private static let detectionByteCount = 64 << 10

  /// Opens a file, plain or compressed; `-` is standard input. The layout is the one in `options`,
  /// else told by the beginning: a trace has a record among its first lines, which need not be the
  /// very first, and a CSV log begins with a header. An empty file is an empty trace.
  ///
  /// - Throws: ``InputError/notRecordedHistory(name:reason:)`` if the beginning is neither; with a
  ///   layout in `options` a trace is never refused, and a CSV log with its first record.
  public static func open(
    path: String, options: ImportOptions = ImportOptions()
  ) throws(InputError) -> any RecordSource {
    let input = try ByteInput(path: path)
    switch options.format {
    case .trace: return TraceReader(input, options: options)
    case .csv: return CSVLogReader(input, options: options)
    case nil: return try detect(input, options)
    }
  }

  private static func detect(
    _ input: ByteInput, _ options: ImportOptions
  ) throws(InputError) -> any RecordSource {
    let start = input.peek(detectionByteCount)
    let text = start.starts(with: [0xEF, 0xBB, 0xBF]) ? start.dropFirst(3) : start[...]
    let first = text.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    if first == nil || isTrace(text, isWhole: start.count < detectionByteCount) {
      return TraceReader(input, options: options)
    }
    guard first != UInt8(ascii: "{") else {
      throw .notRecordedHistory(
        name: input.name,
        reason: "it begins with {, and none of its first lines is an object with timestamp, "
          + "chargePointId, direction or raw")
    }
    let reader = CSVLogReader(input, options: options)
    try reader.readHeader()
    return reader
  }

  /// Whether a line is a record of a trace, however little of one. A line that is longer than
  /// what is looked at has the benefit of the doubt.
  private static func isTrace(_ text: ArraySlice<UInt8>, isWhole: Bool) -> Bool {
    let lines = text.split(separator: 0x0A)
    if !isWhole, lines.count == 1 { return lines[0].first == UInt8(ascii: "{") }
    let parser = JSONParser()
    return (isWhole ? lines[...] : lines.dropLast()).contains { line in
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
