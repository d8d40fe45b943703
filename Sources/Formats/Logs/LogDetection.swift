import JSON
import OCPP

/// Tells the layout of a log, and whose log it is, by its first lines.
struct LogDetection {
  /// So many lines with frames are enough.
  private static let frameLimit = 50

  /// The beginning of the file, without a byte order mark and NUL bytes in front.
  let text: ArraySlice<UInt8>
  /// Whether that is all of the file.
  let isWhole: Bool
  /// The lines that are whole, without the empty ones.
  let lines: ArraySlice<ArraySlice<UInt8>>

  /// - Parameters:
  ///   - start: the beginning of the file.
  ///   - isWhole: whether so many bytes are all of it.
  init(_ start: [UInt8], isWhole: (Int) -> Bool) {
    let plain = start.starts(with: [0xEF, 0xBB, 0xBF]) ? start.dropFirst(3) : start[...]
    text = plain.drop { $0 == 0 }
    self.isWhole = isWhole(start.count)
    let all = text.split(separator: 0x0A)
    lines = self.isWhole || all.count == 1 ? all[...] : all.dropLast()
  }

  /// The first of `layouts` that finds a frame; nil if none does.
  func layout(among layouts: [LogLayout]) -> LogLayout? {
    layouts.first { layout in
      firstFrames(of: layout, limit: 1) { _ in } > 0
    }
  }

  /// Whose log it is: the layout knows, or the frames that it says were sent and received tell by
  /// their actions. Back ends keep logs more often than stations, so a log that does not tell is
  /// theirs.
  func recorder(of layout: LogLayout) -> LogRecorder {
    if let recorder = layout.recorder { return recorder }
    var directions = DirectionFinder()
    let parser = JSONParser()
    var votes: [LogRecorder: Int] = [:]
    firstFrames(of: layout, limit: Self.frameLimit) { line in
      guard let header = try? FrameHeader(line.frame.trimmingBlanks(), parser: parser) else {
        return
      }
      let station = line.station ?? UnsafeRawBufferPointer(start: nil, count: 0)
      let found = directions.direction(of: header, station: station, known: nil)
      guard !found.isGuess else { return }
      for recorder in LogRecorder.allCases
      where recorder.direction(of: line.way) == found.direction {
        votes[recorder, default: 0] += 1
      }
    }
    return votes[.station, default: 0] > votes[.backEnd, default: 0] ? .station : .backEnd
  }

  /// Hands out the first lines that a layout takes for frames, and returns how many there were.
  @discardableResult
  private func firstFrames(
    of layout: LogLayout, limit: Int, _ use: (LogLine) -> Void
  ) -> Int {
    var unwrapper = LogUnwrapper()
    var frameLines = FrameLines()
    var count = 0
    for index in lines.indices where count < limit {
      Self.withLine(lines[index]) { text in
        let line = unwrapper.unwrap(text)
        guard let found = layout.read(line.text) else { return }
        if found.frame.trimmingBlanks().beginsFrame {
          use(found)
          count += 1
        } else if frameLines.begin(text, line.text, frame: found.frame, number: 0) {
          for line in lines[(index + 1)...] {
            let outcome = Self.withLine(line) { frameLines.append(unwrapper.unwrap($0)) }
            if outcome != .goesOn { break }
          }
          guard let whole = layout.read(frameLines.text),
            whole.frame.trimmingBlanks().beginsFrame
          else { return }
          use(whole)
          count += 1
        }
      }
    }
    return count
  }

  private static func withLine<Result>(
    _ line: ArraySlice<UInt8>, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    line.withUnsafeBytes { body($0.last == 0x0D ? $0.view(..<($0.count - 1)) : $0) }
  }
}
