import Dispatch
import Foundation

/// Turns SIGINT and SIGTERM from the end of the program into bytes in a pipe, so that work that
/// waits can end in order. A second signal ends the program as usual.
final class StopRequest {
  /// Becomes readable when the program is asked to stop.
  let descriptor: Int32
  private let sources: [any DispatchSourceSignal]

  init() throws {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else {
      throw Failure.input("cannot make a pipe: \(String(cString: strerror(errno)))")
    }
    descriptor = ends[0]
    let writing = ends[1]
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler {
        signal(number, SIG_DFL)
        var byte: UInt8 = 1
        _ = write(writing, &byte, 1)
      }
      source.resume()
      return source
    }
  }
}
