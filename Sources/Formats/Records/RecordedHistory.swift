/// Opens files of recorded history.
public enum RecordedHistory {
  /// Opens a file, plain or compressed; `-` is standard input. The layout is the one in `options`,
  /// else told by the content: a trace begins with `{`, anything else must be CSV.
  public static func open(
    path: String, options: ImportOptions = ImportOptions()
  ) throws(InputError) -> any RecordSource {
    let input = try ByteInput(path: path)
    switch options.format ?? detectFormat(input) {
    case .trace: return TraceReader(input, options: options)
    case .csv: return CSVLogReader(input, options: options)
    }
  }

  /// The layout that the first bytes tell, without using them up. An empty file is an empty trace.
  static func detectFormat(_ input: ByteInput) -> ImportFormat {
    let start = input.peek(4096)
    let withoutMark = start.starts(with: [0xEF, 0xBB, 0xBF]) ? start.dropFirst(3) : start[...]
    let first = withoutMark.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
    return first == nil || first == UInt8(ascii: "{") ? .trace : .csv
  }
}
