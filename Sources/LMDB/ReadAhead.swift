import Glibc

/// Asks the operating system for the pages of a map that a walk in order will come to, so that it does
/// not wait for the disk at each of them.
///
/// Only for environments that were written from front to back. It is advice: wrong or late, it costs
/// nothing but time.
public struct ReadAhead {
  /// The end of what was asked for.
  private var end: UInt = 0

  /// Two of these are on their way: more than a disk reads while one is worked on.
  private static let stepBytes: UInt = 4 << 20

  public init() {}

  /// The walk has come to `bytes` of the map.
  /// - Complexity: O(1), with a system call for each four megabytes.
  public mutating func reach(_ bytes: UnsafeRawBufferPointer) {
    let here = UInt(bitPattern: bytes.baseAddress)
    let isOnItsWay = here < end && end - here <= 2 * Self.stepBytes
    if isOnItsWay && end - here > Self.stepBytes { return }
    let page = UInt(getpagesize())
    let first = isOnItsWay ? end : here & ~(page - 1)
    end = first + (isOnItsWay ? Self.stepBytes : 2 * Self.stepBytes)
    // Beyond the map's end there is nothing to ask for, which is no error of ours.
    _ = madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_WILLNEED)
  }
}
