import Glibc

/// Has the system read a cold file some megabytes ahead of a scan.
///
/// Behind a memory map Linux reads around a page that is missing (128 KiB, unless the disk is set
/// otherwise), and nothing in advance: a scan of a cold log would wait for the disk each time. What is
/// in memory already costs a question of a microsecond in so many bytes.
struct ReadAhead {
  /// What the system takes from one request on any disk.
  private static let step: UInt = 128 << 10
  private static let distance: UInt = 4 << 20

  /// Where the next request is due: a step behind the first record, so that a look at a few events
  /// reads nothing else.
  private var due: UInt = 0
  /// Everything before has been asked for.
  private var asked: UInt = 0

  /// To be called with each record of a scan.
  @inline(__always)
  mutating func pass(_ record: UnsafeRawBufferPointer) {
    let place = UInt(bitPattern: record.baseAddress)
    if place >= due { request(from: place) }
  }

  private mutating func request(from place: UInt) {
    let isFirst = due == 0
    due = place + Self.step
    if isFirst { return }
    asked = max(asked, place & ~(Self.step - 1))
    while asked < place + Self.distance {
      var isResident: UInt8 = 0
      let pages = UnsafeMutableRawPointer(bitPattern: asked)
      // Both only fail beyond the end of the map, where there is nothing to be read.
      if mincore(pages, 1, &isResident) == 0, isResident & 1 == 0 {
        madvise(pages, Int(Self.step), MADV_WILLNEED)
      }
      asked += Self.step
    }
  }
}
