import Glibc

/// Waits at the end of a file that is still written, until there is more or somebody says stop.
///
/// The file is looked at several times a second. That costs next to nothing, and works where a
/// notification does not: on network drives and across containers.
public final class FileFollower {
  /// When this becomes readable, the following ends.
  private let stop: Int32
  private let pollMilliseconds: Int32
  /// Called once each time that everything which is there was read, before the wait. False ends the
  /// following.
  var onIdle: () -> Bool = { true }
  private(set) var isStopped = false
  /// Whether what was read last does not end a line.
  private(set) var isWithinLine = false
  private var isIdle = false
  /// How much longer to wait for others once somebody said stop.
  var patienceMilliseconds = ImportLock.patienceMilliseconds

  /// - Parameters:
  ///   - stop: a file descriptor, not closed by this: the reading end of a pipe. When it has bytes,
  ///     or its other end was closed, the following ends.
  ///   - pollMilliseconds: how often the file is looked at.
  public init(stop: Int32, pollMilliseconds: Int32 = 200) {
    self.stop = stop
    self.pollMilliseconds = pollMilliseconds
  }

  /// Whether to end now.
  func shouldStop() -> Bool {
    if !isStopped { isStopped = isStopReadable(withinMilliseconds: 0) }
    return isStopped
  }

  func hasRead(lastByte: UInt8) {
    isWithinLine = lastByte != 0x0A
    isIdle = false
  }

  /// Waits a moment, or until the stop.
  func wait() {
    if !isIdle {
      isIdle = true
      guard onIdle() else {
        isStopped = true
        return
      }
    }
    isStopped = isStopReadable(withinMilliseconds: pollMilliseconds)
  }

  /// Waits a moment for an import that runs meanwhile. False when somebody has said stop some seconds
  /// ago.
  func waitForOthers() -> Bool {
    guard isStopped || isStopReadable(withinMilliseconds: ImportLock.pollMilliseconds) else {
      return true
    }
    patienceMilliseconds -= ImportLock.pollMilliseconds
    ImportLock.pause()
    return patienceMilliseconds >= 0
  }

  private func isStopReadable(withinMilliseconds timeout: Int32) -> Bool {
    var wanted = pollfd(fd: stop, events: Int16(POLLIN), revents: 0)
    // Interrupted counts as not yet: it is asked again soon.
    return poll(&wanted, 1, timeout) > 0
  }
}
