extension TimeZoneTable {
  /// The instants that a table read from a file covers: 2000 up to and without 2100.
  ///
  /// No event that counts is older than 2010 (SEMANTICS 4), and nothing is known of clocks beyond:
  /// after 2037 the zone's present rule is taken to go on.
  public static let coverage: Range<Instant> = {
    let start = Instant(millisecondsSinceEpoch: 946_684_800_000)
    return start..<Instant(millisecondsSinceEpoch: 4_102_444_800_000)
  }()

  /// Reads a compiled zone file (TZif, RFC 9636) of any version. The rule in its footer is written
  /// out up to the end of ``coverage``.
  ///
  /// - Throws: ``TimeZoneTableError`` if the file is damaged or counts leap seconds.
  public init(tzif file: UnsafeRawBufferPointer, name: String, tzdataVersion: String)
    throws(TimeZoneTableError)
  {
    guard let contents = TZifContents(file) else {
      throw .badTable(name, "not a readable TZif file without leap seconds")
    }
    var offset = contents.initialOffset
    var transitions = contents.transitions
    if let rule = contents.footer {
      let last = transitions.last?.at ?? .distantPast
      for change in (1999...2100).flatMap(rule.transitions(ofYear:)) where change.at > last {
        // Daylight saving all year long ends and begins in one instant: the beginning counts.
        if transitions.last?.at == change.at { transitions.removeLast() }
        transitions.append(change)
      }
      if transitions.isEmpty { offset = rule.standardOffset }
    }
    let start = TimeZoneTable.coverage.lowerBound
    offset = transitions.last { $0.at <= start }?.offsetSeconds ?? offset
    try self.init(
      name: name, tzdataVersion: tzdataVersion, offsetBeforeFirst: offset,
      transitions: transitions.filter { $0.at > start && TimeZoneTable.coverage.contains($0.at) })
  }
}

/// What a TZif file says, before it is cut to the years that a table covers.
private struct TZifContents {
  private(set) var initialOffset = 0
  private(set) var transitions: [TimeZoneTable.Transition] = []
  /// The rule after the last transition.
  private(set) var footer: RecurringTimeZoneRule?

  /// Nil if anything about the file is wrong.
  init?(_ file: UnsafeRawBufferPointer) {
    guard let first = TZifHeader(file, at: 0) else { return nil }
    guard first.version >= UInt8(ascii: "2") else {
      // Version 1 has one block with 32-bit times and no footer.
      guard readBlock(file, header: first, timeSize: 4) != nil else { return nil }
      return
    }
    guard let second = TZifHeader(file, at: first.end(timeSize: 4)),
      let footerStart = readBlock(file, header: second, timeSize: 8)
    else { return nil }
    let rest = file[footerStart...]
    guard rest.first == UInt8(ascii: "\n"),
      let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "\n"))
    else { return nil }
    let text = UnsafeRawBufferPointer(rebasing: file[footerStart + 1..<end])
    guard !text.isEmpty else { return }
    guard let rule = RecurringTimeZoneRule(posix: text) else { return nil }
    footer = rule
  }

  /// Reads the transitions after `header` and returns where the block ends.
  private mutating func readBlock(
    _ file: UnsafeRawBufferPointer, header: TZifHeader, timeSize: Int
  ) -> Int? {
    let end = header.end(timeSize: timeSize)
    guard end <= file.count, header.leapCount == 0, header.typeCount > 0 else { return nil }
    let indices = header.dataStart + header.timeCount * timeSize
    let types = indices + header.timeCount
    initialOffset = Int(Int32(truncatingIfNeeded: file.bigEndian(at: types, size: 4)))
    for number in 0..<header.timeCount {
      let seconds = file.bigEndian(at: header.dataStart + number * timeSize, size: timeSize)
      let type = Int(file[indices + number])
      let (milliseconds, overflow) = seconds.multipliedReportingOverflow(by: 1000)
      guard type < header.typeCount else { return nil }
      // The first entry may stand for the beginning of all time.
      guard !overflow else { continue }
      let offset = file.bigEndian(at: types + type * 6, size: 4)
      transitions.append(
        TimeZoneTable.Transition(
          at: Instant(millisecondsSinceEpoch: milliseconds), offsetSeconds: Int(offset)))
    }
    return end
  }
}

/// The counts in front of a block of a TZif file.
private struct TZifHeader {
  let version: UInt8
  let dataStart: Int
  let leapCount: Int
  let timeCount: Int
  let typeCount: Int
  /// Bytes of the parts that do not depend on the size of a time.
  private let fixedSize: Int

  init?(_ file: UnsafeRawBufferPointer, at start: Int) {
    guard start + 44 <= file.count, file[start..<start + 4].elementsEqual("TZif".utf8) else {
      return nil
    }
    func count(_ index: Int) -> Int { Int(file.bigEndian(at: start + 20 + index * 4, size: 4)) }
    guard (0..<6).allSatisfy({ count($0) >= 0 }) else { return nil }
    version = file[start + 4]
    dataStart = start + 44
    leapCount = count(2)
    timeCount = count(3)
    typeCount = count(4)
    fixedSize = timeCount + typeCount * 6 + count(5) + leapCount * 4 + count(1) + count(0)
  }

  func end(timeSize: Int) -> Int { dataStart + fixedSize + (timeCount + leapCount) * timeSize }
}

extension UnsafeRawBufferPointer {
  /// A signed big-endian number of 4 or 8 bytes.
  fileprivate func bigEndian(at offset: Int, size: Int) -> Int64 {
    size == 4
      ? Int64(Int32(bigEndian: loadUnaligned(fromByteOffset: offset, as: Int32.self)))
      : Int64(bigEndian: loadUnaligned(fromByteOffset: offset, as: Int64.self))
  }
}
